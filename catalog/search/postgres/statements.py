"""SQL put together from parts that carry their parameters. `visible()` says what `visible_to()` says."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from catalog.search.backend import Rights
from catalog.search.language import QueryText, Term

Params = dict[str, Any]


@dataclass(frozen=True)
class Sql:
    """A piece of SQL with named parameters."""

    text: str
    params: Params = field(default_factory=dict)

    def fetch(self, **more: Any) -> list[tuple[Any, ...]]:
        """Run it and return all rows."""
        with connection.cursor() as cursor:
            cursor.execute(self.text, self.params | more)
            return list(cursor.fetchall())


def visible(rights: Rights) -> Sql:
    """Return the condition that a document is of an asset the person may see."""
    if rights.sight.sees_all:
        return Sql("TRUE")
    return Sql(
        "(document.scope = ANY(%(scopes)s) OR document.asset_id = ANY(%(single)s))",
        {"scopes": list(rights.sight.scopes), "single": list(rights.sight.assets)},
    )


def name_query(query: QueryText) -> Sql:
    """Return the full-text query of the words, for names; it is met by nothing when there are none."""
    return tsquery(query) if query.has_words else Sql("''::tsquery")


def tsquery(query: QueryText) -> Sql:
    """Return the full-text query: every alternative's terms, the last word also as a beginning.

    English stems decide; a text of stop words alone is looked for as it is written.
    """
    *others, last = (each.terms for each in query.alternatives if each.terms)
    unfinished = query.unfinished
    rest = [term for term in last if term is not unfinished]
    params = {
        "others": _websearch(tuple(others)),
        "rest": _websearch((tuple(rest),)),
        "last": unfinished.websearch if unfinished else "",
        "start": _beginning(unfinished),
        "whole": _websearch((*others, last)),
    }
    stems = "websearch_to_tsquery('english', %({})s)".format
    # A stop word at the end ("table of") is meant as a beginning only when it stands alone.
    ending = f"""CASE WHEN numnode({stems("last")}) = 0 AND numnode({stems("rest")}) > 0 THEN ''::tsquery
        ELSE {stems("last")} || to_tsquery('simple', %(start)s) END"""
    text = f"({stems('others')} || ({stems('rest')} && {ending}))"
    return Sql(f"CASE WHEN numnode{text} = 0 THEN websearch_to_tsquery('simple', %(whole)s) ELSE {text} END", params)


def any_term(query: QueryText) -> Sql:
    """Return the full-text query that any of the wanted terms meets: what is to be marked."""
    alternatives = tuple((term,) for term in query.wanted)
    params = {"any": _websearch(alternatives), "any_start": _beginning(query.unfinished)}
    return Sql(
        "(websearch_to_tsquery('english', %(any)s) || websearch_to_tsquery('simple', %(any)s)"
        " || to_tsquery('simple', %(any_start)s))",
        params,
    )


def like_prefix(text: str) -> str:
    """Return the LIKE pattern of texts that begin so."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _websearch(alternatives: tuple[tuple[Term, ...], ...]) -> str:
    return " or ".join(" ".join(term.websearch for term in terms) for terms in alternatives if terms)


def _beginning(term: Term | None) -> str:
    """Return tsquery syntax for a term whose last word goes on; words hold no sign that has a meaning there."""
    return " <-> ".join(f"'{word}'" for word in term.words) + ":*" if term else ""
