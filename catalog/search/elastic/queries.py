"""How the copy stands, for the page, the API, the doctor and the gauges. Asks the database alone."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from catalog.search.backend import Unavailable
from catalog.search.elastic import standing
from catalog.search.elastic.connection import is_set_up
from catalog.search.elastic.keeping import KIND
from catalog.search.elastic.mapping import MAPPING_VERSION
from catalog.search.models import Document, Mirror, Pending
from portal.kit import clock
from portal.kit.models import JobRun


@dataclass(frozen=True)
class CopyState:
    """The copy in Elasticsearch. `note` says why it does not answer; empty while it does."""

    is_set_up: bool
    answers: str
    note: str
    documents: int
    waiting: int
    lag_seconds: float
    mirror: Mirror | None
    mapping_version: int
    build: JobRun | None

    @property
    def is_building(self) -> bool:
        """Say whether an index is being filled, or is about to be."""
        return self.build is not None and not self.build.is_finished

    @property
    def percent(self) -> int | None:
        """Return how much of the new index is filled."""
        if self.mirror is None or not self.mirror.building or not self.mirror.to_copy:
            return None
        return min(100, 100 * self.mirror.copied // self.mirror.to_copy)

    @property
    def is_outdated(self) -> bool:
        """Say whether the index is of another mapping than today's."""
        return bool(self.mirror and self.mirror.serving and self.mirror.mapping_version != self.mapping_version)


def state() -> CopyState:
    """Return how the copy stands."""
    oldest = Pending.objects.aggregate(at=Min("at"))["at"]
    note = _note()
    return CopyState(
        is_set_up=is_set_up(),
        answers="postgresql" if note or not is_set_up() else "elasticsearch",
        note=note,
        documents=Document.objects.count(),
        waiting=Pending.objects.values("asset_id").distinct().count(),
        lag_seconds=lag(oldest),
        mirror=Mirror.objects.first(),
        mapping_version=MAPPING_VERSION,
        build=JobRun.objects.filter(kind=KIND).select_related("requested_by").order_by("-pk").first(),
    )


def lag(oldest: datetime | None) -> float:
    """Return for how long the oldest change has waited, in seconds."""
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0


def _note() -> str:
    if not is_set_up():
        return ""
    try:
        standing.serving()
    except Unavailable as error:
        return str(error)
    return ""
