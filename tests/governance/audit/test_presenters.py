"""Sentences, and who gets which links."""

from collections.abc import Mapping

import pytest

from access.people.models import User
from governance.audit import links, verbs
from governance.audit.presenters import plain_sentence, sentence, tell
from governance.audit.verbs import Verb
from portal.kit.people import Person
from tests.governance.audit.events import make_event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _verbs(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [Verb("test.moved", "moved {object} to {place}"), Verb("test.thought", "didn't act")]
    monkeypatch.setattr(verbs, "_registered", {verb.code: verb for verb in known})


def test_a_sentence_uses_the_object_and_the_details() -> None:
    event = make_event("test.moved", object_name="orders", details={"place": "sales"})
    assert sentence(event) == "moved orders to sales"
    assert plain_sentence(event) == "moved orders to sales"


def test_a_detail_that_is_not_there_does_not_break_the_sentence() -> None:
    assert plain_sentence(make_event("test.moved", object_name="orders")) == "moved orders to …"


def test_nothing_in_an_event_becomes_html_or_a_format() -> None:
    event = make_event("test.moved", object_name="<b>{place}</b>", details={"place": "<i>{object.__class__}"})
    assert sentence(event, "/x?a=1&b=2") == (
        'moved <a href="/x?a=1&amp;b=2">&lt;b&gt;{place}&lt;/b&gt;</a> to &lt;i&gt;{object.__class__}'
    )
    assert plain_sentence(event) == "moved <b>{place}</b> to <i>{object.__class__}"
    assert sentence(make_event("test.thought")) == "didn&#x27;t act"


@pytest.mark.parametrize(
    ("verb", "expected"), [("gone.set_on_fire", "set on fire orders"), ("{odd}.{verb}", "verb orders")]
)
def test_a_verb_that_nobody_knows_any_more_is_spelt_out(verb: str, expected: str) -> None:
    assert plain_sentence(make_event(verb, object_name="orders")) == expected


def test_an_object_without_a_name_is_called_by_type_and_id() -> None:
    event = make_event("test.moved", object_type="assets.asset", object_id="7", details={"place": "x"})
    assert plain_sentence(event) == "moved asset 7 to x"


def test_links_lead_only_to_what_the_person_may_see(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def linker(person: Person, ids: list[str]) -> Mapping[str, str]:
        asked.append(ids)
        return {"7": "/assets/7/"} if person == officer else {}

    monkeypatch.setattr(links, "_linkers", {"assets.asset": linker})
    events = [make_event("test.moved", object_type="assets.asset", object_id=pk, object_name=pk) for pk in "879"]
    events.append(make_event("test.moved", object_type="other.thing", object_id="7", object_name="7"))
    told = tell(events, to=officer)
    assert [each.url for each in told] == ["", "/assets/7/", "", ""]
    assert '<a href="/assets/7/">7</a>' in told[1].sentence
    assert asked == [["7", "8", "9"]]


def test_details_are_told_apart_into_change_and_rest() -> None:
    details = {"before": {"a": 1}, "after": {"a": 2}, "outcome": "ok"}
    told = tell([make_event(details=details)], to=User())[0]
    assert (told.before, told.after, told.other_details) == ({"a": 1}, {"a": 2}, {"outcome": "ok"})
    assert tell([make_event(details={"before": "text"})], to=User())[0].before == {}
