"""Differences of texts and of named values, as data; templates draw them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "removed", "added"]
_WORDS_AT_MOST = 3000  # of both texts together; longer ones are compared by line, as the time grows with the square


@dataclass(frozen=True)
class Part:
    """A piece of text that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Change:
    """A named value before and after; None says that there was none."""

    name: str
    before: object
    after: object

    @property
    def kind(self) -> Literal["added", "removed", "changed"]:
        """Say what happened to the value."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


def words(before: str, after: str) -> list[Part]:
    """Compare two texts by word, or by line when they are long."""
    old, new = _tokens(before, after)
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    parts: list[Part] = []
    for operation, a, b, c, d in matcher.get_opcodes():
        parts += _parts(operation, "".join(old[a:b]), "".join(new[c:d]))
    return parts


def values(before: Mapping[str, object], after: Mapping[str, object]) -> list[Change]:
    """Return the values that differ, in the order of `before`, then the new ones."""
    names = [*before, *(name for name in after if name not in before)]
    changes = (Change(name, before.get(name), after.get(name)) for name in names)
    return [change for change in changes if change.before != change.after]


def _tokens(before: str, after: str) -> tuple[list[str], list[str]]:
    pair = [re.findall(r"\w+|\s+|[^\w\s]", text) for text in (before, after)]
    if len(pair[0]) + len(pair[1]) > _WORDS_AT_MOST:
        pair = [text.splitlines(keepends=True) for text in (before, after)]
    return pair[0], pair[1]


def _parts(operation: str, old: str, new: str) -> Iterator[Part]:
    if operation == "equal":
        yield Part("same", old)
        return
    if old:
        yield Part("removed", old)
    if new:
        yield Part("added", new)
