"""The list of sources: rows with health, filters, sorting and counts. A few queries whatever the number of sources."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import QueryDict

from catalog.sources import registry
from catalog.sources.engines import Family, all_engines
from catalog.sources.health import Standing, Word, standings
from catalog.sources.models import Source
from catalog.sources.queries import visible_sources
from portal.kit.people import Person

_LATEST = datetime.max.replace(tzinfo=UTC)
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """A source with what the list says of it."""

    source: Source
    family: str
    standing: Standing
    counts: Mapping[str, int]
    uses_tls: bool

    @property
    def word(self) -> Word:
        return self.standing.health.word

    @property
    def line(self) -> str | None:
        """Return the protocol that protects the line, "" for a plain one, None where there is none or nobody looked."""
        report = self.standing.report
        return str(report.tls.get("protocol", "")) if report and self.uses_tls else None


@dataclass(frozen=True)
class Overview:
    """The rows that were asked for, with what there is among all of them."""

    rows: list[Row]
    words: dict[Word, int]
    families: list[Family]
    count_labels: list[str]
    tells_health: bool

    @property
    def total(self) -> int:
        """Return how many sources there are, whatever was asked for."""
        return sum(self.words.values())


def overview(person: Person, asked: QueryDict) -> Overview:
    """Return the sources that the person may know of, as the address asks: q, family, health, sort."""
    rows = _rows(person)
    words = Counter(row.word for row in rows)
    wanted = [row for row in rows if _is_wanted(row, asked)]
    return Overview(
        rows=sorted(wanted, key=_SORTS[sort_of(asked)][1]),
        words={word: words[word] for word in Word if words[word]},
        families=[family for family in Family if any(row.family == family for row in rows)],
        count_labels=list(rows[0].counts) if rows else [],
        tells_health=any(row.standing.is_known for row in rows),
    )


def sort_of(asked: QueryDict) -> str:
    """Return the order that is asked for; by name when it is none."""
    given = asked.get("sort", "")
    return given if given in _SORTS else "name"


def sorts() -> list[tuple[str, str]]:
    """Return the orders there are, with their labels."""
    return [(key, label) for key, (label, _) in _SORTS.items()]


def _rows(person: Person) -> list[Row]:
    sources = list(visible_sources(person))
    standing = standings(person, sources)
    counts = registry.counts_for(person)
    engines = {engine.key: engine for engine in all_engines()}
    return [
        Row(
            source=source,
            family=engine.family.value if engine else "",
            standing=standing[source.pk],
            counts={label: numbers.get(source.pk, 0) for label, numbers in counts.items()},
            uses_tls=bool(engine and "tls" in engine.address),
        )
        for source in sources
        for engine in (engines.get(source.engine),)
    ]


def _is_wanted(row: Row, asked: QueryDict) -> bool:
    source = row.source
    words = asked.get("q", "").casefold().split()
    text = f"{source.name} {source.slug} {source.description} {source.engine_label}".casefold()
    families, health = (list(filter(None, asked.getlist(name))) for name in ("family", "health"))
    return (
        all(word in text for word in words)
        and (not families or row.family in families)
        and (not health or row.word.key in health)
    )


def _last(row: Row) -> datetime:
    harvests = row.standing.harvests
    return (harvests.at if harvests else None) or _EARLIEST


_SORTS: dict[str, tuple[str, Callable[[Row], Any]]] = {
    "name": ("Name", lambda row: row.source.name.casefold()),
    "health": ("Health, worst first", lambda row: (_worst_first(row.word), row.source.name.casefold())),
    "next": ("Next harvest, soonest first", lambda row: row.source.next_harvest_at or _LATEST),
    "last": ("Last harvest, latest first", lambda row: -_last(row).timestamp() if _last(row) > _EARLIEST else 0),
    "assets": ("Assets, most first", lambda row: -sum(row.counts.values())),
}


def _worst_first(word: Word) -> int:
    order = [word for word in Word if word != Word.PAUSED]
    return order.index(word) if word in order else len(order)
