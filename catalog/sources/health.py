"""Health of sources: a word and a tone, with the reasons and what to do about each. Told from rows, not by asking."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format

from catalog.sources import registry
from catalog.sources.models import ServerReport, Source
from catalog.sources.policies import may_manage
from catalog.sources.registry import Harvests
from catalog.sources.schedules import next_time
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.kit.people import Person

WARN_DAYS = 30
GRACE = timedelta(minutes=30)  # a harvest that is due waits for a worker and takes its time


class Word(StrEnum):
    """The worst first, but for those that explain themselves."""

    PAUSED = "Paused"
    FAILING = "Failing"
    REVIEW = "Waiting for review"
    EXPIRING = "Secret expiring"
    LATE = "Late"
    NEVER = "Never harvested"
    FINE = "Fine"

    @property
    def tone(self) -> str:
        """Return the tone of a badge."""
        return _LOOKS[self][0]

    @property
    def icon(self) -> str:
        """Return the icon of a badge."""
        return _LOOKS[self][1]

    @property
    def key(self) -> str:
        """Return what stands for it in addresses."""
        return self.name.lower()


_LOOKS = {
    Word.PAUSED: ("neutral", "pause"),
    Word.FAILING: ("bad", "circle-alert"),
    Word.REVIEW: ("warn", "hand"),
    Word.EXPIRING: ("warn", "key-round"),
    Word.LATE: ("warn", "clock-alert"),
    Word.NEVER: ("neutral", "circle-dashed"),
    Word.FINE: ("ok", "circle-check"),
}


@dataclass(frozen=True)
class Reason:
    """Why: in words, what to do, and where."""

    word: Word
    text: str
    remedy: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Health:
    """The worst word and all reasons."""

    reasons: tuple[Reason, ...] = ()

    @property
    def word(self) -> Word:
        """Return the first word of Word's order that there is a reason for."""
        return min((reason.word for reason in self.reasons), key=list(Word).index, default=Word.FINE)


@dataclass(frozen=True)
class Standing:
    """How a source stands: its health and what that is told from. `harvests` is None for who may not see runs."""

    health: Health
    harvests: Harvests | None
    report: ServerReport | None

    @property
    def is_known(self) -> bool:
        """Return whether the person may know how it stands."""
        return self.harvests is not None


def standings(person: Person, sources: Iterable[Source]) -> dict[int, Standing]:
    """Return how the sources stand by their ids, in as few queries for many as for one."""
    rows = list(sources)
    all_harvests = registry.harvests_of(person, [source.pk for source in rows])
    reports = {report.source_id: report for report in ServerReport.objects.filter(source__in=rows)}
    now, tells_secrets = clock.now(), bool(may_manage(person))
    standing = {}
    for source in rows:
        harvests = None if all_harvests is None else all_harvests.get(source.pk, Harvests())
        report = reports.get(source.pk)
        reasons = [*_paused(source), *(_harvested(source, harvests, now) if harvests else ())]
        reasons += _expiring(source, report, now) if tells_secrets else ()
        standing[source.pk] = Standing(Health(tuple(reasons)), harvests, report)
    return standing


def expiry_of(source: Source, report: ServerReport | None) -> datetime | None:
    """Return when the secret ends: as somebody has said, or as the server told."""
    said = source.secret_expires_on
    days: list[datetime] = [_end_of(said)] if said else []
    told = parse_datetime(str(report.capabilities.get("password_expires_at") or "")) if report else None
    return min([*days, *([told] if told else [])], default=None)


def certificate_days(report: ServerReport | None, now: datetime) -> int | None:
    """Return for how many days the server's certificate is still valid; None when there is none or it is not known."""
    ends = parse_datetime(str(report.tls.get("expires_at") or "")) if report else None
    return (ends - now).days if ends else None


def _paused(source: Source) -> Iterator[Reason]:
    if not source.is_enabled:
        yield Reason(
            Word.PAUSED,
            "Harvesting is switched off.",
            "Switch it on under Edit.",
            reverse("sources:edit", args=[source.pk]),
            "Edit",
        )


def _harvested(source: Source, harvests: Harvests, now: datetime) -> Iterator[Reason]:
    if harvests.state == "failed":
        yield Reason(
            Word.FAILING,
            f"The last harvest failed: {harvests.error}",
            "Mend it, then harvest again.",
            harvests.url,
            "Look at the run",
        )
    if harvests.held_url:
        yield Reason(
            Word.REVIEW,
            "A harvest waits for somebody to look at what it would change.",
            "Approve or reject it.",
            harvests.held_url,
            "Review it",
        )
    if harvests.succeeded_at is None:
        yield Reason(Word.NEVER, "It has not been harvested with success yet.", "Start a harvest, or set a schedule.")
    elif _is_late(source, harvests.succeeded_at, now):
        yield Reason(
            Word.LATE,
            "A harvest was due and has not succeeded since.",
            "See whether runs are waiting and workers are running.",
            reverse("harvest:runs") + f"?source={source.pk}",
            "Runs of this source",
        )


def _is_late(source: Source, succeeded_at: datetime, now: datetime) -> bool:
    if not source.is_enabled:
        return False
    try:
        due = next_time(source, succeeded_at)
    except DomainError:  # a schedule that can't be read any more is told on its own page
        return False
    return due is not None and due + GRACE < now


def _expiring(source: Source, report: ServerReport | None, now: datetime) -> Iterator[Reason]:
    url = reverse("sources:secret", args=[source.pk])
    ends = expiry_of(source, report)
    if ends and ends < now + timedelta(days=WARN_DAYS):
        verb = "ended" if ends < now else "ends"
        yield Reason(
            Word.EXPIRING,
            f"The password {verb} on {date_format(ends, 'j M Y')}.",
            "Have a new one made and enter it ahead of time: harvests go on while it is changed.",
            url,
            "Enter the next password",
        )
    days = certificate_days(report, now)
    if days is not None and days < WARN_DAYS:
        when = "has expired" if days < 0 else f"expires in {days} day{'' if days == 1 else 's'}"
        yield Reason(Word.EXPIRING, f"The server's certificate {when}.", "Have it renewed at the server.")


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)
