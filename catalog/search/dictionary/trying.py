"""How a query is understood, in words."""

from dataclasses import dataclass

from catalog.search.language import Alternative, Condition, QueryText, Term, understand


@dataclass(frozen=True)
class Way:
    """One thing that is looked for: what was typed, what else finds it, and what it is."""

    typed: str
    others: tuple[str, ...] = ()
    says: str = ""


@dataclass(frozen=True)
class Tried:
    """A query, explained."""

    text: str
    alternatives: tuple[tuple[Way, ...], ...]
    problems: tuple[str, ...]


def explain(text: str) -> Tried:
    """Return how search takes a query."""
    query: QueryText = understand(text)
    return Tried(text, tuple(tuple(_ways(each)) for each in query.alternatives), query.problems)


def _ways(alternative: Alternative) -> list[Way]:
    found = [way for term in alternative.terms for way in _of_term(term)]
    return found + [_of_condition(each) for each in alternative.conditions]


def _of_term(term: Term) -> list[Way]:
    if term.parts:
        together = Way(term.typed, _texts(term), "all of its words, or in names")
        return [together, *(way for part in term.parts if part.variants for way in _of_term(part))]
    says = "must not be there" if term.is_excluded else "exactly so" if term.is_quoted else ""
    return [Way(str(term), _texts(term), says or ("or in names" if term.variants else ""))]


def _of_condition(condition: Condition) -> Way:
    others = (other for terms in condition.terms for term in terms for other in _texts(term))
    return Way(str(condition), tuple(dict.fromkeys(others)), "a condition")


def _texts(term: Term) -> tuple[str, ...]:
    return tuple(" ".join(words) for words in term.variants)
