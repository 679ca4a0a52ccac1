"""What kinds of work there are, and how each is replayed. Rooms register theirs when they are loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.kit.errors import Conflict
from portal.kit.models import DeadLetter
from portal.kit.people import Person

Payload = dict[str, Any]
Replay = Callable[[DeadLetter, Person], None]


@dataclass(frozen=True)
class Topic:
    """A kind of work."""

    name: str
    label: str
    replay: Replay
    """Sends the work again within the caller's transaction: rows and messages on commit, nothing at once. It raises
    DomainError when that can't be now; the letter then stays open."""
    checked: Callable[[Payload], Payload]
    """Returns an edited payload as it will be kept, or raises Invalid in plain words."""
    url: Callable[[DeadLetter], str]
    """Returns the address of what the work was about, or nothing."""


_topics: dict[str, Topic] = {}


def handles(
    name: str,
    *,
    label: str,
    checked: Callable[[Payload], Payload],
    url: Callable[[DeadLetter], str] = lambda letter: "",
) -> Callable[[Replay], Replay]:
    """Register a function that replays the letters of a topic."""

    def register(replay: Replay) -> Replay:
        _topics[name] = Topic(name, label, replay, checked, url)
        return replay

    return register


def find(name: str) -> Topic | None:
    """Return a topic, or None for one whose room is no longer here."""
    return _topics.get(name)


def topic_of(letter: DeadLetter) -> Topic:
    """Return the letter's topic; raise Conflict when its room is no longer here."""
    found = find(letter.topic)
    if found is None:
        raise Conflict("Nothing here knows any more how to do this work. It can only be discarded.")
    return found


def choices() -> list[tuple[str, str]]:
    """Return names and labels, by label."""
    return sorted(((topic.name, topic.label) for topic in _topics.values()), key=lambda pair: pair[1])


def label_of(name: str) -> str:
    """Return the label, or the bare name of a topic that is no longer here."""
    found = find(name)
    return found.label if found else name
