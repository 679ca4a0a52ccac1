"""What awaits a person: each kind of work gives its items; home shows them in this order."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from catalog.assets.queries.domains import awaiting_words
from catalog.harvest.models import Run
from catalog.harvest.policies import may_look
from catalog.harvest.queries import visible_runs
from portal.kit import clock
from portal.kit.models import JobState, Notification
from portal.kit.people import Person

FAILED_WITHIN = timedelta(days=7)
_MOST = 4


@dataclass(frozen=True)
class Waiting:
    """Something to look at or to do."""

    text: str
    url: str
    icon: str
    tone: str = ""
    at: datetime | None = None
    where: str = ""


Source = Callable[[Person], Iterable[Waiting]]


def notifications(person: Person) -> Iterator[Waiting]:
    """Give the newest unread notifications."""
    unread = Notification.objects.filter(recipient_id=person.pk, read_at=None)
    for one in unread[:_MOST]:
        yield Waiting(one.text, one.url, "bell", "info", one.created_at)


def without_description(person: Person) -> Iterator[Waiting]:
    """Give the assets that the person answers for and that nobody has described."""
    for asset in awaiting_words(person, _MOST):
        url = reverse("assets:description", args=[asset.pk])
        yield Waiting(f"Describe {asset.name}", url, "pencil", "warn", where=f"{asset.path} has no description yet")


def failed_harvests(person: Person) -> Iterator[Waiting]:
    """Give the visible sources whose last harvest failed, to those who see harvests."""
    if not may_look(person):
        return
    last = Run.objects.order_by("source_id", "-id").distinct("source_id").values("pk")
    failed = visible_runs(person).filter(
        pk__in=last, job__state=JobState.FAILED, job__finished_at__gte=clock.now() - FAILED_WITHIN
    )
    for run in failed[:_MOST]:
        url = reverse("harvest:run", args=[run.pk])
        yield Waiting(f"The last harvest of {run.source} failed", url, "circle-x", "bad", run.job.finished_at)


SOURCES: tuple[Source, ...] = (failed_harvests, without_description, notifications)


def waiting_for(person: Person) -> list[Waiting]:
    """Return what awaits the person."""
    return [one for source in SOURCES for one in source(person)]
