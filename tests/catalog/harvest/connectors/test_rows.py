"""From an extractor's rows to a reading."""

import json
from collections.abc import Iterable, Iterator, Sequence

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.harvest.connectors import Part, Scope, copytext
from catalog.harvest.connectors.contract import DETAIL_PARTS
from catalog.harvest.connectors.rows import (
    ColumnRow,
    DetailRow,
    IndexRow,
    KeyRow,
    RelationRow,
    Row,
    RowReading,
    SchemaRow,
)
from portal.kit.errors import Unavailable
from portal.kit.jobs import Cancelled
from tests.catalog.harvest.connectors import reader

NOTE = ColumnRow("sales", "orders", 2, "note", "text", "text", comment="Tab\there")
TABLE: list[Row] = [
    RelationRow("sales", "orders", "table", 5, 100, 7),
    DetailRow("sales", "orders", "Every order", "", {"format": "x"}),
    ColumnRow("sales", "orders", 1, "id", "bigint", "bigint", is_nullable=False),
    NOTE,
    KeyRow("sales", "orders", "primary", "orders_key", ["id"]),
    IndexRow("sales", "orders", "orders_key", True, ["id"]),
]


class Made:
    """An extractor of given rows."""

    def __init__(self, *batches: Sequence[Row], schemas: Iterable[SchemaRow] = (SchemaRow("sales"),)) -> None:
        self.batches = batches
        self.made = list(schemas)
        self.asked: list[list[str]] = []
        self.is_cancelled = False

    def schemas(self) -> Iterable[SchemaRow]:
        return self.made

    def extract(self, schemas: Sequence[str]) -> Iterator[Sequence[Row]]:
        self.asked.append(list(schemas))
        yield from self.batches

    def warnings(self) -> list[str]:
        return ["Something was closed."]

    def cancel(self) -> None:
        self.is_cancelled = True


def _read(
    extractor: Made, scope: Scope | None = None
) -> tuple[list[reader.Row], dict[Part, list[reader.Row]], list[str]]:
    with RowReading(extractor, scope or Scope()) as reading:
        _, relations = reader.both(reading)
        ids = [int(row["relation"] or 0) for row in relations]
        details = {part: reader.rows(part, reading.details(part, ids)) for part in DETAIL_PARTS}
        return relations, details, reading.warnings()


def _print(*rows: Row) -> str:
    return _read(Made(rows))[0][0]["fingerprint"] or ""


def test_rows_come_out_in_the_columns_of_staging() -> None:
    (relation,), details, warnings = _read(Made(TABLE))
    assert (relation["row_estimate"], relation["size_bytes"], relation["write_count"]) == ("5", "100", "7")
    assert details[Part.DETAILS][0]["properties"] == '{"format": "x"}'
    assert [(row["position"], row["name"], row["is_nullable"]) for row in details[Part.COLUMNS]] == [
        ("1", "id", "f"),
        ("2", "note", "t"),
    ]
    assert details[Part.COLUMNS][1]["comment"] == "Tab\there"
    assert details[Part.KEYS][0]["columns"] == '{"id"}'
    assert details[Part.INDEXES][0]["is_unique"] == "t"
    assert warnings == ["Something was closed."]


def test_fingerprint_is_the_same_in_any_order_and_differs_by_any_fact() -> None:
    alone = _print(*TABLE)
    assert _print(*reversed(TABLE)) == alone
    assert _print(RelationRow("sales", "orders", "table", 9, 9, 9), *TABLE[1:]) == alone
    for changed in (
        [RelationRow("sales", "orders", "view", 5, 100, 7), *TABLE[1:]],
        [TABLE[0], DetailRow("sales", "orders", "Some orders"), *TABLE[2:]],
        [*TABLE[:3], ColumnRow("sales", "orders", 3, "note", "text", "text", comment="Tab\there"), *TABLE[4:]],
        TABLE[:-1],
        [*TABLE, IndexRow("sales", "orders", "another", True, ["id"])],
    ):
        assert _print(*changed) != alone


def test_schemas_outside_of_the_scope_and_known_ones_are_not_asked_for() -> None:
    schemas = [SchemaRow("sales", fingerprint="a"), SchemaRow("stock", fingerprint="b"), SchemaRow("tmp_1")]
    made = Made(TABLE, schemas=schemas)
    relations, _, _ = _read(made, Scope(left_out=["tmp_?"], known={"sales": "a", "stock": "old"}))
    assert made.asked == [["stock"]]
    assert relations == []  # rows of a schema that was not asked for are dropped
    made.asked.clear()
    assert _read(made, Scope(only=[])) == ([], {part: [] for part in DETAIL_PARTS}, ["Something was closed."])
    assert made.asked == []


def test_what_our_database_cannot_hold_is_left_out_and_named() -> None:
    long, nul = "x" * 301, "a\0b"
    rows = [
        *TABLE,
        RelationRow("sales", long, "table"),
        RelationRow("sales", nul, "table"),
        RelationRow("sales", "", "view"),
    ]
    rows += [ColumnRow("sales", "orders", 3, long, "text", "text")]
    relations, details, warnings = _read(Made(rows, schemas=[SchemaRow("sales"), SchemaRow("y" * 400)]))
    assert [row["name"] for row in relations] == ["orders"]
    assert len(details[Part.COLUMNS]) == 2
    assert len(warnings) == 4
    assert all("was left out" in warning for warning in warnings[1:])


def test_the_first_of_two_rows_of_a_name_stays() -> None:
    again = [NOTE, NOTE._replace(position=3)]
    _, details, warnings = _read(Made(TABLE[:3], again, [DetailRow("sales", "orders", "Again")]))
    assert [row["name"] for row in details[Part.COLUMNS]] == ["id", "note"]
    assert [row["comment"] for row in details[Part.DETAILS]] == ["Every order"]
    assert warnings[1:] == ["sales.orders has more than one “note” among its columns: the first is listed."]


def test_relation_without_a_detail_gets_one() -> None:
    _, details, _ = _read(Made([RelationRow("sales", "bare", "table")]))
    (detail,) = details[Part.DETAILS]
    assert (detail["comment"], detail["definition"], detail["properties"]) == ("", "", "{}")


def test_warnings_are_few() -> None:
    rows = [RelationRow("sales", f"{n:03}" + "x" * 300, "table") for n in range(30)]
    _, _, warnings = _read(Made(rows))
    assert len(warnings) == 22
    assert warnings[-1] == "10 more like these."


def test_numbers_that_mean_nothing_or_are_too_big() -> None:
    (relation,), _, _ = _read(Made([RelationRow("sales", "huge", "table", -1, 1 << 64, None)]))
    assert (relation["row_estimate"], relation["size_bytes"]) == (None, str((1 << 63) - 1))


def test_long_names_inside_of_keys_are_cut() -> None:
    rows = [*TABLE[:2], IndexRow("sales", "orders", "i", False, ["x" * 999])]
    rows += [KeyRow("sales", "orders", "foreign", "k", ["y" * 999], "s" * 999, "t" * 999, ["z" * 999])]
    _, details, _ = _read(Made(rows))
    assert details[Part.INDEXES][0]["columns"] == '{"' + "x" * 300 + '"}'
    key = details[Part.KEYS][0]
    assert [len(key[name] or "") for name in ("columns", "target_schema", "target_name", "target_columns")] == [
        304,
        300,
        300,
        304,
    ]


def test_blocks_are_small_and_files_go_with_the_reading() -> None:
    rows: list[Row] = [RelationRow("sales", f"t{n}", "table") for n in range(3000)]
    rows += [DetailRow("sales", f"t{n}", "x" * 500) for n in range(3000)]
    with RowReading(
        Made(rows, schemas=[SchemaRow("sales"), *(SchemaRow(f"s{n}") for n in range(9000))]), Scope()
    ) as reading:
        for part in (Part.SCHEMAS, Part.RELATIONS):
            assert len([block for block in reading.overview(part) if len(block) <= reader.LARGEST_BLOCK]) > 1
        spools = list(reading._spools.values())
        assert len(list(reading.details(Part.DETAILS, range(1, 3001)))) > 10
    assert spools
    assert all(spool.closed for spool in spools)


def test_cancel_ends_the_reading_between_batches_and_names_the_reason() -> None:
    made = Made(TABLE[:2], TABLE[2:])
    with RowReading(made, Scope()) as reading:
        list(reading.overview(Part.SCHEMAS))
        reading.cancel()
        with pytest.raises(Cancelled):
            list(reading.overview(Part.RELATIONS))
    assert made.is_cancelled


def test_error_of_a_stopped_statement_counts_as_cancelled() -> None:
    class Stopped(Made):
        def extract(self, schemas: Sequence[str]) -> Iterator[Sequence[Row]]:
            reading.cancel()
            raise Unavailable("The server took too long.")
            yield

    with RowReading(Stopped(), Scope()) as reading:
        list(reading.overview(Part.SCHEMAS))
        with pytest.raises(Cancelled):
            list(reading.overview(Part.RELATIONS))


@pytest.mark.django_db
@settings(max_examples=150, deadline=None)
@given(
    texts=st.lists(
        st.tuples(st.text(), st.lists(st.text(max_size=9)), st.dictionaries(st.text(), st.text())), max_size=5
    )
)
def test_postgresql_reads_back_whatever_was_written(texts: list[tuple[str, list[str], dict[str, str]]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE read_back (number int, plain text, list text[], doc jsonb) ON COMMIT DROP")
        with cursor.copy("COPY read_back FROM STDIN") as stream:
            for number, row in enumerate(texts):
                stream.write(copytext.encoded((number, *row)))
        cursor.execute("SELECT plain, list, doc FROM read_back ORDER BY number")
        found = cursor.fetchall()
        cursor.execute("DROP TABLE read_back")
    for (plain, listed, doc), written in zip(found, texts, strict=True):
        assert plain == _sound(written[0])
        assert listed == [_sound(each) for each in written[1]]
        assert json.loads(doc) == {_sound(key): _sound(value) for key, value in written[2].items()}


def _sound(text: str) -> str:
    return text.replace("\0", "").encode(errors="replace").decode()


def test_json_of_odd_numbers_and_objects() -> None:
    line = copytext.line([{"nan": float("nan"), "inf": float("inf"), "set": {1}, "path": object, "deep": {3: True}}])
    assert json.loads(line) == {"nan": "nan", "inf": "inf", "set": [1], "path": str(object), "deep": {"3": True}}
