"""Assets and columns by COPY: N assets of ten columns each, with what people say of them."""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction

from catalog.assets.models import Schema
from catalog.search.models import ColumnName, Word
from portal.kit import clock
from tests.bench.search.house import DOMAINS, PRIVATE, SOURCES, House
from tests.bench.search.vocabulary import Sentences, column_names, drawn, table_name

COLUMNS = 10
_CHUNK = 20_000
_ASSET = (
    "id, source_id, schema_id, domain_id, has_own_domain, name, path, kind, comment, definition, properties, "
    "fingerprint, column_count, labels, certification, certification_note, sensitivity, row_estimate, history_from, "
    "history_to, first_seen_at, changed_at"
)
_COLUMN = 'asset_id, position, name, data_type, logical_type, is_nullable, "default", is_generated, comment'
_VISIT = "person_id, asset_id, times, last_at"
_OWNS = "asset_id, role, person_id, team_id, created_at"
_SAID = "asset_id, column_name, layer, text, version, edited_at"
_TABLES = ("assets_asset", "assets_column", "assets_visit", "assets_ownership", "assets_description")
_KINDS = ("table",) * 14 + ("view",) * 4 + ("partitioned_table", "materialized_view")
_SENSITIVITY = ("",) * 6 + ("internal",) * 2 + ("confidential", "restricted")
_IN_PRIVATE, _IN_OPEN = 0.94, 0.03  # the rest is in no domain
_NULL = r"\N"


def fill(house: House, vocabulary: list[str], assets: int) -> None:
    """Store the assets with all that belongs to them; the index is left as it is."""
    schemas = _schemas(house, vocabulary, max(400, assets // 500))
    with _bare(_TABLES):
        _Writer(house, vocabulary, schemas).write(assets)
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence('assets_asset', 'id'), %s)", [assets])
    analyze()


def analyze() -> None:
    """Have the planner know what there is; autovacuum would come too late for a measurement."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def forget_index() -> None:
    """Empty the index, so that a rebuild begins with nothing."""
    with connection.cursor() as cursor:
        names = ", ".join(model._meta.db_table for model in (Word, ColumnName))
        cursor.execute(f"TRUNCATE search_document, search_tally, search_pending, {names}")


def _schemas(house: House, vocabulary: list[str], number: int) -> list[tuple[Schema, int, int | None]]:
    """Store schemas; return each with the places of its source and its domain."""
    choice = random.Random(17)
    made = []
    for n in range(number):
        source, domain = n % SOURCES, _domain(choice)
        name = f"{vocabulary[n % 400]}_{n // SOURCES}"
        pk = None if domain is None else house.domains[domain]
        made.append((Schema(source_id=house.sources[source], domain_id=pk, name=name), source, domain))
    Schema.objects.bulk_create(schema for schema, _, _ in made)
    return made


def _domain(choice: random.Random) -> int | None:
    drawn_at = choice.random()
    if drawn_at < _IN_PRIVATE:
        return int(choice.random() * PRIVATE)
    return PRIVATE + int(choice.random() * (DOMAINS - PRIVATE)) if drawn_at < _IN_PRIVATE + _IN_OPEN else None


class _Writer:
    """Draws assets and copies them in, so many a transaction."""

    def __init__(self, house: House, vocabulary: list[str], schemas: list[tuple[Schema, int, int | None]]) -> None:
        self._house, self._schemas = house, schemas
        self._slugs = _slugs()
        self._now = clock.now()
        self._choice = random.Random(23)
        self._words = drawn(vocabulary, 2**18, 29)
        self._columns = drawn(column_names(vocabulary), 2**18, 31)
        self._text = Sentences(vocabulary, 37)
        self._names: set[tuple[int, str]] = set()
        self._moments = [(self._now - timedelta(hours=37 * n)).isoformat() for n in range(400)]

    def write(self, assets: int) -> None:
        """Write assets 1 to N."""
        for start in range(1, assets + 1, _CHUNK):
            ids = range(start, min(start + _CHUNK, assets + 1))
            with transaction.atomic():
                _copy("assets_asset", _ASSET, map(self._asset, ids))
                _copy("assets_column", _COLUMN, (row for pk in ids for row in self._columns_of(pk)))
                _copy("assets_visit", _VISIT, (row for pk in ids for row in self._visits(pk)))
                _copy("assets_ownership", _OWNS, (row for pk in ids for row in self._owners(pk)))
                _copy("assets_description", _SAID, (row for pk in ids for row in self._said(pk)))

    def _asset(self, pk: int) -> str:
        draw = self._choice.random
        schema, source, domain = self._schemas[int(draw() * len(self._schemas))]
        has_own = draw() < 0.05
        domain = _domain(self._choice) if has_own else domain
        name = self._name(schema.pk, pk)
        certified = draw()
        fields = (
            pk,
            schema.source_id,
            schema.pk,
            _NULL if domain is None else self._house.domains[domain],
            "t" if has_own else "f",
            name,
            f"{self._slugs[schema.source_id]}.{schema.name}.{name}",
            _KINDS[int(draw() * len(_KINDS))],
            self._text.of(12, 28) if draw() < 0.8 else "",
            "",
            "{}",
            f"{pk:032x}",
            COLUMNS,
            "{%s,%s}" % self._house.label(pk, domain, source),  # noqa: UP031 - braces
            "certified" if certified < 0.1 else "deprecated" if certified > 0.96 else "none",
            "",
            _SENSITIVITY[int(draw() * len(_SENSITIVITY))],
            int(10 ** (draw() * 8)),
            *self._history(),
            self._moments[-1],
            self._moments[int(draw() ** 2 * 400)],
        )
        return "\t".join(map(str, fields))

    def _history(self) -> tuple[str, str]:
        """Half of the tables know from when to when they reach."""
        if self._choice.random() < 0.5:
            return _NULL, _NULL
        until = self._now.date() - timedelta(days=int(self._choice.random() * 300))
        return str(until - timedelta(days=int(self._choice.random() * 4000))), str(until)

    def _name(self, schema: int, pk: int) -> str:
        start, number = int(self._choice.random() * (len(self._words) - 4)), 2 + int(self._choice.random() * 3)
        name = table_name(self._words[start : start + number], self._choice.random(), pk)
        name = f"{name}_{pk}" if (schema, name) in self._names else name
        self._names.add((schema, name))
        return name

    def _columns_of(self, pk: int) -> Iterator[str]:
        start, draw = int(self._choice.random() * (len(self._columns) - 60)), self._choice.random
        chosen = dict.fromkeys(self._columns[start : start + 60])
        for position, (name, written, logical) in zip(range(1, COLUMNS + 1), chosen, strict=False):
            comment = self._text.of(6, 14) if draw() < 0.33 else ""
            yield f"{pk}\t{position}\t{name}\t{written}\t{logical}\tt\t\tf\t{comment}"

    def _visits(self, pk: int) -> Iterator[str]:
        """A tenth is looked at within a month, few by many people."""
        if self._choice.random() < 0.1:
            number = min(2_000, int(1 / (self._choice.random() + 0.0005)))
            start = int(self._choice.random() * len(self._house.people))
            for n in range(number):
                person = self._house.people[(start + n) % len(self._house.people)]
                yield f"{person}\t{pk}\t1\t{self._moments[n % 15]}"

    def _owners(self, pk: int) -> Iterator[str]:
        draw = self._choice.random()
        if draw < 0.2:
            person = self._house.people[22 + int(draw * 5 * (len(self._house.people) - 22))]
            yield f"{pk}\towner\t{person}\t{_NULL}\t{self._moments[0]}"
        elif draw < 0.3:
            team = self._house.teams[int((draw - 0.2) * 10 * len(self._house.teams))]
            yield f"{pk}\tsteward\t{_NULL}\t{team}\t{self._moments[0]}"

    def _said(self, pk: int) -> Iterator[str]:
        if self._choice.random() < 0.05:
            yield f"{pk}\t\thuman\t{self._text.of(15, 40)}\t1\t{self._moments[0]}"


def _slugs() -> dict[int, str]:
    return dict(Schema.objects.values_list("source_id", "source__slug").distinct())


def _copy(table: str, columns: str, rows: Iterable[str]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write(row + "\n")


@contextmanager
def _bare(tables: tuple[str, ...]) -> Iterator[None]:
    """Take off foreign keys' checks and all indexes that are no constraints, and put them back after the body."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT index.indexrelid::regclass::text, pg_get_indexdef(index.indexrelid) FROM pg_index AS index "
            "WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS "
            "(SELECT 1 FROM pg_constraint WHERE conindid = index.indexrelid)",
            [list(tables)],
        )
        indexes = cursor.fetchall()
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
            "WHERE tgrelid = ANY(%s::regclass[]) AND tgisinternal",
            [list(tables)],
        )
        checks = cursor.fetchall()
        for table, name in checks:
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _, definition in indexes:
            cursor.execute(definition)
        for table, name in checks:
            cursor.execute(f'ALTER TABLE {table} ENABLE TRIGGER "{name}"')
