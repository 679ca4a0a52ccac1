"""Dead letters: kept once, replayed once, decided with a reason that stands in the ledger."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from access.people.models import User
from governance.audit.models import Event
from portal.kit.dead_letters import actions, burying, queries, topics
from portal.kit.errors import Conflict, Invalid, NotAllowed, Unavailable
from portal.kit.models import DeadLetter

pytestmark = pytest.mark.django_db
OPEN, REPLAYED, DISCARDED = DeadLetter.State


@pytest.fixture
def replayed() -> Iterator[list[Any]]:
    """What the topic `test` was asked to do again; the number 13 is refused."""
    done: list[Any] = []

    def checked(payload: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(payload.get("number"), int):
            raise Invalid("Give a number.", field="payload")
        return {"number": payload["number"]}

    @topics.handles("test", label="A test", checked=checked)
    def replay(letter: DeadLetter, by: object) -> None:
        if letter.payload["number"] == 13:
            raise Conflict("Not now.")
        done.append(letter.payload["number"])

    yield done
    del topics._topics["test"]


def _buried(number: int = 1, *, key: str = "", code: str = "server_gone", topic: str = "test") -> DeadLetter:
    burying.bury(
        topic,
        subject=f"Number {number}",
        key=key or str(number),
        payload={"number": number},
        error=Unavailable("The server is gone.", code=code),
    )
    return DeadLetter.objects.get(topic=topic, key=key or str(number), state=OPEN)


def test_same_failure_adds_to_its_letter() -> None:
    first = _buried(1)
    second = _buried(1)
    assert (second.pk, second.attempts, second.first_failed_at) == (first.pk, 2, first.first_failed_at)
    assert second.last_failed_at > first.last_failed_at
    assert (second.error_code, second.error_message) == ("server_gone", "The server is gone.")


def test_unexpected_error_is_kept_without_its_text() -> None:
    with pytest.raises(ValueError, match="secret") as failed:
        int("secret value")
    burying.bury("test", subject="x", key="x", payload={}, error=failed.value)
    letter = DeadLetter.objects.get()
    assert (letter.error_code, letter.error_message) == (
        "ValueError",
        "It failed with an unexpected error (ValueError).",
    )
    assert letter.trace.endswith("ValueError")
    assert "test_letters.py" in letter.trace
    assert "invalid literal" not in letter.trace


def test_letter_goes_with_the_failure_that_is_undone() -> None:
    with transaction.atomic():
        _buried()
        transaction.set_rollback(True)
    assert not DeadLetter.objects.exists()


def test_replay_does_the_work_once_and_is_written_down(replayed: list[int], engineer: User) -> None:
    letter = _buried(7)
    actions.replay(letter, by=engineer, reason="The server is back.")
    letter.refresh_from_db()
    assert (replayed, letter.state, letter.decided_by_id, letter.reason) == (
        [7], REPLAYED, engineer.pk, "The server is back.",
    )  # fmt: skip
    event = Event.objects.get(verb="dead_letter.replayed")
    assert (event.object_name, event.reason, event.actor_id) == ("Number 7", "The server is back.", engineer.pk)
    for act in (actions.replay, actions.discard):
        with pytest.raises(Conflict, match="replayed meanwhile"):
            act(letter, by=engineer, reason="Again")
    assert (replayed, Event.objects.filter(verb__startswith="dead_letter").count()) == ([7], 1)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_replay_once(replayed: list[int], engineer: User) -> None:
    letter, gate = _buried(7), threading.Barrier(3)
    answers: list[str] = []

    def ask() -> None:
        gate.wait()
        try:
            actions.replay(letter, by=engineer, reason="Now")
            answers.append("done")
        except Conflict:
            answers.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(answers), replayed) == (["done", "too late", "too late"], [7])


def test_refused_replay_leaves_the_letter_open(replayed: list[int], engineer: User) -> None:
    letter = _buried(13)
    with pytest.raises(Conflict, match="Not now"):
        actions.replay(letter, by=engineer, reason="Try")
    letter.refresh_from_db()
    assert (letter.state, Event.objects.filter(verb="dead_letter.replayed").count()) == (OPEN, 0)


def test_discarded_work_is_taken_up_again(replayed: list[int], engineer: User) -> None:
    letter = _buried(7)
    actions.discard(letter, by=engineer, reason="Obsolete")
    assert DeadLetter.objects.get().state == DISCARDED
    actions.reopen(letter, by=engineer, reason="It was not")
    actions.replay(letter, by=engineer, reason="Now")
    assert (replayed, DeadLetter.objects.get().state) == ([7], REPLAYED)
    with pytest.raises(Conflict, match="Only discarded"):
        actions.reopen(letter, by=engineer, reason="Once more")


def test_reopening_finds_the_same_work_open_anew(engineer: User) -> None:
    letter = _buried(7)
    actions.discard(letter, by=engineer, reason="Obsolete")
    _buried(7)
    with pytest.raises(Conflict, match="failed anew"):
        actions.reopen(letter, by=engineer, reason="Oh")
    letter.refresh_from_db()
    assert letter.state == DISCARDED


def test_edited_payload_is_checked_kept_and_replayed(replayed: list[int], engineer: User) -> None:
    letter = _buried(7)
    with pytest.raises(Invalid, match="Give a number"):
        actions.edit(letter, by=engineer, payload={"number": "eight"}, reason="Wrong")
    assert DeadLetter.objects.get().payload == {"number": 7}
    for number in (8, 9):
        actions.edit(letter, by=engineer, payload={"number": number, "more": 1}, reason="Right")
    kept = _buried(7)  # the same failure again does not undo the edit
    assert (kept.payload, kept.original_payload, kept.attempts) == ({"number": 9}, {"number": 7}, 2)
    event = Event.objects.filter(verb="dead_letter.edited").latest("occurred_at")
    assert event.details == {"before": {"number": 8}, "after": {"number": 9}}
    actions.replay(letter, by=engineer, reason="Now")
    assert replayed == [9]


def test_all_of_one_kind_or_error(replayed: list[int], engineer: User) -> None:
    for number in (1, 2, 13):
        _buried(number)
    other = _buried(4, code="wrong_password")
    with pytest.raises(Invalid, match="Choose a kind"):
        actions.replay_all(queries.Wanted(text="Number"), by=engineer, reason="All")
    tally = actions.replay_all(queries.Wanted(error="server_gone"), by=engineer, reason="The server is back.")
    assert (tally.done, tally.left, [(letter.subject, why) for letter, why in tally.refused]) == (
        2, 0, [("Number 13", "Not now.")],
    )  # fmt: skip
    assert replayed == [1, 2]
    assert Event.objects.filter(verb="dead_letter.replayed").count() == 2
    other.refresh_from_db()
    assert other.state == OPEN
    assert actions.discard_all(queries.Wanted(topic="test"), by=engineer, reason="Enough").done == 2
    assert not DeadLetter.objects.filter(state=OPEN).exists()


@pytest.mark.parametrize("persona", ["analyst", "steward", "officer", "outsider"])
def test_others_decide_nothing(persona: str, request: pytest.FixtureRequest, replayed: list[int]) -> None:
    person, letter = request.getfixturevalue(persona), _buried(7)
    for act in (actions.replay, actions.discard, actions.reopen):
        with pytest.raises(NotAllowed):
            act(letter, by=person, reason="Mine")
    for refused in (
        lambda: actions.edit(letter, by=person, payload={"number": 8}, reason="Mine"),
        lambda: actions.replay_all(queries.Wanted(topic="test"), by=person, reason="Mine"),
        lambda: queries.letters(person),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert (replayed, DeadLetter.objects.values_list("state", "payload").get()) == ([], (OPEN, {"number": 7}))


def test_no_decision_without_a_reason(replayed: list[int], engineer: User) -> None:
    letter = _buried(7)
    with pytest.raises(Invalid) as refused:
        actions.replay(letter, by=engineer, reason="  ")
    assert (refused.value.field, replayed) == ("reason", [])


def test_work_of_a_room_that_is_gone_is_only_discarded(engineer: User) -> None:
    letter = _buried(7, topic="long.gone")
    with pytest.raises(Conflict, match="only be discarded"):
        actions.replay(letter, by=engineer, reason="Try")
    actions.discard(letter, by=engineer, reason="Nobody does this any more")
    assert DeadLetter.objects.get().state == DISCARDED


def test_work_done_otherwise_settles_its_letter() -> None:
    _buried(7)
    _buried(8)
    burying.settle("test", ["7"], because="A later run did it.")
    rows = DeadLetter.objects.order_by("key")
    assert [(row.state, row.reason, row.decided_by) for row in rows] == [
        ("replayed", "A later run did it.", None),
        ("open", "", None),
    ]
