"""Ledger, invoices, suppliers, budgets and exchange rates."""

import numpy as np

from portal.demo.warehouse.chance import END, Array, blank, days, load_curve, money, numbered, pick
from portal.demo.warehouse.loader import Loader
from portal.demo.warehouse.people import people

UNBALANCED = 7
"""Journal entries at scale 1 whose debit and credit differ."""

_ACCOUNTS = {
    4000: "Sales, goods", 4100: "Interest income", 5000: "Cost of goods", 6000: "Salaries", 6100: "Rent",
    6200: "Fuel and tolls", 6300: "Advertising", 1200: "Receivables", 1000: "Bank", 1600: "Payables",
}  # fmt: skip
_RATES = {"USD": 1.13, "GBP": 0.85, "SEK": 10.4, "CHF": 1.02}


def load(loader: Loader) -> None:
    codes = list(_ACCOUNTS)
    loader.put("finance.gl_accounts", {"account": codes, "name": list(_ACCOUNTS.values())})
    _journal(loader)
    _suppliers(loader)
    _invoices(loader)
    _budgets(loader, codes)
    _exchange_rates(loader)


def _journal(loader: Loader) -> None:
    rng, size, calendar = loader.chance("journal"), 30_000 * loader.scale, days()
    curve = load_curve(calendar, month_end=6)
    booked = np.sort(rng.choice(calendar, size, p=curve / curve.sum()))
    amount = money(rng.lognormal(6.5, 1.4, size))
    credit = amount.copy()
    credit[rng.choice(size, UNBALANCED * loader.scale, replace=False)] += 0.5
    loader.put(
        "finance.journal_lines",
        {
            "entry_no": np.repeat(np.arange(1, size + 1), 2),
            "side": np.tile(["D", "C"], size),
            "booked_on": np.repeat(booked, 2),
            "account": np.column_stack([rng.choice(list(_ACCOUNTS), size), np.full(size, 1000)]).ravel(),
            "amount": np.column_stack([amount, money(credit)]).ravel(),
            "cost_centre": pick(rng, ("K100", "K200", "K300", "K900"), 2 * size),
        },
    )


def _suppliers(loader: Loader) -> None:
    rng, size = loader.chance("suppliers"), 400
    persons = people(rng, size, mail="supplier.example")
    loader.put(
        "finance.suppliers",
        {
            "supplier_id": np.arange(1, size + 1),
            "name": persons.family + " " + pick(rng, ("GmbH", "Ltd", "SARL", "BV", "AB"), size),
            "country": persons.country,
            "iban": persons.iban,
            "contact_person": persons.given + " " + persons.family,
            "contact_email": persons.email,
        },
    )


def _invoices(loader: Loader) -> None:
    rng, size = loader.chance("invoices"), 20_000 * loader.scale
    issued = np.sort(END - rng.integers(0, 1_800, size))
    net = money(rng.lognormal(6.8, 1.1, size))
    paid = issued + rng.gamma(4, 8, size).astype(int)
    loader.put(
        "finance.invoices",
        {
            "invoice_no": numbered("R", np.arange(1, size + 1), 8),
            "supplier_id": rng.integers(1, 401, size),
            "issued_on": issued,
            "due_on": issued + 30,
            "paid_on": blank(paid, paid > END),
            "net_amount": net,
            "vat_rate": rng.choice([0.19, 0.07, 0.0], size, p=[0.8, 0.15, 0.05]),
            "currency": pick(rng, ("EUR", "GBP", "USD"), size, (8, 1, 1)),
        },
    )


def _budgets(loader: Loader, codes: list[int]) -> None:
    rng, years = loader.chance("budgets"), np.arange(2022, 2028)
    loader.put(
        "finance.budgets",
        {
            "year": np.repeat(years, len(codes)),
            "account": np.tile(codes, len(years)),
            "planned": money(rng.lognormal(13, 0.6, len(years) * len(codes))),
        },
    )


def _exchange_rates(loader: Loader) -> None:
    """Banking days only: weekends are missing by nature, not by fault."""
    rng, calendar = loader.chance("rates"), days()
    banking = calendar[(calendar.astype(int) + 3) % 7 < 5]
    walk: Array = np.exp(np.cumsum(rng.normal(0, 0.004, (len(banking), len(_RATES))), axis=0))
    loader.put(
        "finance.exchange_rates",
        {
            "rate_day": np.repeat(banking, len(_RATES)),
            "currency": np.tile(list(_RATES), len(banking)),
            "rate": np.round(walk * list(_RATES.values()), 5).ravel(),
        },
    )
