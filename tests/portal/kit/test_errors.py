"""The tree of errors: each says how it is answered, and all are for people."""

import pytest

from portal.kit.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, Unavailable


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        (DomainError, "error", 400),
        (Invalid, "invalid", 422),
        (NotAllowed, "not_allowed", 403),
        (NotFound, "not_found", 404),
        (Conflict, "conflict", 409),
        (Unavailable, "unavailable", 503),
    ],
)
def test_kind_says_its_code_and_status(kind: type[DomainError], code: str, status: int) -> None:
    error = kind("Why.")
    assert (error.code, error.status, error.message, str(error)) == (code, status, "Why.", "Why.")
    assert kind("Why.", code="own").code == "own"
    assert kind.code == code


def test_own_code_field_and_way_out_are_kept() -> None:
    assert Invalid("Taken.", field="name").field == "name"
    assert NotAllowed("No.", how_to_fix="Ask.").how_to_fix == "Ask."
    assert NotAllowed("No.").field is None
