"""Cold-chain sensors: hourly temperatures with gaps, error codes and one slow drift; alarms, calibrations, doors."""

import numpy as np

from portal.demo.warehouse.chance import END, Array, blank, moments, numbered, pick
from portal.demo.warehouse.loader import Loader

DEVICES = 24
READING_DAYS = 365
DRIFTING, DRIFT_FROM = 17, np.datetime64("2026-06-15")
"""This sensor rises by a hundredth of a degree a day from this day on."""
DRIFT_A_DAY = 0.01
SPIKES = 40
"""Readings of 999.9: the code for a broken cable."""
READING_GAPS = (
    (3, "2026-01-10", 26),
    (8, "2026-03-02", 71),
    (8, "2026-07-19", 12),
    (14, "2026-05-05", 240),
    (21, "2026-09-30", 5),
)
"""(device, first day, hours without a reading, from midnight)."""


def load(loader: Loader) -> None:
    numbers = np.arange(1, DEVICES + 1)
    rng = loader.chance("devices")
    loader.put(
        "iot.devices",
        {
            "device_id": numbers,
            "serial_no": numbered("TH-", rng.integers(10**6, 10**7, DEVICES)),
            "site": pick(rng, ("HAM", "ROT", "LYO"), DEVICES),
            "setpoint_c": np.where(numbers % 3 == 0, -18.0, 4.0),
            "installed_on": np.datetime64("2020-05-01") + rng.integers(0, 1_800, DEVICES),
        },
    )
    _readings(loader)
    _alarms(loader)
    _calibrations(loader)
    _doors(loader)


def _readings(loader: Loader) -> None:
    rng = loader.chance("readings")
    hours = (END - READING_DAYS + 1).astype("datetime64[h]") + np.arange(READING_DAYS * 24)
    device = np.repeat(np.arange(1, DEVICES + 1), len(hours))
    at = np.tile(hours, DEVICES)
    setpoint = np.where(device % 3 == 0, -18.0, 4.0)
    daily = 0.6 * np.sin((at.astype(int) % 24 - 8) / 24 * 2 * np.pi)
    value = setpoint + daily + rng.normal(0, 0.35, len(at)) + _drift(device, at)
    kept = np.flatnonzero(~_missing(device, at))
    value[rng.choice(kept, SPIKES, replace=False)] = 999.9
    loader.put(
        "iot.temperature_readings",
        {
            "device_id": device[kept],
            "measured_at": at[kept].astype("datetime64[s]"),
            "celsius": np.round(value[kept], 2),
            "battery_v": np.round(3.6 - (at[kept] - hours[0]).astype(int) / 40_000, 3),
            "received_at": at[kept].astype("datetime64[s]") + rng.gamma(2, 20, len(kept)).astype(int),
        },
    )


def _drift(device: Array, at: Array) -> Array:
    since = (at - DRIFT_FROM.astype("datetime64[h]")).astype(int) / 24
    return np.where((device == DRIFTING) & (since > 0), since * DRIFT_A_DAY, 0.0)


def _missing(device: Array, at: Array) -> Array:
    mask = np.zeros(len(at), dtype=bool)
    for number, first, hours in READING_GAPS:
        start = np.datetime64(first, "h")
        mask |= (device == number) & (at >= start) & (at < start + hours)
    return mask


def _alarms(loader: Loader) -> None:
    rng, size = loader.chance("alarms"), 1_800 * loader.scale
    raised = moments(rng, np.sort(END - rng.integers(0, 365, size)))
    loader.put(
        "iot.alarms",
        {
            "alarm_id": np.arange(1, size + 1),
            "device_id": rng.integers(1, DEVICES + 1, size),
            "raised_at": raised,
            "cleared_at": blank(raised + rng.gamma(2, 1_500, size).astype(int), rng.random(size) < 0.03),
            "severity": pick(rng, ("info", "warning", "critical"), size, (5, 4, 1)),
            "cause": pick(rng, ("door open", "compressor", "defrost", "no signal"), size, (5, 2, 4, 2)),
        },
    )


def _calibrations(loader: Loader) -> None:
    rng, size = loader.chance("calibrations"), DEVICES * 3
    loader.put(
        "iot.calibrations",
        {
            "device_id": np.repeat(np.arange(1, DEVICES + 1), 3),
            "done_on": np.tile(np.array(["2023-11-20", "2024-11-18", "2025-11-17"], dtype="datetime64[D]"), DEVICES),
            "offset_c": np.round(rng.normal(0, 0.08, size), 3),
            "engineer": pick(rng, ("M. Kröger", "A. Peeters", "L. Moreau"), size),
        },
    )


def _doors(loader: Loader) -> None:
    rng, size = loader.chance("doors"), 30_000 * loader.scale
    payload = [f'{{"door": {d}, "open_s": {s}, "fw": "1.{f}"}}' for d, s, f in rng.integers(1, 9, (size, 3)).tolist()]
    loader.put(
        "iot.door_events",
        {
            "device_id": rng.integers(1, DEVICES + 1, size),
            "at": moments(rng, np.sort(END - rng.integers(0, 120, size))),
            "payload": payload,
        },
    )
