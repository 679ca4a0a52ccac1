"""The one visibility rule: an asset is seen by whoever holds one of its labels.

Labels of an asset, strictest first: in a private domain `domain:ID`; else in a private source `source:ID`; else `open`;
always `asset:ID`. A person holds `open`, what django-guardian grants them or their teams (view_domain, view_source,
view_asset), and the domains and assets they answer for. People with assets.view_everything see all.
Lists, counts, facets, suggestions, exports, notifications and the API ask here and nowhere else.
"""

from typing import TYPE_CHECKING

from django.db import connection, models

from portal.kit.people import Person

if TYPE_CHECKING:
    from catalog.assets.models import Asset  # noqa: F401 - named in quotes below

OPEN = "open"
EVERYTHING = "assets.view_everything"

# One statement: grants to the person, grants to their teams, and what they or their teams answer for.
_LABELS_HELD = """
    WITH teams AS (SELECT group_id FROM people_user_groups WHERE user_id = %(person)s),
    granted AS (
        SELECT permission_id, object_pk FROM guardian_userobjectpermission WHERE user_id = %(person)s
        UNION ALL
        SELECT permission_id, object_pk FROM guardian_groupobjectpermission
        WHERE group_id IN (SELECT group_id FROM teams)
    )
    SELECT type.model || ':' || granted.object_pk
    FROM granted
    JOIN auth_permission AS permission ON permission.id = granted.permission_id
    JOIN django_content_type AS type ON type.id = permission.content_type_id
    WHERE (type.app_label, type.model, permission.codename)
        IN (('assets', 'domain', 'view_domain'), ('assets', 'asset', 'view_asset'),
            ('sources', 'source', 'view_source'))
    UNION
    SELECT CASE WHEN asset_id IS NULL THEN 'domain:' || domain_id ELSE 'asset:' || asset_id END
    FROM assets_ownership
    WHERE person_id = %(person)s OR team_id IN (SELECT group_id FROM teams)
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
        with connection.cursor() as cursor:
            cursor.execute(_LABELS_HELD, {"person": person.pk})
            held = [OPEN, *sorted(row[0] for row in cursor.fetchall())]
        vars(person)["_labels_held"] = held
    return held


def relabel(asset_ids: list[int]) -> list[int]:
    """Bring the labels of assets in step with their domains and sources; return the ids that changed."""
    with connection.cursor() as cursor:
        cursor.execute(_RELABEL, [asset_ids])
        return [row[0] for row in cursor.fetchall()]


class AssetQuerySet(models.QuerySet["Asset"]):
    """Assets, narrowed by who asks."""

    def visible_to(self, person: Person) -> "AssetQuerySet":
        """Return the assets the person may know of, those gone from their source included."""
        if sees_everything(person):
            return self
        return self.filter(labels__overlap=labels_of(person))

    def present(self) -> "AssetQuerySet":
        """Return the assets that their source still has."""
        return self.filter(gone_at=None)


class AssetManager(models.Manager["Asset"]):
    """Gives assets as an AssetQuerySet."""

    def get_queryset(self) -> AssetQuerySet:
        """Return all assets; pages and the API go on with visible_to()."""
        return AssetQuerySet(self.model, using=self._db)

    def visible_to(self, person: Person) -> AssetQuerySet:
        """Return the assets the person may know of."""
        return self.get_queryset().visible_to(person)

    def present(self) -> AssetQuerySet:
        """Return the assets that their source still has."""
        return self.get_queryset().present()


def may_see_domain(person: Person, domain_id: int, *, is_private: bool) -> bool:
    """Return whether a person may know of a domain."""
    return not is_private or sees_everything(person) or f"domain:{domain_id}" in labels_of(person)
