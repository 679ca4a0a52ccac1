import os
import re
import subprocess
import sys

import numpy as np

from portal.demo.warehouse.chance import chance
from portal.demo.warehouse.people import COUNTRIES, iban, people, signup_days


def _checks(number: str) -> bool:
    moved = number[4:] + number[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def test_a_published_iban_comes_out() -> None:
    assert iban("DE", "370400440532013000") == "DE89370400440532013000"
    assert iban("GB", "NWBK60161331926819") == "GB29NWBK60161331926819"


def test_people_have_valid_ibans_and_addresses_of_their_own() -> None:
    found = people(chance("test"), 2_000)
    assert all(_checks(number) for number in found.iban)
    assert {len(number) for number in found.iban} <= {18, 22, 24, 27}
    assert len(set(found.email)) == 2_000
    assert all(re.fullmatch(r"[a-z0-9.\-]+@example\.com", address) for address in found.email)
    assert set(found.country) == set(COUNTRIES)


def test_the_same_seed_makes_the_same_people() -> None:
    first, second = people(chance("test"), 50), people(chance("test"), 50)
    assert all(np.array_equal(getattr(first, name), getattr(second, name)) for name in vars(first))


def test_pools_do_not_hang_on_the_order_of_sets() -> None:
    code = "from portal.demo.warehouse.people import _pools; print([row.tolist() for row in _pools()])"
    first, second = (
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    )
    assert first == second


def test_customers_are_numbered_by_registration() -> None:
    days = signup_days(1)
    assert len(days) == 20_000
    assert (np.diff(days).astype(int) >= 0).all()
