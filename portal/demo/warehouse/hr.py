"""Employees: the Watson attrition data under invented names, their pay and their absences."""

import numpy as np

from portal.demo.warehouse.chance import END, Array, blank, money, numbered, pick
from portal.demo.warehouse.loader import Loader
from portal.demo.warehouse.people import people
from portal.demo.warehouse.real import r_data

EMPLOYEES = 1_470
_ATTRIBUTES = (
    "age", "attrition", "business_travel", "department", "distance_from_home", "education", "education_field", "gender",
    "job_level", "job_role", "job_satisfaction", "marital_status", "monthly_income", "over_time", "performance_rating",
    "stock_option_level", "total_working_years", "work_life_balance", "years_at_company", "years_in_current_role",
)  # fmt: skip


def load(loader: Loader) -> None:
    frame = r_data("modeldata", "attrition")[list(_ATTRIBUTES)]
    rng = loader.chance("employees")
    persons = people(rng, EMPLOYEES, mail="company.example")
    numbers = np.arange(1, EMPLOYEES + 1)
    frame.insert(0, "employee_no", numbers)
    frame = frame.assign(
        given_name=persons.given, family_name=persons.family, work_email=persons.email, home_phone=persons.phone,
        national_id=numbered("ID", rng.integers(10**8, 10**9, EMPLOYEES), 9), bank_iban=persons.iban,
    )  # fmt: skip
    loader.put("hr.employees", frame)
    _payroll(loader, numbers, frame["monthly_income"].to_numpy())
    _absences(loader)


def _payroll(loader: Loader, numbers: Array, income: Array) -> None:
    rng, months = loader.chance("payroll"), np.arange("2025-11", "2026-11", dtype="datetime64[M]")
    gross = np.tile(income, len(months)) * rng.normal(1, 0.02, len(months) * len(numbers))
    loader.put(
        "hr.payroll",
        {
            "employee_no": np.tile(numbers, len(months)),
            "pay_month": np.repeat(months, len(numbers)).astype("datetime64[D]"),
            "gross_pay": money(gross),
            "tax": money(gross * 0.29),
            "church_tax": blank(money(gross * 0.02), rng.random(len(gross)) < 0.7),
        },
    )


def _absences(loader: Loader) -> None:
    rng, size = loader.chance("absences"), 6_000
    first = END - rng.integers(0, 1_000, size)
    reason = pick(rng, ("holiday", "sick", "child sick", "parental leave", "training"), size, (50, 34, 8, 2, 6))
    loader.put(
        "hr.absences",
        {
            "absence_id": np.arange(1, size + 1),
            "employee_no": rng.integers(1, EMPLOYEES + 1, size),
            "first_day": first,
            "last_day": first + rng.geometric(0.25, size),
            "reason": reason,
            "icd10": blank(pick(rng, ("J06.9", "M54.5", "F32.1", "K29.7", "S93.4"), size), reason != "sick"),
        },
    )
