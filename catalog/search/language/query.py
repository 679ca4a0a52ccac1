"""A query, understood: alternatives of which any may be met; of each, every term and condition."""

from dataclasses import dataclass
from enum import StrEnum

from catalog.search.words import key

_SHORTEST_PREFIX = 2


@dataclass(frozen=True)
class Term:
    """One thing to find, or to exclude. Several words are a phrase.

    `variants` are other words for it, by the dictionary; they count in names of assets and columns alone.
    """

    words: tuple[str, ...]
    is_excluded: bool = False
    is_quoted: bool = False
    variants: tuple[tuple[str, ...], ...] = ()

    def __str__(self) -> str:
        text = " ".join(self.words)
        return f'{"-" if self.is_excluded else ""}"{text}"'


class Field(StrEnum):
    """What a condition may be about, as it is typed before the colon."""

    NAME = "name"
    COLUMN = "column"
    OWNER = "owner"
    TYPE = "type"
    SOURCE = "source"
    SCHEMA = "schema"
    DOMAIN = "domain"
    SENSITIVITY = "sensitivity"
    CERTIFICATION = "certification"
    DESCRIBED = "described"
    UPDATED = "updated"
    HISTORY = "history"
    USABLE = "usable"


class Comparison(StrEnum):
    """How a value is compared. Without a sign it is the same."""

    IS = ""
    AFTER = ">"
    FROM = ">="
    BEFORE = "<"
    UNTIL = "<="


@dataclass(frozen=True)
class Condition:
    """`owner:ana`, `-type:view`, `updated:>2026-01-01`, `history:>=5y`: as typed, the value checked."""

    field: Field
    value: str
    comparison: Comparison = Comparison.IS
    is_excluded: bool = False

    def __str__(self) -> str:
        value = f'"{self.value}"' if " " in self.value else self.value
        return f"{'-' if self.is_excluded else ''}{self.field}:{self.comparison}{value}"


@dataclass(frozen=True)
class Alternative:
    """What must all be met."""

    terms: tuple[Term, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.conditions)


@dataclass(frozen=True)
class QueryText:
    """What was typed and how it is understood. `problems` say in words what was not, and what to do."""

    typed: str
    alternatives: tuple[Alternative, ...]
    problems: tuple[str, ...] = ()

    @property
    def words_typed(self) -> str:
        """Return the text without its conditions."""
        return " ".join(" ".join(term.words) for each in self.alternatives for term in each.terms)

    @property
    def key(self) -> str:
        """Return the text as the name that somebody may be looking for."""
        return key(self.words_typed if self.has_conditions else self.typed)

    @property
    def has_words(self) -> bool:
        """Say whether there is anything to look for in the index of words."""
        return any(each.terms for each in self.alternatives)

    @property
    def has_conditions(self) -> bool:
        """Say whether there is anything but words."""
        return any(each.conditions for each in self.alternatives)

    @property
    def wanted(self) -> list[Term]:
        """Return what shall be found, in any of the alternatives."""
        return [term for each in self.alternatives for term in each.terms if not term.is_excluded]

    @property
    def unfinished(self) -> Term | None:
        """Return the last term while its last word may still be being typed."""
        last = self.alternatives[-1].terms[-1:] if self.alternatives else ()
        if not last or last[0].is_excluded or last[0].is_quoted:
            return None
        return last[0] if len(last[0].words) > 1 or len(last[0].words[0]) >= _SHORTEST_PREFIX else None
