"""Vessels and their real AIS positions; vehicles, drivers, trips and GPS pings, whose rate drops for one firmware."""

import numpy as np
import pandas as pd

from portal.demo.warehouse.chance import END, Array, blank, moments, money, numbered, pick
from portal.demo.warehouse.loader import Loader
from portal.demo.warehouse.people import people
from portal.demo.warehouse.real import csv_data, package_file, r_data

VEHICLES = 120
PING_DAYS = 150
PINGS_A_DAY = 10
DROP_FROM = np.datetime64("2026-10-12")
"""From this day the vehicles with firmware 4.2 send 4 pings a day instead of 10."""
DROPPED_PINGS_A_DAY = 4
LOST = 0.03
"""Share of the pings that never arrive, by chance."""
FAR_AWAY = 33
"""Pings at latitude 0, longitude 0: the receiver had no fix."""

_DEPOTS = {"HAM": ("Hamburg", 53.55, 9.99), "ROT": ("Rotterdam", 51.92, 4.48), "LYO": ("Lyon", 45.76, 4.84)}
_AIS = "python_example_data/NYHarbor_2020_06_30_first_hour.csv"
_TRACKS = "python_example_data/NYHarbor_2020_12_first_week.traj"
_VESSEL = ["mmsi", "vessel_name", "imo", "call_sign", "vessel_type", "length", "width"]


def load(loader: Loader) -> None:
    _vessels(loader)
    _depots(loader)
    _drivers(loader)
    firmware = _vehicles(loader)
    _trips(loader)
    _pings(loader, firmware)
    _shipments(loader)
    items = r_data("modeldata", "deliveries")
    items.insert(0, "delivery_id", np.arange(1, len(items) + 1))
    loader.put("fleet.last_mile_deliveries", items)


def _vessels(loader: Loader) -> None:
    hour = csv_data("tracktable_data", _AIS).rename(
        columns={"base_date_time": "seen_at", "transciever_class": "transceiver"}
    )
    loader.put("fleet.vessels", hour[_VESSEL].drop_duplicates("mmsi").sort_values("mmsi"))
    loader.put("fleet.vessel_positions", hour.drop(columns=_VESSEL[1:]))
    loader.put("fleet.vessel_tracks", _tracks())


def _tracks() -> pd.DataFrame:
    frames = []
    for number, line in enumerate(package_file("tracktable_data", _TRACKS).read_text().splitlines(), start=1):
        points = np.asarray(line.split(",")[11:]).reshape(-1, 4)
        frames.append(pd.DataFrame(points, columns=["mmsi", "seen_at", "lon", "lat"]).assign(track_id=number))
    return pd.concat(frames, ignore_index=True)


def _depots(loader: Loader) -> None:
    names, lat, lon = zip(*_DEPOTS.values(), strict=True)
    loader.put("fleet.depots", {"code": list(_DEPOTS), "city": list(names), "lat": list(lat), "lon": list(lon)})


def _drivers(loader: Loader) -> None:
    rng, size = loader.chance("drivers"), VEHICLES + 60
    persons = people(rng, size, mail="company.example")
    loader.put(
        "fleet.drivers",
        {
            "driver_id": np.arange(1, size + 1),
            "given_name": persons.given,
            "family_name": persons.family,
            "mobile": persons.phone,
            "birth_date": persons.born,
            "licence_no": numbered("B", rng.integers(10**9, 10**10, size)),
            "licence_until": END + rng.integers(-60, 3_000, size),
            "home_depot": pick(rng, tuple(_DEPOTS), size),
        },
    )


def _vehicles(loader: Loader) -> Array:
    rng, numbers = loader.chance("vehicles"), np.arange(1, VEHICLES + 1)
    firmware = np.where(numbers % 5 < 2, "4.2", "4.1")
    loader.put(
        "fleet.vehicles",
        {
            "vehicle_id": numbers,
            "plate": numbered("HH-AT ", 1_000 + numbers),
            "vin": numbered("WDB9066331S", rng.integers(100_000, 999_999, VEHICLES)),
            "kind": pick(rng, ("van", "truck", "reefer"), VEHICLES, (5, 3, 2)),
            "depot": pick(rng, tuple(_DEPOTS), VEHICLES),
            "tracker_firmware": firmware,
            "payload_kg": pick(rng, ("1200", "3500", "12000"), VEHICLES),
            "in_service_since": np.datetime64("2017-01-01") + rng.integers(0, 3_000, VEHICLES),
        },
    )
    return firmware


def _trips(loader: Loader) -> None:
    rng, size = loader.chance("trips"), 14_000 * loader.scale
    started = moments(rng, np.sort(END - rng.integers(0, 500, size)))
    distance = np.round(rng.gamma(2.2, 40, size), 1)
    minutes = (distance * rng.normal(1.4, 0.15, size).clip(0.8) + 15).astype(int)
    loader.put(
        "fleet.trips",
        {
            "trip_id": np.arange(1, size + 1),
            "vehicle_id": rng.integers(1, VEHICLES + 1, size),
            "driver_id": rng.integers(1, VEHICLES + 61, size),
            "started_at": started,
            "ended_at": started + minutes * 60,
            "distance_km": distance,
            "fuel_l": money(distance * rng.normal(0.14, 0.03, size).clip(0.05)),
            "harsh_brakes": rng.poisson(0.8, size),
        },
    )


def _pings(loader: Loader, firmware: Array) -> None:
    rng = loader.chance("pings")
    dates = np.arange(END - PING_DAYS + 1, END + 1)
    numbers = np.arange(1, VEHICLES + 1)
    day, vehicle = np.repeat(dates, len(numbers)), np.tile(numbers, len(dates))
    dropped = (day >= DROP_FROM) & (firmware[vehicle - 1] == "4.2")
    counts = np.where(dropped, DROPPED_PINGS_A_DAY, PINGS_A_DAY) * loader.scale
    arrived = rng.random(int(counts.sum())) > LOST
    day, vehicle = np.repeat(day, counts)[arrived], np.repeat(vehicle, counts)[arrived]
    home = np.array([(lat, lon) for _, lat, lon in _DEPOTS.values()])[vehicle % len(_DEPOTS)]
    place = home + rng.normal(0, 0.35, home.shape)
    place[rng.choice(len(day), FAR_AWAY * loader.scale, replace=False)] = 0
    loader.put(
        "fleet.gps_pings",
        {
            "vehicle_id": vehicle,
            "sent_at": moments(rng, day),
            "lat": np.round(place[:, 0], 5),
            "lon": np.round(place[:, 1], 5),
            "speed_kmh": np.round(rng.gamma(3, 14, len(day)).clip(0, 130)),
            "heading": rng.integers(0, 360, len(day)),
            "hdop": blank(np.round(rng.gamma(2, 0.6, len(day)), 1), rng.random(len(day)) < 0.04),
        },
    )


def _shipments(loader: Loader) -> None:
    rng, size = loader.chance("shipments"), 40_000 * loader.scale
    promised = np.sort(END - rng.integers(0, 700, size))
    late = rng.poisson(0.35, size)
    loader.put(
        "fleet.shipments",
        {
            "shipment_id": np.arange(1, size + 1),
            "order_id": np.sort(rng.choice(80_000 * loader.scale, size, replace=False)) + 1,
            "vehicle_id": rng.integers(1, VEHICLES + 1, size),
            "promised_on": promised,
            "delivered_on": blank(promised + late, promised + late > END),
            "weight_kg": np.round(rng.lognormal(1.2, 0.9, size), 2),
            "signed_by": blank(
                pick(rng, ("customer", "neighbour", "post box", "shop"), size, (6, 2, 1, 1)), rng.random(size) < 0.1
            ),
        },
    )
