"""A real warehouse, one a test module."""

from collections.abc import Iterator

import pytest

from tests.catalog.sources.warehouse import Warehouse, standing


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Warehouse]:
    with standing() as house:
        yield house
