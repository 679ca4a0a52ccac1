"""The company that pages are tested with."""

import pytest

from tests.conftest import make_person
from tests.factories.company import PERSONAS, Company, make_company


@pytest.fixture
def company(db: None) -> Company:
    """Return a small company with every persona in it."""
    return make_company({name: make_person(f"{name.title()} Person", *roles) for name, roles in PERSONAS.items()})
