"""A query, understood: alternatives of which any may be met; of each, every term and every condition.

A term is what was typed without a space, or between quotes. Its words must stand one after the other, or one of its
`variants` must, which the dictionary or the joining of words gives; variants count in names of assets and columns
alone. Words typed apart that the dictionary knows together ("date of birth") are one term with `parts`: it is met
when every part is, wherever they stand, or when a variant is (dob). Between quotes there are neither.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from catalog.search.words import key

_SHORTEST_PREFIX = 2
OR = "OR"


@dataclass(frozen=True)
class Term:
    """One thing to find, or to exclude: met by `words` as a phrase, or by all `parts` if any, or by a variant."""

    words: tuple[str, ...]
    is_excluded: bool = False
    is_quoted: bool = False
    variants: tuple[tuple[str, ...], ...] = ()
    parts: tuple["Term", ...] = ()
    typed: str = field(default="", compare=False)
    """As typed, without sign and quotes."""

    def __str__(self) -> str:
        if self.parts:
            return " ".join(map(str, self.parts))
        text = self.typed or " ".join(self.words)
        if self.is_quoted or " " in text:
            text = f'"{text}"'
        elif text.upper() == OR:  # the word, not the sign
            text = f"+{text}"
        return f"{'-' if self.is_excluded else ''}{text}"

    @property
    def websearch(self) -> str:
        """Return it as websearch_to_tsquery() reads it, without variants."""
        if self.parts:
            return " ".join(part.websearch for part in self.parts)
        text = " ".join(self.words)
        return f'{"-" if self.is_excluded else ""}"{text}"'

    @property
    def leaves(self) -> tuple["Term", ...]:
        """Return its parts, or itself when it has none."""
        return self.parts or (self,)


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
    """How a value is compared. Without a sign it is the same, or begins so; `=` is the same alone."""

    IS = ""
    EXACTLY = "="
    AFTER = ">"
    FROM = ">="
    BEFORE = "<"
    UNTIL = "<="


def quoted(value: str) -> str:
    """Return a condition's value as it is typed: in quotes when it would end, or mean something else, without them."""
    return f'"{value}"' if not value or value[0] in "<>=" or set(value) & set(" ,") else value


@dataclass(frozen=True)
class Condition:
    """`owner:ana`, `-type:view,table`, `updated:>2026-01-01`, `history:>=5y`. Met by any of its values."""

    field: Field
    values: tuple[str, ...]
    comparison: Comparison = Comparison.IS
    is_excluded: bool = False
    terms: tuple[tuple[Term, ...], ...] = ()
    """What is all to be met of each value, where they are about names of assets or columns."""

    @property
    def value(self) -> str:
        """Return the first value; dates and spans have no other."""
        return self.values[0]

    def __str__(self) -> str:
        values = ",".join(map(quoted, self.values))
        return f"{'-' if self.is_excluded else ''}{self.field}:{self.comparison}{values}"


@dataclass(frozen=True)
class Alternative:
    """What must all be met."""

    terms: tuple[Term, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.conditions)

    def __str__(self) -> str:
        return " ".join(map(str, [*self.terms, *self.conditions]))


@dataclass(frozen=True)
class QueryText:
    """What was typed and how it is understood. `problems` say in words what was not, and what to do."""

    typed: str
    """Accents removed, spaces single."""
    alternatives: tuple[Alternative, ...]
    problems: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f" {OR} ".join(map(str, self.alternatives))

    @property
    def words_typed(self) -> str:
        """Return the text without its conditions."""
        return " ".join(" ".join(term.words) for each in self.alternatives for term in each.terms)

    @property
    def asks_nothing(self) -> bool:
        """Say whether everything is an answer: nothing was typed, or nothing of it was understood."""
        return not self.alternatives and (not self.typed or bool(self.problems))

    @property
    def key(self) -> str:
        """Return the text as the name that somebody may be looking for."""
        if any(term.is_excluded for term in self.terms):
            return key(" ".join(word for term in self.wanted for word in term.words))
        return key(self.words_typed if self.has_conditions or self.problems else self.typed)

    @property
    def joined_key(self) -> str:
        """Return the key without its spaces: `customer orders` may be the name customerorders."""
        return self.key.replace(" ", "")

    @property
    def has_words(self) -> bool:
        """Say whether there is anything to look for in the index of words."""
        return any(each.terms for each in self.alternatives)

    @property
    def has_conditions(self) -> bool:
        """Say whether there is anything but words."""
        return any(each.conditions for each in self.alternatives)

    @property
    def terms(self) -> Iterator[Term]:
        """Give all terms, in the order of typing."""
        return (term for each in self.alternatives for term in each.terms)

    @property
    def wanted(self) -> list[Term]:
        """Return what shall be found, in any of the alternatives; of words known together, each part."""
        return [leaf for term in self.terms if not term.is_excluded for leaf in term.leaves]

    @property
    def unfinished(self) -> Term | None:
        """Return the last term (or part of it) while its last word may still be being typed."""
        last = [leaf for term in self.alternatives[-1].terms for leaf in term.leaves][-1:] if self.alternatives else []
        if not last or last[0].is_excluded or last[0].is_quoted:
            return None
        return last[0] if len(last[0].words) > 1 or len(last[0].words[0]) >= _SHORTEST_PREFIX else None
