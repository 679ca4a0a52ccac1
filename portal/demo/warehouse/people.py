"""Invented people: names, addresses, phones, e-mails and IBANs of seven countries, from pools drawn with Faker."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from faker import Faker

from portal.demo.warehouse.chance import END, SEED, Array

COUNTRIES = ("DE", "GB", "FR", "IT", "ES", "NL", "SE")
SHARES = (0.34, 0.2, 0.14, 0.1, 0.09, 0.08, 0.05)
CUSTOMERS = 20_000
"""Customers at scale 1; numbered from 1, by day of registration."""

_LOCALES = ("de_DE", "en_GB", "fr_FR", "it_IT", "es_ES", "nl_NL", "sv_SE")
_DIALLING = ("+49", "+44", "+33", "+39", "+34", "+31", "+46")
_BANKS = ("37040044", "NWBK601613", "3000600001", "X0542811101", "21000418", "ABNA", "50000000")
_ACCOUNT_DIGITS = (10, 8, 13, 12, 12, 10, 12)
_POOL = 120
_ITALIAN_CITIES = (
    "Milano", "Roma", "Torino", "Napoli", "Bologna", "Firenze", "Genova", "Verona", "Bari", "Trieste", "Padova",
)  # fmt: skip
"""Faker keeps Italian cities in a set, whose order changes from process to process."""
_FOLD = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "'": None, " ": "", "-": "-"})


@dataclass(frozen=True)
class People:
    """Columns of equal length."""

    country: Array
    given: Array
    family: Array
    email: Array
    phone: Array
    street: Array
    postcode: Array
    city: Array
    born: Array
    iban: Array


def people(rng: np.random.Generator, size: int, *, mail: str = "example.com") -> People:
    """`size` people; all e-mail addresses are unique and under a domain that nobody can own."""
    land = rng.choice(len(COUNTRIES), size, p=SHARES)
    given, family, street, city, postcode = (pool[land, rng.integers(0, _POOL, size)] for pool in _pools())
    house = rng.integers(1, 180, size)
    return People(
        country=np.asarray(COUNTRIES, dtype=object)[land],
        given=given,
        family=family,
        email=_emails(given, family, mail),
        phone=_phones(rng, land),
        street=np.asarray([f"{name} {number}" for name, number in zip(street, house, strict=True)], dtype=object),
        postcode=postcode,
        city=city,
        born=END - rng.integers(18 * 365, 88 * 365, size),
        iban=_ibans(rng, land),
    )


def customer_count(scale: int) -> int:
    return CUSTOMERS * scale


def signup_days(scale: int) -> Array:
    """Day of registration of each customer, rising with the number; the same in every subject."""
    count = customer_count(scale)
    first = np.datetime64("2016-03-01")
    registered: Array = first + ((END - first).astype(int) * (np.arange(count) / count) ** 0.75).astype(int)
    return registered


def iban(country: str, bban: str) -> str:
    """The IBAN of a basic account number, with its two check digits (ISO 13616)."""
    digits = "".join(str(int(sign, 36)) for sign in f"{bban}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{bban}"


@cache
def _pools() -> tuple[Array, ...]:
    """Names, streets, cities and postcodes: one row for each country."""
    columns: list[list[list[str]]] = [[], [], [], [], []]
    for locale in _LOCALES:
        fake = Faker(locale)
        fake.seed_instance(SEED)
        city = partial(fake.random_element, _ITALIAN_CITIES) if locale == "it_IT" else fake.city
        makers: tuple[Callable[[], str], ...] = (
            fake.first_name, fake.last_name, fake.street_name, city, fake.postcode,
        )  # fmt: skip
        for column, maker in zip(columns, makers, strict=True):
            column.append([maker() for _ in range(_POOL)])
    return tuple(np.asarray(column, dtype=object) for column in columns)


def _emails(given: Array, family: Array, mail: str) -> Array:
    plain = {name: _plain(name) for name in {*given, *family}}
    return np.asarray(
        [f"{plain[a]}.{plain[b]}{n}@{mail}" for n, (a, b) in enumerate(zip(given, family, strict=True), 1)],
        dtype=object,
    )


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.lower().translate(_FOLD))
    return folded.encode("ascii", "ignore").decode()


def _phones(rng: np.random.Generator, land: Array) -> Array:
    numbers = rng.integers(150_000_000, 799_999_999, len(land))
    return np.asarray(
        [f"{_DIALLING[c]} {n // 1_000_000} {n % 1_000_000:06d}" for c, n in zip(land, numbers, strict=True)]
    )


def _ibans(rng: np.random.Generator, land: Array) -> Array:
    accounts = rng.integers(10**7, 10**8, len(land))
    return np.asarray(
        [
            iban(COUNTRIES[c], _BANKS[c] + f"{n:0{_ACCOUNT_DIGITS[c]}d}")
            for c, n in zip(land, accounts.tolist(), strict=True)
        ],
        dtype=object,
    )
