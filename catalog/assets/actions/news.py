"""What follows every change people make: search hears of it, and so do those who care."""

from collections.abc import Iterable

from django.urls import reverse

from catalog.assets.models import Asset, Follow
from catalog.assets.visibility import who_see
from portal.kit import clock, outbox
from portal.kit.notify import notify
from portal.kit.people import Person

ASSET_CHANGED = "asset.changed"


def changed(asset_ids: Iterable[int]) -> None:
    """Put the assets into the outbox, for search and whoever else keeps a copy."""
    outbox.put(ASSET_CHANGED, asset_ids)


def tell_followers(asset: Asset, *, what: str, text: str, by: Person) -> None:
    """Tell the followers who may see the asset, but not the one who did it; at most once a day and kind."""
    followers = Follow.objects.filter(asset=asset).exclude(person=by.pk).values_list("person_id", flat=True)
    _tell(asset, who_see(asset, followers), what=what, text=text)


def tell(asset: Asset, people: Iterable[int], *, what: str, text: str, by: Person) -> None:
    """Tell these people, as far as they may see the asset."""
    _tell(asset, who_see(asset, [pk for pk in people if pk != by.pk]), what=what, text=text)


def _tell(asset: Asset, people: list[int], *, what: str, text: str) -> None:
    key = f"asset:{asset.pk}:{what}:{clock.now():%Y-%m-%d}"
    notify(people, kind="asset", key=key, text=text, url=reverse("assets:detail", args=[asset.pk]))
