"""SQL put together from parts that carry their parameters. `visible()` says what `visible_to()` says."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.db import connection

from catalog.search.backend import Rights

Params = dict[str, Any]
_numbers = count(1)


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

    def run(self, **more: Any) -> int:
        """Run it and return how many rows it wrote."""
        with connection.cursor() as cursor:
            cursor.execute(self.text, self.params | more)
            return int(cursor.rowcount)


TRUE, FALSE = Sql("TRUE"), Sql("FALSE")


def value(given: object) -> Sql:
    """Return a parameter under a name that nothing else has."""
    name = f"value_{next(_numbers)}"
    return Sql(f"%({name})s", {name: given})


def put(template: str, *parts: Sql) -> Sql:
    """Put parts into the places `{}` of a template."""
    params: Params = {}
    for part in parts:
        params |= part.params
    return Sql(template.format(*(part.text for part in parts)), params)


def all_of(parts: Iterable[Sql]) -> Sql:
    """Return the condition that every part is met."""
    return _joined(" AND ", [part for part in parts if part is not TRUE], TRUE)


def any_of(parts: Iterable[Sql]) -> Sql:
    """Return the condition that a part is met."""
    return _joined(" OR ", list(parts), FALSE)


def _joined(sign: str, parts: list[Sql], nothing: Sql) -> Sql:
    if len(parts) < 2:
        return parts[0] if parts else nothing
    return put(f"({sign.join(['{}'] * len(parts))})", *parts)


def visible(rights: Rights, *, by_index: bool = True) -> Sql:
    """Return the condition that a document is of an asset the person may see.

    Without `by_index` it is looked at row by row: where few rows are found by something else, an index of all that is
    visible would only be read in vain.
    """
    sight = rights.sight
    if sight.sees_all:
        return TRUE
    # Of one type on both sides, so that long lists are looked up by hash.
    scope, single = ("scope", "asset_id") if by_index else ("scope || ''", "asset_id + 0")
    parts = []
    if sight.scopes:
        parts.append(put(f"document.{scope} = ANY({{}})", value(list(sight.scopes))))
    if sight.assets:
        parts.append(put(f"document.{single} = ANY({{}}::bigint[])", value(list(sight.assets))))
    return any_of(parts)


def like_prefix(text: str) -> str:
    """Return the LIKE pattern of texts that begin so."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
