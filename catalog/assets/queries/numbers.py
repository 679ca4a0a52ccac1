"""How many assets a person may know of: sums of the headcount, which take as long for a million as for a hundred."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import connection

from catalog.assets.visibility import sight_of
from portal.kit.people import Person


class By(StrEnum):
    """What assets are counted by."""

    SCHEMA = "schema_id"
    DOMAIN = "domain_id"
    SOURCE = "(SELECT source_id FROM assets_schema WHERE id = schema_id)"
    ALL = "NULL::bigint"


@dataclass(frozen=True)
class Number:
    """Present assets, and those among them that their source describes."""

    present: int = 0
    commented: int = 0


# What is granted by itself is looked at one by one, unless its scope has it counted already.
_SUM = """
    SELECT {by}, sum(present)::bigint, sum(commented)::bigint FROM (
        SELECT schema_id, domain_id, present, commented FROM assets_headcount
        WHERE %(sees_all)s OR scope = ANY(%(scopes)s)
        UNION ALL
        SELECT schema_id, domain_id, 1, (comment <> '')::int FROM assets_asset
        WHERE id = ANY(%(single)s) AND gone_at IS NULL AND scope <> ALL(%(scopes)s)
    ) AS seen GROUP BY 1 HAVING sum(present) > 0
"""


def numbers(person: Person, by: By) -> dict[int | None, Number]:
    """Return the numbers of present assets that the person may know of, by what is asked for; None for all."""
    sight = sight_of(person)
    facts: dict[str, bool | list[str] | list[int]] = {
        "sees_all": sight.sees_all,
        "scopes": list(sight.scopes),
        "single": list(sight.assets),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUM.format(by=by), facts)
        return {key: Number(present, commented) for key, present, commented in cursor.fetchall()}


def number_visible(person: Person) -> int:
    """Return how many present assets the person may know of."""
    return numbers(person, By.ALL).get(None, Number()).present
