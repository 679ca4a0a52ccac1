"""SQL put together from parts that carry their parameters. Visibility comes in here, and only from `visible_to()`."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from catalog.assets.models import Asset
from catalog.assets.queries.domains import visible_domains
from catalog.search.querytext import QueryText, Term
from portal.kit.people import Person

Params = dict[str, Any]
_ASSET_FACTS = ("id", "kind", "path", "source_id", "domain_id", "certification", "changed_at", "written_at")


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


def visible(person: Person) -> Sql:
    """Return the tables to search in: present assets the person may see, their documents, the domains they may know.

    A domain that is not for the person is no domain here, even where a single asset of it is open to them.
    """
    assets = _embedded(Asset.objects.visible_to(person).present().order_by().values(*_ASSET_FACTS), "asset")
    domains = _embedded(visible_domains(person).order_by().values("id", "name"), "domain")
    text = f"""{assets.text}
        JOIN search_document AS document ON document.asset_id = asset.id
        LEFT JOIN {domains.text} ON domain.id = asset.domain_id"""
    return Sql(text, assets.params | domains.params)


def _embedded(queryset: QuerySet[Any, Any], alias: str) -> Sql:
    """Return a query as a table of a larger statement; one that can't have rows stays an empty table."""
    text, values = queryset.query.get_compiler(connection=connection, elide_empty=False).as_sql()
    params = {f"{alias}_{number}": value for number, value in enumerate(values)}
    return Sql(f"({text % tuple(f'%({name})s' for name in params)}) AS {alias}", params)


def tsquery(query: QueryText) -> Sql:
    """Return the full-text query: every alternative's terms, the last word also as a beginning.

    English stems decide; a text of stop words alone is looked for as it is written.
    """
    *others, last = query.alternatives
    unfinished = query.unfinished
    rest = [term for term in last if term is not unfinished]
    params = {
        "others": _websearch(tuple(others)),
        "rest": _websearch((tuple(rest),)),
        "last": str(unfinished) if unfinished else "",
        "start": _beginning(unfinished),
        "whole": _websearch(query.alternatives),
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
    return " or ".join(" ".join(map(str, terms)) for terms in alternatives if terms)


def _beginning(term: Term | None) -> str:
    """Return tsquery syntax for a term whose last word goes on; words hold no sign that has a meaning there."""
    return " <-> ".join(f"'{word}'" for word in term.words) + ":*" if term else ""
