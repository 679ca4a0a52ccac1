"""What engines ask for, with an engine made for the test: options, unused facts, where a secret may go."""

from typing import Any

import pytest

from access.people.models import User
from catalog.sources import actions
from catalog.sources.engines import Engine, Family, Option, choice, registry
from catalog.sources.models import Source
from portal.kit.errors import Invalid

pytestmark = pytest.mark.django_db
LAKE = Engine(
    key="test_lake",
    label="Test lake",
    family=Family.FILES,
    door="tests.nowhere:DOOR",
    connector="tests.nowhere:CONNECTOR",
    address=("database", "username", "password"),
    may_be_empty=("username", "password"),
    labels={"database": "Folder"},
    options=(
        Option("region", "Region", required=True),
        Option("format", "Format", choices=(("parquet", "Parquet"), ("csv", "CSV")), says_where=False, default="csv"),
        Option("endpoint", "Endpoint"),
    ),
    needs=("no_such_module_anywhere",),
    extra="lakes",
)
FACTS: dict[str, Any] = {"name": "Lake", "database": "/lake", "options": {"region": " eu "}}


@pytest.fixture(autouse=True)
def _lake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._engines, "test_lake", LAKE)


def make_lake(engineer: User, **facts: Any) -> Source:
    return actions.create(by=engineer, engine="test_lake", untested=True, **{"password": ""} | FACTS | facts)


def test_options_are_stored_tidily_with_defaults(engineer: User) -> None:
    source = make_lake(engineer, options={"region": " eu ", "format": "", "endpoint": ""})
    stored = Source.objects.get(pk=source.pk)
    assert (stored.engine, stored.database, stored.options) == ("test_lake", "/lake", {"region": "eu"})
    assert (stored.host, stored.port, stored.username) == ("", None, "")


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"options": {}}, "options.region", "Region is missing"),
        ({"options": {"region": "eu", "format": "orc"}}, "options.format", "is one of: parquet, csv"),
        ({"options": {"region": "eu", "secret": "x"}}, "options", "has no option “secret”"),
        ({"options": {"region": 5}}, "options.region", "has to be text"),
        ({"options": ["region"]}, "options", "names with values"),
        ({"host": "lake.example"}, "host", "Test lake has no host"),
        ({"port": 5432}, "port", "Test lake has no port"),
        ({"tls": "require"}, "tls", "Test lake has no tls"),
        ({"database": ""}, "database", "Folder is missing"),
        ({"engine": "nothing"}, "engine", "There is no engine"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(engineer: User, wrong: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        actions.create(by=engineer, untested=True, **{"password": "", "engine": "test_lake"} | FACTS | wrong)
    assert caught.value.field == field
    assert words in caught.value.message
    assert not Source.objects.exists()


def test_a_missing_driver_says_what_to_install(engineer: User) -> None:
    with pytest.raises(Invalid) as caught:
        actions.create(by=engineer, engine="test_lake", password="", **FACTS)
    assert caught.value.code == "driver_missing"
    assert "pip install 'atrium[lakes]'" in caught.value.message
    assert LAKE.missing_modules == ["no_such_module_anywhere"]


@pytest.mark.parametrize(
    "moved",
    [{"database": "/elsewhere"}, {"options": {"region": "us"}}, {"options": {"region": "eu", "endpoint": "evil"}}],
)
def test_the_stored_secret_does_not_follow_to_another_place(engineer: User, moved: dict[str, Any]) -> None:
    source = make_lake(engineer, username="key", password="secret")
    with pytest.raises(Invalid) as caught:
        actions.change(source, by=engineer, untested=True, **moved)
    assert (caught.value.code, caught.value.field) == ("password_needed", "password")
    assert Source.objects.values("database", "options").get() == {"database": "/lake", "options": {"region": "eu"}}


def test_what_does_not_say_where_needs_no_password(engineer: User) -> None:
    source = make_lake(engineer, username="key", password="secret")
    actions.change(source, by=engineer, untested=True, options={"region": "eu", "format": "parquet"})
    assert Source.objects.get().options == {"region": "eu", "format": "parquet"}


def test_a_place_without_a_secret_may_change(engineer: User) -> None:
    source = make_lake(engineer)
    actions.change(source, by=engineer, untested=True, database="/elsewhere")
    assert Source.objects.get().database == "/elsewhere"


def test_the_engine_stays(engineer: User) -> None:
    source = make_lake(engineer)
    with pytest.raises(Invalid) as caught:
        actions.change(source, by=engineer, engine="postgresql", untested=True)
    assert caught.value.field == "engine"
    assert Source.objects.get().engine == "test_lake"


def test_engines_are_found_by_words() -> None:
    found = choice.by_family("FILES lake test")
    assert [(family.value, [engine.key for engine in engines]) for family, engines in found] == [
        ("Files and lakes", ["test_lake"])
    ]
    assert choice.by_family("nothing like this") == []
    assert "postgresql" in [engine.key for _, engines in choice.by_family() for engine in engines]
