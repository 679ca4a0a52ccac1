"""Who hears of a harvest: followers of what it changed, and the person who asked for it when it failed."""

from collections import defaultdict

from django.contrib.auth import get_user_model
from django.urls import reverse

from catalog.assets.models import Asset, ChangeKind, Follow, SchemaChange
from catalog.harvest.models import Run
from portal.kit.models import JobState
from portal.kit.notify import notify

_MOST_NAMED = 3


def tell(run: Run) -> None:
    """Notify; safe to repeat, since a run's news has one key."""
    _tell_followers(run)
    if run.job.state == JobState.FAILED and run.job.requested_by_id:
        notify(
            [run.job.requested_by_id],
            kind="harvest",
            key=f"harvest-failed-{run.pk}",
            text=f"The harvest of {run.source} failed: {run.job.error_message}",
            url=reverse("harvest:run", args=[run.pk]),
        )


def _tell_followers(run: Run) -> None:
    altered = SchemaChange.objects.filter(run=run.pk).exclude(part="asset", kind=ChangeKind.ADDED)
    follows = Follow.objects.filter(asset__in=altered.values("asset")).values_list("person_id", "asset_id")
    by_person: dict[int, list[int]] = defaultdict(list)
    for person_id, asset_id in follows:
        by_person[person_id].append(asset_id)
    for person in get_user_model().objects.filter(pk__in=by_person, is_active=True):
        # Following does not entitle: what has become private since is not told of.
        seen = list(Asset.objects.visible_to(person).filter(pk__in=by_person[person.pk]).only("id", "name"))
        if seen:
            _notify(run, person.pk, seen)


def _notify(run: Run, person_id: int, assets: list[Asset]) -> None:
    names = ", ".join(asset.name for asset in assets[:_MOST_NAMED])
    more = f" and {len(assets) - _MOST_NAMED} more" if len(assets) > _MOST_NAMED else ""
    notify(
        [person_id],
        kind="harvest",
        key=f"harvest-{run.pk}",
        text=f"The structure of {names}{more} has changed.",
        url=reverse("assets:history", args=[assets[0].pk]),
    )
