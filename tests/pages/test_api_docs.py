"""The API's reference is made from the API itself."""

from collections.abc import Callable

from django.test import Client

from access.people.models import User
from portal import reference

SignIn = Callable[[User], Client]


def test_every_section_is_listed_and_explained(analyst: User, signed_in: SignIn) -> None:
    client = signed_in(analyst)
    start = client.get("/api/docs/").content.decode()
    assert {"assets", "sources", "runs", "search", "people"} <= set(reference.sections())
    for section, operations in reference.sections().items():
        assert f"?section={section}" in start
        page = client.get(f"/api/docs/?section={section}").content.decode()
        assert [operation.anchor for operation in operations if f'id="{operation.anchor}"' not in page] == []


def test_reference_knows_parameters_bodies_and_answers() -> None:
    test = next(
        one for one in reference.sections()["sources"] if one.path == "/api/v1/sources/" and one.method == "POST"
    )
    assert {field.name for field in test.body if field.is_required} == {"name"}
    assert next(field for field in test.body if field.name == "tls").kind.startswith("disable | prefer")
    assert "id" not in {field.name for field in test.body}
    assert [status for status, _, _ in test.answers] == ["201"]
    person = next(one for one in reference.sections()["people"] if one.method == "POST")
    assert {field.name: field.kind for field in person.body if field.name in {"roles", "teams"}} == {
        "roles": "list of analyst | steward | officer | engineer | administrator",
        "teams": "list of integer",
    }
    assert test.example.startswith("curl -X POST")


def test_unknown_section_is_not_there(analyst: User, signed_in: SignIn) -> None:
    assert signed_in(analyst).get("/api/docs/?section=nothing").status_code == 404
