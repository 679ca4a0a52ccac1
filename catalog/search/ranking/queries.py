"""Reading the history of weights, and what people asked lately."""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet

from catalog.search.models import AskedQuery, OpenedResult, Weighting
from catalog.search.ranking.weights import KNOBS, with_changes
from portal.kit.people import Person

RECENT = 50


@dataclass(frozen=True)
class Change:
    """A weight that differs from the default."""

    label: str
    value: float
    default: float


def history() -> QuerySet[Weighting]:
    """Return all weightings, the one in effect first."""
    return Weighting.objects.select_related("made_by")


def changes(weighting: Weighting) -> list[Change]:
    """Return how a weighting differs from the defaults."""
    weights = with_changes(weighting.weights)
    values = ((knob, float(getattr(weights, knob.name))) for knob in KNOBS)
    return [Change(knob.label, value, knob.default) for knob, value in values if value != knob.default]


def recent_texts(person: Person) -> list[str]:
    """Return the last distinct texts that people asked for, the newest first.

    What somebody else asked alone is nobody's to read, here as in the analytics.
    """
    asked_by = Count("person", distinct=True)
    own = Max("pk", filter=Q(person=person.pk))
    rows = AskedQuery.objects.exclude(text="").values("key").annotate(last=Max("pk"), people=asked_by, own=own)
    shared = Q(people__gte=settings.ASKED_QUERIES_SHOWN_FROM) | Q(own__isnull=False)
    asked = list(rows.filter(shared).order_by("-last")[:RECENT])
    texts = AskedQuery.objects.in_bulk([row["last"] for row in asked])
    return [texts[row["last"]].text for row in asked if row["last"] in texts]


def opened(texts: list[str]) -> dict[str, list[int]]:
    """Return the assets that people opened after these texts, most opened first, by the text."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    rows = OpenedResult.objects.filter(asked__text__in=texts).values("asked__text", "asset").annotate(times=Count("pk"))
    for row in rows.order_by("-times", "asset"):
        found[row["asked__text"]].append(row["asset"])
    return found
