"""Following and visiting. A person's own marks: nobody else's business, so the ledger does not hear of them."""

from django.db import connection, transaction

from catalog.assets.models import Asset, Follow
from catalog.assets.visibility import may_see
from portal.kit import clock
from portal.kit.errors import NotFound
from portal.kit.people import Person

_VISIT = """
    INSERT INTO assets_visit (person_id, asset_id, times, last_at) VALUES (%s, %s, 1, %s)
    ON CONFLICT (person_id, asset_id) DO UPDATE SET times = assets_visit.times + 1, last_at = EXCLUDED.last_at
"""


@transaction.atomic
def follow(*, asset: Asset, by: Person) -> None:
    """Have the person told of changes; twice is as good as once."""
    if not may_see(by, asset):
        raise NotFound("There is no such asset.")
    Follow.objects.get_or_create(asset=asset, person_id=by.pk)


@transaction.atomic
def unfollow(*, asset: Asset, by: Person) -> None:
    """Tell the person no more."""
    Follow.objects.filter(asset=asset, person=by.pk).delete()


def visit(*, asset: Asset, by: Person) -> None:
    """Count that the person has opened the asset's page, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_VISIT, [by.pk, asset.pk, clock.now()])
