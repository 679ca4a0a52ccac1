"""Who hears of a harvest: followers of what it changed, and who asked for it when it failed, if only in part."""

from collections import defaultdict
from collections.abc import Sequence

from django.urls import reverse

from catalog.assets.models import Asset, ChangeKind, Follow, SchemaChange
from catalog.assets.visibility import seen_by
from catalog.harvest.models import Run
from portal.kit.models import JobState
from portal.kit.notify import News, notify, notify_each

_MOST_NAMED = 3


def tell(run: Run) -> None:
    """Notify of a finished run; safe to repeat, since a run's news has one key."""
    _tell_followers(run)
    if run.job.requested_by_id and (text := _bad_news(run)):
        notify(
            [run.job.requested_by_id],
            kind="harvest",
            key=f"harvest-failed-{run.pk}",
            text=text,
            url=reverse("harvest:run", args=[run.pk]),
        )


def _bad_news(run: Run) -> str:
    if run.job.state == JobState.FAILED:
        return f"The harvest of {run.source} failed: {run.job.error_message}"
    if run.outcome == Run.Outcome.PARTLY:
        return f"The harvest of {run.source} was applied in part: some of its schemas failed."
    return ""


def _tell_followers(run: Run) -> None:
    altered = SchemaChange.objects.filter(run=run.pk).exclude(part="asset", kind=ChangeKind.ADDED)
    follows = Follow.objects.filter(asset__in=altered.values("asset")).values_list("person_id", "asset_id")
    followed: dict[int, list[int]] = defaultdict(list)
    for person_id, asset_id in follows:
        followed[person_id].append(asset_id)
    ids = {asset_id for mine in followed.values() for asset_id in mine}
    assets = {asset.pk: asset for asset in Asset.objects.filter(pk__in=ids).only("id", "path", "name", "labels")}
    wanted = {person_id: [assets[asset_id] for asset_id in mine] for person_id, mine in followed.items()}
    # Following does not entitle: what has become private since is not told of.
    news = [News(person_id, *_told(seen)) for person_id, seen in seen_by(wanted).items()]
    notify_each(news, kind="harvest", key=f"harvest-{run.pk}")


def _told(assets: Sequence[Asset]) -> tuple[str, str]:
    """Return text and address."""
    assets = sorted(assets, key=lambda asset: asset.path)
    names = ", ".join(asset.name for asset in assets[:_MOST_NAMED])
    more = f" and {len(assets) - _MOST_NAMED} more" if len(assets) > _MOST_NAMED else ""
    return f"The structure of {names}{more} has changed.", reverse("assets:history", args=[assets[0].pk])
