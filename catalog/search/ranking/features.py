"""What is known of each candidate for its place, read in one statement for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from itertools import starmap
from math import log
from typing import Any, NamedTuple

from catalog.search.backend import Candidate, Question
from catalog.search.ranking.measuring import statement
from catalog.search.ranking.wording import units
from portal.kit import clock
from portal.kit.people import Person

_RECENT = timedelta(days=30)
_NOT, _TYPED, _VARIANT = "012"


class NameMatch(IntEnum):
    """How well the name is met, worst first."""

    NONE = 0
    WORDS = 1
    BEGINNING = 2
    SAME = 3
    EXACT = 4


class ColumnMatch(IntEnum):
    """How well one column's name is met by the whole text."""

    NONE = 0
    WORDS = 1
    EXACT = 2


@dataclass(slots=True)  # not frozen: five hundred are made a search, and that is three times as fast
class Features:
    """A candidate, measured. Shares are 0 to 1; words count by their rarity among the candidates."""

    asset_id: int
    name: NameMatch = NameMatch.NONE
    by_variant: bool = False
    """The name is met by a word that the dictionary takes for what was typed."""
    little_else: float = 0.0
    """The text's part of the name: 1 when there is nothing else in it."""
    column: ColumnMatch = ColumnMatch.NONE
    words: int = 0
    words_in_name: int = 0
    words_in_description: int = 0
    words_in_columns: int = 0
    words_found: int = 0
    name_share: float = 0.0
    variant_share: float = 0.0
    """Of the name as well, by words that the dictionary takes for what was typed."""
    column_share: float = 0.0
    description_share: float = 0.0
    found_share: float = 1.0
    is_loose: bool = False
    text: float = 0.0
    certification: str = ""
    popularity: int = 0
    days_since_update: float = 0.0
    completeness: int = 0
    is_in_my_domain: bool = False
    is_recently_used: bool = False
    domain_id: int | None = None
    sort_key: tuple[Any, ...] = ()


class _Measured(NamedTuple):
    """A row of the statement."""

    asset_id: int
    name_key: str
    is_exact: bool
    is_variant: bool
    begins: bool
    words_of_name: int
    in_name: str
    in_description: str
    in_columns: str
    anywhere: str
    column_named: bool
    column_alike: bool
    certification: str
    popularity: int
    days: int
    completeness: int
    domain_id: int | None
    is_recently_used: bool


def measured(question: Question, person: Person, candidates: Sequence[Candidate]) -> list[Features]:
    """Measure candidates that the person may see; the others are left out."""
    text = {candidate.asset_id: candidate.text for candidate in candidates}
    now = clock.now()
    found = statement(question).fetch(ids=list(text), now=now, person=person.pk, recent=now - _RECENT)
    rows = list(starmap(_Measured, found))
    rarity = _rarity(rows, len(units(question.query)), is_loose=question.is_loose)
    return [_features(row, question, rarity, text[row.asset_id]) for row in rows]


def _features(row: _Measured, question: Question, rarity: list[float], text: float) -> Features:
    name = _name_match(row)
    return Features(
        row.asset_id,
        name=name,
        by_variant=name != NameMatch.EXACT and (row.is_variant or _VARIANT in row.in_name),
        little_else=min(1.0, len(row.in_name) / max(1, row.words_of_name)),
        column=ColumnMatch.EXACT if row.column_named else ColumnMatch.WORDS if row.column_alike else ColumnMatch.NONE,
        words=len(row.in_name),
        words_in_name=len(row.in_name) - row.in_name.count(_NOT),
        words_in_description=row.in_description.count(_TYPED),
        words_in_columns=row.in_columns.count(_TYPED),
        words_found=row.anywhere.count(_TYPED) if question.is_loose else len(row.in_name),
        name_share=_share(row.in_name, rarity),
        variant_share=_share(row.in_name, rarity, _VARIANT),
        description_share=_share(row.in_description, rarity),
        column_share=_share(row.in_columns, rarity),
        found_share=_share(row.anywhere, rarity) if question.is_loose else 1.0,
        is_loose=question.is_loose,
        text=text,
        certification=row.certification,
        popularity=row.popularity,
        days_since_update=float(row.days),
        completeness=row.completeness,
        is_in_my_domain=row.domain_id in question.rights.domains,
        is_recently_used=row.is_recently_used,
        domain_id=row.domain_id,
        sort_key=(-row.popularity, row.name_key, row.asset_id),
    )


def _name_match(row: _Measured) -> NameMatch:
    are_all_in = bool(row.in_name) and _NOT not in row.in_name
    if row.is_exact:
        return NameMatch.EXACT
    if row.is_variant or (are_all_in and row.words_of_name == len(row.in_name)):
        return NameMatch.SAME
    if row.begins:
        return NameMatch.BEGINNING
    return NameMatch.WORDS if are_all_in else NameMatch.NONE


def _rarity(rows: list[_Measured], number: int, *, is_loose: bool) -> list[float]:
    """Return how much each word says: the fewer of the candidates hold it, the more."""
    held = [
        sum(
            row.anywhere[n] == _TYPED
            if is_loose
            else row.in_name[n] != _NOT or row.in_description[n] == _TYPED or row.in_columns[n] == _TYPED
            for row in rows
        )
        for n in range(number)
    ]
    return [log(1 + len(rows) / max(1, count)) for count in held]


def _share(found: str, rarity: list[float], digit: str = _TYPED) -> float:
    if digit not in found:
        return 0.0
    return sum(weight for each, weight in zip(found, rarity, strict=True) if each == digit) / sum(rarity)
