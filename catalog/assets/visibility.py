"""The one visibility rule: an asset is seen by whoever holds one of its labels.

Its first label is its scope, which it shares with its neighbours; the other one is its own. So an asset is seen by its
scope or by its id, which is what indexes answer: `sight_of`, `visible_to`, `first_of`, `may_see` and `seen_by` all say
the same.

Labels of an asset, strictest first: in a private domain `domain:ID`; else in a private source `source:ID`; else `open`;
always `asset:ID`. A person holds `open`, what django-guardian grants them or their teams (view_domain, view_source,
view_asset), and the domains and assets they answer for. People with assets.view_everything see all.
Lists, counts, facets, suggestions, exports, notifications and the API ask here and nowhere else.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL

from portal.kit.people import Person

if TYPE_CHECKING:
    from catalog.assets.models import Asset, Domain

OPEN = "open"
_ASSET = "asset:"
EVERYTHING = "assets.view_everything"

# One statement: grants to people, grants to their teams, and what they or their teams answer for. OFFSET 0 keeps the
# planner from taking the three permissions in last: so guardian's unique indexes (holder, permission, object) answer
# alone, however many grants of other kinds there are.
_LABELS_HELD = """
    WITH teams AS (SELECT user_id, group_id FROM people_user_groups WHERE user_id = ANY(%(people)s)),
    opening AS MATERIALIZED (
        SELECT permission.id, type.model
        FROM auth_permission AS permission JOIN django_content_type AS type ON type.id = permission.content_type_id
        WHERE permission.codename IN ('view_domain', 'view_asset', 'view_source')
            AND type.app_label IN ('assets', 'sources') AND permission.codename = 'view_' || type.model
    )
    SELECT held.user_id, opening.model || ':' || held.object_pk
    FROM opening CROSS JOIN LATERAL (
        SELECT user_id, object_pk FROM guardian_userobjectpermission
        WHERE user_id = ANY(%(people)s) AND permission_id = opening.id
        OFFSET 0
    ) AS held
    UNION ALL
    SELECT teams.user_id, opening.model || ':' || held.object_pk
    FROM opening CROSS JOIN teams CROSS JOIN LATERAL (
        SELECT object_pk FROM guardian_groupobjectpermission
        WHERE group_id = teams.group_id AND permission_id = opening.id
        OFFSET 0
    ) AS held
    UNION ALL
    SELECT person_id, CASE WHEN asset_id IS NULL THEN 'domain:' || domain_id ELSE 'asset:' || asset_id END
    FROM assets_ownership WHERE person_id = ANY(%(people)s)
    UNION ALL
    SELECT teams.user_id, CASE WHEN asset_id IS NULL THEN 'domain:' || domain_id ELSE 'asset:' || asset_id END
    FROM teams JOIN assets_ownership AS ownership ON ownership.team_id = teams.group_id
"""

# The same rule for assets, as an SQL expression over asset, domain and source; used by harvest and by relabel().
LABELS_SQL = """
    CASE WHEN domain.is_private THEN ARRAY['domain:' || domain.id]
         WHEN source.is_private THEN ARRAY['source:' || source.id]
         ELSE ARRAY['open'] END || ('asset:' || asset.id)
"""

_RELABEL = f"""
    UPDATE assets_asset AS asset SET labels = fresh.labels
    FROM (
        SELECT asset.id, ({LABELS_SQL})::varchar(30)[] AS labels
        FROM assets_asset AS asset
        JOIN sources_source AS source ON source.id = asset.source_id
        LEFT JOIN assets_domain AS domain ON domain.id = asset.domain_id
        WHERE asset.id = ANY(%s)
    ) AS fresh
    WHERE asset.id = fresh.id AND asset.labels IS DISTINCT FROM fresh.labels
    RETURNING asset.id
"""  # noqa: S608 - composed of our own constants


def sees_everything(person: Person) -> bool:
    """Return whether private domains and sources are open to the person."""
    return person.is_active and person.has_perm(EVERYTHING)


def labels_of(person: Person) -> list[str]:
    """Return the labels an active person holds. Kept on the person object, which lives as long as a request."""
    if not person.is_active:
        return []
    held: list[str] | None = getattr(person, "_labels_held", None)
    if held is None:
        held = [OPEN, *sorted(_held([person.pk])[person.pk])]
        vars(person)["_labels_held"] = held
    return held


def forget_labels(person: Person) -> None:
    """Have the person's labels read again: something they hold has changed during this request."""
    vars(person).pop("_labels_held", None)


def _held(people: list[int]) -> defaultdict[int, set[str]]:
    held: defaultdict[int, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_LABELS_HELD, {"people": people})
        for person_id, label in cursor.fetchall():
            held[person_id].add(label)
    return held


@dataclass(frozen=True)
class Sight:
    """What a person may see, told for engines that have to look for it: the same rule as `visible_to()`.

    An asset has a scope, which is its first label, and its own label. It is seen by its scope or by its id.
    """

    sees_all: bool = False
    scopes: tuple[str, ...] = ()
    assets: tuple[int, ...] = ()


def sight_of(person: Person) -> Sight:
    """Return what a person may see."""
    if sees_everything(person):
        return Sight(sees_all=True)
    held = labels_of(person)
    single = tuple(int(label.removeprefix(_ASSET)) for label in held if label.startswith(_ASSET))
    return Sight(scopes=tuple(label for label in held if not label.startswith(_ASSET)), assets=single)


def may_see(person: Person, asset: "Asset") -> bool:
    """Return whether a person may know of an asset."""
    return sees_everything(person) or not set(asset.labels).isdisjoint(labels_of(person))


def who_see(asset: "Asset", people: Iterable[int]) -> list[int]:
    """Return which of these people (by id) may know of an asset: for notifications."""
    return list(seen_by({pk: [asset] for pk in people}))


def seen_by(wanted: Mapping[int, Sequence["Asset"]]) -> dict[int, list["Asset"]]:
    """Return those of each person's (by id) assets that the person may know of; people with none are left out.

    Reads the people and their labels at once, however many they are.
    """
    people = list(get_user_model().objects.filter(pk__in=list(wanted), is_active=True))
    closed = [person.pk for person in people if any(OPEN not in asset.labels for asset in wanted[person.pk])]
    held = _held(closed) if closed else {}
    seen = {}
    for person in people:
        labels = {OPEN, *held.get(person.pk, ())}
        assets = [asset for asset in wanted[person.pk] if not labels.isdisjoint(asset.labels)]
        if len(assets) < len(wanted[person.pk]) and sees_everything(person):
            assets = list(wanted[person.pk])
        if assets:
            seen[person.pk] = assets
    return seen


def relabel(asset_ids: list[int]) -> list[int]:
    """Bring the labels of assets in step with their domains and sources; return the ids that changed."""
    with connection.cursor() as cursor:
        cursor.execute(_RELABEL, [asset_ids])
        return [row[0] for row in cursor.fetchall()]


class AssetQuerySet(models.QuerySet["Asset"]):
    """Assets, narrowed by who asks."""

    def visible_to(self, person: Person) -> "AssetQuerySet":
        """Return the assets the person may know of, those gone from their source included.

        For the first of a long list take `first_of()`: ordered by anything else than their scope, visible assets are
        found by looking through all, which takes long for people who see few.
        """
        sight = sight_of(person)
        if sight.sees_all:
            return self
        return self.filter(models.Q(scope__in=sight.scopes) | models.Q(pk__in=sight.assets))

    def first_of(self, person: Person, *order: str, limit: int) -> "AssetQuerySet":
        """Return the first of these assets that the person may know of, as fast for who sees few as for who sees all.

        `order` names columns of Asset that tell any two apart, as does "-id" at the end. With an index on the scope
        and the order each scope gives its own first ones, and the first of those are the first of all.
        """
        sight = sight_of(person)
        if sight.sees_all:
            return self.order_by(*order)[:limit]
        try:
            found = _first_ids(self, sight, order, limit)
        except EmptyResultSet:
            found = None
        return self.filter(pk__in=found).order_by(*order) if found else self.none()

    def present(self) -> "AssetQuerySet":
        """Return the assets that their source still has."""
        return self.filter(gone_at=None)


def _first_ids(assets: AssetQuerySet, sight: Sight, order: Sequence[str], limit: int) -> RawSQL | None:
    """Return the subquery of the first ids: of each scope, and of what is granted by itself, merged."""
    columns = [name.removeprefix("-") for name in order]
    rows = assets.order_by(*order).values(*dict.fromkeys([*columns, "id"]))
    parts: list[str] = []
    params: list[object] = []
    if sight.scopes:
        text, given = rows.filter(scope=RawSQL("held.scope", ()))[:limit].query.sql_with_params()
        parts.append(f"SELECT its.* FROM unnest(%s::varchar[]) AS held (scope) CROSS JOIN LATERAL ({text}) AS its")  # noqa: S608 - of our own parts, as here all
        params += [list(sight.scopes), *given]
    if sight.assets:
        text, given = rows.filter(pk__in=sight.assets)[:limit].query.sql_with_params()
        parts.append(f"({text})")
        params += given
    if not parts:
        return None
    merged = ", ".join(f"{name.removeprefix('-')} {'DESC' if name.startswith('-') else 'ASC'}" for name in order)
    text = f"SELECT id FROM ({' UNION '.join(parts)}) AS merged ORDER BY {merged} LIMIT {int(limit)}"  # noqa: S608
    return RawSQL(text, params)  # noqa: S611


class AssetManager(models.Manager["Asset"]):
    """Gives assets as an AssetQuerySet."""

    def get_queryset(self) -> AssetQuerySet:
        """Return all assets; pages and the API go on with visible_to()."""
        return AssetQuerySet(self.model, using=self._db)

    def visible_to(self, person: Person) -> AssetQuerySet:
        """Return the assets the person may know of."""
        return self.get_queryset().visible_to(person)

    def first_of(self, person: Person, *order: str, limit: int) -> AssetQuerySet:
        """Return the first assets in this order that the person may know of."""
        return self.get_queryset().first_of(person, *order, limit=limit)

    def present(self) -> AssetQuerySet:
        """Return the assets that their source still has."""
        return self.get_queryset().present()


def shown_domain(person: Person, domain: "Domain | None") -> "Domain | None":
    """Return the domain if the person may know of it: an asset shown by name alone does not betray its domain."""
    return domain if domain and may_see_domain(person, domain.pk, is_private=domain.is_private) else None


def may_see_domain(person: Person, domain_id: int, *, is_private: bool) -> bool:
    """Return whether a person may know of a domain."""
    return not is_private or sees_everything(person) or f"domain:{domain_id}" in labels_of(person)
