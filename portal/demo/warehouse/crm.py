"""Customers, contacts, tickets, consents; and the purchases of the old CD shop."""

import numpy as np
import pandas as pd

from portal.demo.warehouse.chance import END, Array, blank, moments, money, numbered, pick
from portal.demo.warehouse.loader import Columns, Loader
from portal.demo.warehouse.people import COUNTRIES, People, customer_count, people, signup_days
from portal.demo.warehouse.real import package_file, snake

TWICE = 37
"""Customers at scale 1 who registered a second time, with another e-mail address."""
CENTENARIANS = 212
"""Customers with the birth date 1900-01-01, which the old shop wrote for 'unknown'."""

_SUBJECTS = ("Delivery late", "Invoice question", "Change of address", "Return", "Complaint", "Praise", "Loan question")
_BODIES = (
    "Customer {name} called about the delayed delivery, wants a call back on {phone}.",
    "Asked us to send the invoice again to {email}. Done.",
    "{name} moved; new address taken over the phone, ID card seen in the shop.",
    "Refund agreed. Pay to {iban}, customer is in a wheelchair and cannot come to the shop.",
    "Complains about warm yoghurt. Says it made her ill, doctor's note follows.",
    "Very content with the driver. No action.",
    "Wants to lower the monthly rate, lost his job in spring. Passed on to Credit Risk.",
    "Number {phone} does not exist. Tried by e-mail.",
    "Contract read out, {name} agreed to everything.",
    "Password reset, identity checked by date of birth.",
)


def load(loader: Loader) -> None:
    persons = _customers(loader)
    _addresses(loader, persons)
    _consents(loader)
    _contact_log(loader, persons)
    _tickets(loader)
    _loyalty(loader)
    loader.put("crm.legacy_purchases", _cdnow())
    loader.put('crm."Kunden Übersicht"', _overview())


def _customers(loader: Loader) -> People:
    rng, count = loader.chance("customers"), customer_count(loader.scale)
    persons = people(rng, count)
    _register_twice(persons, count, TWICE * loader.scale)
    persons.born[rng.choice(count // 2, CENTENARIANS * loader.scale, replace=False)] = np.datetime64("1900-01-01")
    registered = signup_days(loader.scale)
    status = pick(rng, ("active", "dormant", "closed", "blocked"), count, (70, 20, 8, 2))
    loader.put("crm.customers", _customer_columns(rng, persons, registered, status))
    return persons


def _customer_columns(rng: np.random.Generator, persons: People, registered: Array, status: Array) -> Columns:
    count = len(status)
    notes = pick(
        rng, ("prefers e-mail", "VIP, treat with care", "deaf, never call", "pays late", "speaks only German"), count
    )
    return {
        "customer_id": np.arange(1, count + 1),
        "customer_no": numbered("C-", np.arange(1, count + 1), 7),
        "given_name": persons.given,
        "family_name": persons.family,
        "email": blank(persons.email, rng.random(count) < 0.025),
        "phone": blank(persons.phone, rng.random(count) < 0.07),
        "birth_date": persons.born,
        "street": persons.street,
        "postcode": persons.postcode,
        "city": persons.city,
        "country": persons.country,
        "iban": blank(persons.iban, rng.random(count) < 0.3),
        "status": status,
        "registered_on": registered,
        "closed_on": blank(np.minimum(registered + 400, END), status != "closed"),
        "preferred_channel": pick(rng, ("store", "web", "app", "phone"), count, (3, 5, 4, 1)),
        "credit_limit": money(rng.lognormal(6.2, 0.7, count)),
        "notes": blank(notes, rng.random(count) < 0.9),
    }


def _register_twice(persons: People, count: int, twice: int) -> None:
    """The last customers are earlier ones again: same person and account, other e-mail."""
    again, first = slice(count - twice, count), slice(1_000, 1_000 + twice)
    for column in (
        persons.given,
        persons.family,
        persons.born,
        persons.iban,
        persons.street,
        persons.postcode,
        persons.city,
    ):
        column[again] = column[first]
    persons.country[again] = persons.country[first]


def _addresses(loader: Loader, persons: People) -> None:
    rng, count = loader.chance("addresses"), customer_count(loader.scale)
    other = np.sort(rng.choice(count, count // 4, replace=False))
    owners = np.concatenate([np.arange(count), other])
    source = np.concatenate([np.arange(count), rng.integers(0, count, len(other))])
    loader.put(
        "crm.customer_addresses",
        {
            "address_id": np.arange(1, len(owners) + 1),
            "customer_id": owners + 1,
            "kind": np.where(np.arange(len(owners)) < count, "billing", "shipping"),
            "street": persons.street[source],
            "postcode": persons.postcode[source],
            "city": persons.city[source],
            "country": persons.country[source],
        },
    )


def _consents(loader: Loader) -> None:
    rng, count = loader.chance("consents"), customer_count(loader.scale)
    purposes = ("newsletter", "profiling", "credit_check")
    given = np.tile(signup_days(loader.scale), 3)
    withdrawn = given + rng.integers(10, 900, 3 * count)
    loader.put(
        "crm.customer_consents",
        {
            "customer_id": np.tile(np.arange(1, count + 1), 3),
            "purpose": np.repeat(purposes, count),
            "given_on": given,
            "withdrawn_on": blank(withdrawn, (rng.random(3 * count) < 0.85) | (withdrawn > END)),
            "legal_basis": np.repeat(("consent", "consent", "contract"), count),
        },
    )


def _contact_log(loader: Loader, persons: People) -> None:
    rng, size = loader.chance("contacts"), 60_000 * loader.scale
    who = rng.integers(0, customer_count(loader.scale), size)
    dates = np.sort(END - (rng.random(size) ** 1.3 * 1_840).astype(int))
    kind = rng.integers(0, len(_BODIES), size)
    facts = zip(
        kind,
        persons.given[who],
        persons.family[who],
        persons.phone[who],
        persons.email[who],
        persons.iban[who],
        strict=True,
    )
    bodies = [_BODIES[k].format(name=f"{a} {b}", phone=p, email=e, iban=i) for k, a, b, p, e, i in facts]
    loader.put(
        "crm.contact_log",
        {
            "contact_id": np.arange(1, size + 1),
            "customer_id": who + 1,
            "occurred_at": moments(rng, dates),
            "channel": pick(rng, ("phone", "web", "store", "app"), size, (6, 3, 1, 1)),
            "direction": pick(rng, ("in", "out"), size, (7, 3)),
            "subject": np.asarray(_SUBJECTS, dtype=object)[kind % len(_SUBJECTS)],
            "body": bodies,
            "agent": numbered("agent", rng.integers(1, 45, size), 2),
            "sentiment": blank(np.round(rng.normal(0.1, 0.4, size).clip(-1, 1), 2), rng.random(size) < 0.3),
        },
    )


def _tickets(loader: Loader) -> None:
    rng, size = loader.chance("tickets"), 15_000 * loader.scale
    opened = moments(rng, np.sort(END - rng.integers(0, 1_100, size)))
    solved = opened + (rng.lognormal(10.5, 1.2, size)).astype("timedelta64[s]")
    loader.put(
        "crm.support_tickets",
        {
            "ticket_id": np.arange(1, size + 1),
            "customer_id": rng.integers(1, customer_count(loader.scale) + 1, size),
            "opened_at": opened,
            "solved_at": blank(solved, (rng.random(size) < 0.06) | (solved > END.astype("datetime64[s]"))),
            "priority": pick(rng, ("info", "warning", "critical"), size, (70, 25, 5)),
            "topic": pick(rng, _SUBJECTS, size),
        },
    )


def _loyalty(loader: Loader) -> None:
    rng, count = loader.chance("loyalty"), customer_count(loader.scale)
    members = np.sort(rng.choice(count, count * 9 // 20, replace=False)) + 1
    points = rng.gamma(1.4, 800, len(members)).astype(int)
    loader.put(
        "crm.loyalty_members",
        {
            "card_no": numbered("29", members * 7 + 10_000_000, 10),
            "customer_id": members,
            "joined_on": signup_days(loader.scale)[members - 1] + 14,
            "points": points,
            "tier": np.select([points > 3_000, points > 1_200], ["gold", "silver"], "blue"),
        },
    )


def _cdnow() -> pd.DataFrame:
    columns = ["customer_id", "purchased_on", "number_of_cds", "dollar_value"]
    path = package_file("lifetimes", "datasets/CDNOW_master.txt")
    frame = snake(pd.read_csv(path, sep=r"\s+", skiprows=1, header=None, names=columns, dtype={"purchased_on": str}))
    frame["purchased_on"] = pd.to_datetime(frame["purchased_on"]).dt.date
    return frame.rename(columns={"customer_id": "cdnow_customer"})


def _overview() -> Columns:
    return {
        "Land": list(COUNTRIES),
        "Kundenzahl": [6_800, 4_000, 2_800, 2_000, 1_800, 1_600, 1_000],
        'Größe "netto" (m²)': [41_200.5, 22_310.0, 17_904.25, 9_800.0, 11_250.75, 8_130.0, 5_400.0],
        "Bemerkung": ["Stand 2019", None, None, "Mailand geschätzt", None, None, "ohne Göteborg"],
    }
