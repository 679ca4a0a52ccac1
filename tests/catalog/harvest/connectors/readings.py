"""The contract of a reading, as every connector has to keep it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from catalog.assets.models import AssetKind
from catalog.harvest.connectors import Part, Scope, connector_for
from catalog.harvest.connectors.contract import DETAIL_PARTS
from portal.kit.errors import DomainError
from tests.catalog.harvest.connectors import reader
from tests.catalog.harvest.connectors.ground import Ground, Lack, Made, Shop, Table, in_plain_words

_PATIENCE_S = 30


class Readings(Shop):
    """What is asked of `Connector.reading`."""

    def test_reading_is_a_stream_of_the_staging_tables_columns(self, ground: Ground) -> None:
        self.fill(ground)
        with connector_for(ground.source()).reading(ground.source(), Scope()) as reading:
            schemas, relations = reader.both(reading)
            ids = [int(row["relation"] or 0) for row in relations]
            details = {part: reader.rows(part, reading.details(part, ids)) for part in DETAIL_PARTS}
        assert {row["schema_name"] for row in relations} <= {row["name"] for row in schemas}
        assert len(set(ids)) == len(ids) >= 3
        assert {row["kind"] for row in relations} <= set(AssetKind.values)
        assert all(len(row["fingerprint"] or "") <= 32 and row["fingerprint"] for row in relations)
        assert sorted(int(row["relation"] or 0) for row in details[Part.DETAILS]) == sorted(ids)
        assert {int(row["relation"] or 0) for part in DETAIL_PARTS for row in details[part]} <= set(ids)

    def test_details_are_of_the_relations_asked_for(self, ground: Ground) -> None:
        self.fill(ground)
        with connector_for(ground.source()).reading(ground.source(), Scope()) as reading:
            _, relations = reader.both(reading)
            one = next(int(row["relation"] or 0) for row in relations if row["name"] == "orders")
            found = {part: reader.rows(part, reading.details(part, [one])) for part in DETAIL_PARTS}
            none = [reader.rows(part, reading.details(part, [])) for part in DETAIL_PARTS]
        assert {row["relation"] for rows in found.values() for row in rows} == {str(one)}
        columns = sorted(found[Part.COLUMNS], key=lambda row: int(row["position"] or 0))
        assert [(row["position"], row["name"]) for row in columns] == [
            ("1", "id"),
            ("2", "customer_id"),
            ("3", "placed"),
            ("4", "amount"),
        ]
        assert none == [[], [], [], []]

    def test_fingerprints_stay_and_a_changed_column_changes_one(self, ground: Ground) -> None:
        self.fill(ground)
        source = ground.source()
        before = reader.fingerprints(source)
        assert reader.fingerprints(source) == before
        ground.add_column(ground.schema, "customers", Made("city"))
        after = reader.fingerprints(source)
        assert {key for key in after if after[key] != before[key]} == {(ground.schema, "customers")}

    def test_scope_confines_the_reading(self, ground: Ground) -> None:
        self.need(ground, Lack.SCHEMAS)
        self.fill(ground)
        source = ground.source()
        for scope in (Scope(only=[ground.other]), Scope(left_out=[f"{ground.schema[:-1]}?"])):
            schemas, relations = reader.overview(source, scope)
            assert ground.schema not in {row["name"] for row in schemas}
            assert ground.other in {row["name"] for row in schemas}
            assert ("items", ground.other) in {(row["name"], row["schema_name"]) for row in relations}
            assert ground.schema not in {row["schema_name"] for row in relations}
        assert reader.overview(source, Scope(left_out=["*"])) == ([], [])
        assert reader.overview(source, Scope(only=[])) == ([], [])

    def test_known_schema_that_is_unchanged_need_not_be_listed(self, ground: Ground) -> None:
        self.fill(ground)
        source = ground.source()
        schemas, relations = reader.overview(source)
        prints = {row["name"] or "": row["fingerprint"] or "" for row in schemas}
        if not any(prints.values()):
            pytest.skip(f"{ground.engine}: it gives no fingerprints of schemas")
        known, listed = reader.overview(source, Scope(known=prints))
        assert known == schemas
        assert {row["fingerprint"] for row in listed} <= {None}  # for their vitals, if at all
        ground.add_column(ground.schema, "customers", Made("city"))
        _, again = reader.overview(source, Scope(known=prints))
        assert {row["name"] for row in again if row["schema_name"] == ground.schema} == {
            row["name"] for row in relations if row["schema_name"] == ground.schema
        }

    def test_statements_are_as_many_for_four_times_the_tables(self, ground: Ground) -> None:
        self.need(ground, Lack.COUNTING)
        source = ground.source()
        sent = []
        for tables in (range(10), range(10, 40)):
            for number in tables:
                ground.make(Table(ground.schema, f"many_{number}"))
            before = ground.requests()
            with connector_for(source).reading(source, Scope()) as reading:
                _, relations = reader.both(reading)
                ids = [int(row["relation"] or 0) for row in relations]
                for part in DETAIL_PARTS:
                    reader.rows(part, reading.details(part, ids))
                reading.warnings()
            sent.append(ground.requests() - before)
        assert len(ids) == 40
        assert sent[0] == sent[1]
        assert 0 < sent[0] <= 20

    def test_blocks_stay_small(self, ground: Ground) -> None:
        said = "" if Lack.COLUMN_COMMENTS in ground.lacks else "Long words. " * 80
        for number in range(8):
            columns = [Made(f"column_with_a_rather_long_name_{each}", comment=said) for each in range(100)]
            ground.make(Table(ground.schema, f"wide_{number}", columns))
        source = ground.source()
        with connector_for(source).reading(source, Scope()) as reading:
            ids = [int(row["relation"] or 0) for row in reader.both(reading)[1]]
            assert len(reader.rows(Part.COLUMNS, reading.details(Part.COLUMNS, ids))) == 800

    def test_session_refuses_to_write(self, ground: Ground) -> None:
        self.need(ground, Lack.WRITING)
        self.fill(ground)
        source = ground.source()
        with connector_for(source).reading(source, Scope()) as reading, pytest.raises(ground.refused_with):
            ground.write_through(reading)

    def test_cancel_from_another_thread_ends_the_reading(self, ground: Ground) -> None:
        self.need(ground, Lack.STALLING)
        self.fill(ground)
        source = ground.source()
        with (
            pytest.raises(DomainError) as caught,
            connector_for(source).reading(source, Scope()) as reading,
            ground.stalled(reading) as call,
            _soon(reading.cancel),
        ):
            call()
        in_plain_words(caught.value.message)

    def test_cancel_of_an_idle_reading_does_no_harm(self, ground: Ground) -> None:
        self.fill(ground)
        source = ground.source()
        with connector_for(source).reading(source, Scope()) as reading:
            reader.both(reading)
            reading.cancel()


@contextmanager
def _soon(cancel: Callable[[], object]) -> Iterator[None]:
    """Call `cancel` again and again from another thread until the body is over; the body fails when it takes long."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.3):
            cancel()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(_PATIENCE_S)
