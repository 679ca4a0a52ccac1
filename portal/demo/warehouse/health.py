"""Clinical data: real tests, liver cohort, glucose and eyes; generated patients, visits and claims."""

import numpy as np
import pandas as pd

from portal.demo.warehouse.chance import END, Array, blank, moments, money, numbered, pick
from portal.demo.warehouse.hr import EMPLOYEES
from portal.demo.warehouse.loader import Loader
from portal.demo.warehouse.people import people
from portal.demo.warehouse.real import csv_data, r_data

PATIENTS = 6_000
_COHORTS = {
    "health.nafld_patients": ("survival", "nafld1"),
    "health.nafld_labs": ("survival", "nafld2"),
    "health.nafld_events": ("survival", "nafld3"),
    "health.diabetic_eyes": ("survival", "diabetic"),
    "health.liver_visits": ("survival", "pbcseq"),
    "health.transplant_waitlist": ("survival", "transplant"),
    "health.ercp_trial": ("medicaldata", "indo_rct"),
}
_DIAGNOSES = ("M54.5", "J06.9", "F32.1", "F43.2", "K29.7", "I10", "E11.9", "B20", "O80", "S61.0")
_WORDS = ("back pain since lifting crates", "cold, no fever", "depressive episode", "stress reaction after conflict",
          "gastritis", "high blood pressure", "type 2 diabetes", "HIV, fit for work", "pregnant, no night shifts",
          "cut in the thumb")  # fmt: skip


def load(loader: Loader) -> None:
    for table, (package, item) in _COHORTS.items():
        loader.put(table, r_data(package, item))
    loader.put("health.covid_tests", r_data("medicaldata", "covid_testing"))
    loader.put("health.cgm_readings", _glucose())
    _patients(loader)
    _visits(loader)
    _claims(loader)


def _glucose() -> pd.DataFrame:
    frame = csv_data("bokeh_sampledata", "_data/CGM.csv.gz", dtype={"isig": str, "glucose": str})
    return frame.rename(columns={"datetime": "measured_at", "isig": "sensor_signal"})[
        ["measured_at", "sensor_signal", "glucose"]
    ]


def _patients(loader: Loader) -> None:
    rng, size = loader.chance("patients"), PATIENTS * loader.scale
    persons = people(rng, size, mail="mail.example")
    loader.put(
        "health.patients",
        {
            "patient_id": np.arange(1, size + 1),
            "insurance_no": numbered("A", rng.integers(10**8, 10**9, size)),
            "given_name": persons.given,
            "family_name": persons.family,
            "birth_date": persons.born,
            "sex": pick(rng, ("f", "m", "x"), size, (50, 49, 1)),
            "phone": blank(persons.phone, rng.random(size) < 0.2),
            "email": blank(persons.email, rng.random(size) < 0.4),
            "city": persons.city,
            "blood_group": pick(rng, ("A+", "0+", "B+", "AB+", "A-", "0-"), size, (37, 35, 9, 4, 8, 7)),
            "employee_no": blank(rng.integers(1, EMPLOYEES + 1, size), rng.random(size) < 0.8),
        },
    )


def _visits(loader: Loader) -> None:
    rng, size = loader.chance("visits"), 18_000 * loader.scale
    kind = rng.integers(0, len(_DIAGNOSES), size)
    weight = rng.normal(76, 13, size).clip(40, 160)
    height = rng.normal(172, 10, size).clip(145, 205)
    loader.put(
        "health.visits",
        {
            "visit_id": np.arange(1, size + 1),
            "patient_id": rng.integers(1, PATIENTS * loader.scale + 1, size),
            "seen_at": moments(rng, np.sort(END - rng.integers(0, 1_800, size))),
            "icd10": np.asarray(_DIAGNOSES, dtype=object)[kind],
            "findings": np.asarray(_WORDS, dtype=object)[kind],
            "systolic": rng.normal(128, 16, size).round(),
            "weight_kg": np.round(weight, 1),
            "height_cm": np.where(rng.random(size) < 0.01, np.round(height / 100, 2), np.round(height)),
            "fit_for_work": rng.random(size) < 0.86,
        },
    )


def _claims(loader: Loader) -> None:
    rng, size = loader.chance("claims"), 9_000 * loader.scale
    billed = money(rng.lognormal(4.6, 0.9, size))
    loader.put(
        "health.insurance_claims",
        {
            "claim_id": np.arange(1, size + 1),
            "patient_id": rng.integers(1, PATIENTS * loader.scale + 1, size),
            "filed_on": np.sort(END - rng.integers(0, 900, size)),
            "icd10": pick(rng, _DIAGNOSES, size),
            "billed": billed,
            "paid": blank(money(billed * _share(rng, size)), rng.random(size) < 0.12),
        },
    )


def _share(rng: np.random.Generator, size: int) -> Array:
    return rng.choice([1.0, 0.8, 0.5, 0.0], size, p=[0.7, 0.2, 0.05, 0.05])
