"""The page of weights: trying others on real queries, saving, restoring."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from access.people.models import User
from catalog.assets.models import Asset
from catalog.search.actions import index
from catalog.search.models import AskedQuery, OpenedResult, Weighting
from catalog.search.ranking import DEFAULTS, in_effect
from catalog.search.ranking.weights import KNOBS
from governance.audit.models import Event
from tests.conftest import make_person
from tests.factories.catalog import make_asset, make_schema

SignedIn = Callable[[User], Client]
URL = reverse("search:ranking")


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def ledgers(db: None) -> list[Asset]:
    """Two of equal names but for one word, the second certified."""
    schema = make_schema("mart")
    assets = [make_asset(f"ledger {word}", schema=schema) for word in ("amber", "green")]
    Asset.objects.filter(pk=assets[1].pk).update(certification="certified")
    index([asset.pk for asset in assets])
    return assets


def entered(**changes: object) -> dict[str, object]:
    return {knob.name: getattr(DEFAULTS, knob.name) for knob in KNOBS} | {"queries": "", "note": ""} | changes


def asked_by(person: User, text: str) -> AskedQuery:
    return AskedQuery.objects.create(
        person=person, text=text, key=text, total=2, engine="postgresql", milliseconds=5, at=timezone.now()
    )


def ask(person: User, text: str, opened: Asset, place: int) -> None:
    """As two people, so that the text is nobody's own."""
    asked_by(make_person("Asking Person"), text)
    asked = asked_by(person, text)
    OpenedResult.objects.create(asked=asked, asset=opened, place=place, at=timezone.now())


def test_each_weight_is_explained_with_its_default(admin: User, signed_in: SignedIn) -> None:
    page = signed_in(admin).get(URL).content.decode()
    for knob in KNOBS:
        assert escape(knob.label) in page
        assert f"default {knob.default:g}." in page
    assert "Nobody has searched yet" in page
    assert "Nobody has changed anything" in page


def test_trying_shows_what_would_change_and_changes_nothing(
    admin: User, analyst: User, signed_in: SignedIn, ledgers: list[Asset]
) -> None:
    ask(analyst, "ledger", ledgers[0], 2)
    answer = signed_in(admin).post(URL, entered(certified=0, do="try"))
    tried = answer.context["tried"]
    assert [[place.name for place in order] for order in (tried.changed[0].before, tried.changed[0].after)] == [
        ["ledger green", "ledger amber"], ["ledger amber", "ledger green"],
    ]  # fmt: skip
    assert (tried.opened_before, tried.opened_after) == (2, 1)
    assert "of 1 that find anything" in answer.content.decode()
    assert not Weighting.objects.exists()


def test_what_somebody_asked_alone_is_not_shown(
    admin: User, analyst: User, signed_in: SignedIn, ledgers: list[Asset]
) -> None:
    asked_by(analyst, "ledger green")
    asked_by(admin, "ledger amber")
    answer = signed_in(admin).post(URL, entered(do="try"))
    assert [one.text for one in answer.context["tried"].compared] == ["ledger amber"]
    assert "ledger green" not in [one.text for one in answer.context["tried"].changed]


def test_own_queries_are_tried_when_nobody_has_asked(admin: User, signed_in: SignedIn, ledgers: list[Asset]) -> None:
    answer = signed_in(admin).post(URL, entered(queries="ledger\nnothing at all like it", do="try"))
    assert [one.text for one in answer.context["tried"].compared] == ["ledger"]
    assert "The first ten stay as they are" in answer.content.decode()


def test_preview_tells_only_what_the_administrator_may_see(
    admin: User, analyst: User, signed_in: SignedIn, ledgers: list[Asset]
) -> None:
    ask(analyst, "ledger", ledgers[0], 1)
    Asset.objects.filter(pk=ledgers[0].pk).update(labels=["domain:999", f"asset:{ledgers[0].pk}"])
    sees_all = admin.has_perm("assets.view_everything")
    page = signed_in(admin).post(URL, entered(certified=0, do="try"))
    names = {place.name for one in page.context["tried"].compared for place in one.after}
    assert ("ledger amber" in names) == sees_all


@pytest.mark.django_db(transaction=True)
def test_saving_puts_into_effect_is_audited_and_can_be_taken_back(admin: User, signed_in: SignedIn) -> None:
    client = signed_in(admin)
    assert in_effect() == DEFAULTS
    client.post(URL, entered(certified=0.3, note="Stewards count more", do="save"))
    assert in_effect().certified == 0.3
    client.post(URL, entered(certified=0.4, note="And more", do="save"))
    assert in_effect().certified == 0.4
    first = Weighting.objects.last()
    assert first is not None
    client.post(reverse("search:ranking_restore", args=[first.pk]))
    assert in_effect().certified == 0.3
    client.post(reverse("search:ranking_defaults"))
    assert in_effect() == DEFAULTS
    assert Weighting.objects.count() == 4
    told = Event.objects.filter(verb="ranking.weighed").values_list("details", flat=True)
    assert {"note": "Stewards count more", "before": {}, "after": {"certified": 0.3}} in list(told)
    assert "Stewards count more" in client.get(URL).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"certified": 0.9, "note": "x"}, "certified"),
        ({"text": "much", "note": "x"}, "text"),
        ({"text": 1.5, "little_else_in_name": 1.5, "note": "x"}, "__all__"),
        ({"certified": 0.3}, "note"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(
    admin: User, signed_in: SignedIn, changes: dict[str, object], field: str
) -> None:
    answer = signed_in(admin).post(URL, entered(**changes, do="save"))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Weighting.objects.exists()


@pytest.mark.parametrize("view", ["ranking", "ranking_defaults"])
def test_others_are_refused(steward: User, signed_in: SignedIn, view: str) -> None:
    client = signed_in(steward)
    assert client.post(reverse(f"search:{view}"), entered(certified=0.3, note="x", do="save")).status_code == 403
    assert client.get("/api/v1/search-ranking/").status_code == 403
    assert not Weighting.objects.exists()


def test_api_tells_weights_and_history(admin: User, signed_in: SignedIn) -> None:
    Weighting.objects.create(weights={"certified": 0.3}, note="Stewards count more", made_by=admin)
    client = signed_in(admin)
    values = {row["name"]: (row["value"], row["default"]) for row in client.get("/api/v1/search-ranking/").json()}
    assert values["certified"] == (0.3, 0.15)
    [entry] = client.get("/api/v1/search-ranking/history/").json()
    assert (entry["note"], entry["made_by"], entry["weights"]) == (
        "Stewards count more", admin.name, {"certified": 0.3},
    )  # fmt: skip
