"""What the MariaDB connector makes of a real server's tables, views, keys and rights."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from catalog.assets.models import Asset, Column, Schema, SchemaChange
from catalog.harvest.connectors import Part, ReadAgain, Scope
from catalog.harvest.connectors.contract import DETAIL_PARTS
from catalog.harvest.connectors.mariadb import CONNECTOR
from catalog.harvest.connectors.mariadb_statements import details, json_columns, relations, schemas
from catalog.harvest.models import Run
from catalog.sources.engines.mariadb import SYSTEM_SCHEMAS, connect
from catalog.sources.engines.mariadb import Server as Answering
from catalog.sources.models import Source
from tests.catalog.harvest.connectors import reader
from tests.engines.mariadb import PASSWORD, Server, generate, shared
from tests.factories.catalog import make_source

Harvest = Callable[[Source], Run]
pytestmark = [pytest.mark.engine, pytest.mark.django_db(transaction=True)]

HOUSE = (
    """CREATE TABLE customers (id int AUTO_INCREMENT PRIMARY KEY,
    email varchar(50) NOT NULL DEFAULT 'x''y' COMMENT 'Mail' UNIQUE CHECK (email LIKE '%@%'), wishes json,
    is_new bool DEFAULT true, n int, doubled int AS (n * 2) STORED, next int AS (n + 1), state enum('a','b,c'),
    seen timestamp DEFAULT current_timestamp ON UPDATE current_timestamp,
    CONSTRAINT sound CHECK (n > 0 AND state <> 'x `n`')) COMMENT 'People who buy'""",
    """CREATE TABLE orders (id int, customer int, note varchar(300), spot point NOT NULL, PRIMARY KEY (id, customer),
    CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE,
    KEY by_note (note(20), id DESC), FULLTEXT KEY words (note), SPATIAL KEY places (spot))""",
    "CREATE TABLE Orders (id int)",
    """CREATE TABLE days (d date) PARTITION BY RANGE COLUMNS (d) (
    PARTITION p0 VALUES LESS THAN ('2020-01-01'), PARTITION p1 VALUES LESS THAN (MAXVALUE))""",
    "CREATE TABLE prices (x int) WITH SYSTEM VERSIONING",
    "CREATE TABLE memo (x int) ENGINE=MEMORY",
    "CREATE SEQUENCE numbers",
    "CREATE VIEW recent AS SELECT id, note FROM orders",
    "CREATE TABLE lost (x int)",
    "CREATE VIEW broken AS SELECT x FROM lost",
    "DROP TABLE lost",
)


@pytest.fixture
def server() -> Server:
    return shared()


@pytest.fixture
def house(server: Server) -> Iterator[str]:
    with server.database(*HOUSE) as database:
        yield database


def stored(server: Server, **facts: Any) -> Source:
    return make_source(**server.address(**facts), removal_limit_percent=100)


def test_kinds_and_properties(server: Server, house: str, harvest_now: Harvest) -> None:
    run = harvest_now(stored(server, database=house))
    assert dict(Asset.objects.values_list("name", "kind")) == {
        "customers": "table",
        "orders": "table",
        "Orders": "table",
        "days": "partitioned_table",
        "prices": "table",
        "memo": "table",
        "recent": "view",
        "broken": "view",
    }
    collation = "utf8mb4_general_ci"
    assert dict(
        Asset.objects.exclude(name__in=("customers", "orders", "Orders")).values_list("name", "properties")
    ) == {
        "days": {
            "engine": "InnoDB",
            "collation": collation,
            "partitions": {"method": "RANGE COLUMNS", "expression": "`d`", "count": 2},
        },
        "prices": {"engine": "InnoDB", "collation": collation, "is_versioned": True},
        "memo": {"engine": "MEMORY", "collation": collation},
        "recent": {},
        "broken": {},
    }
    assert Asset.objects.get(name="customers").comment == "People who buy"
    assert Asset.objects.get(name="recent").definition == (
        f"select `{house}`.`orders`.`id` AS `id`,`{house}`.`orders`.`note` AS `note` from `{house}`.`orders`"
    )
    assert [schema.name for schema in Schema.objects.all()] == [house]
    assert [line.text for line in run.job.lines.all()] == [
        f"View {house}.broken is broken at the source: listed without columns."
    ]


def test_columns(server: Server, house: str, harvest_now: Harvest) -> None:
    harvest_now(stored(server, database=house))
    customers = Column.objects.filter(asset__name="customers")
    facts = ("name", "data_type", "logical_type", "is_nullable", "default", "is_generated", "comment")
    on_update = "current_timestamp() ON UPDATE current_timestamp()"
    assert list(customers.values_list(*facts)) == [
        ("id", "int(11)", "integer", False, "", True, ""),
        ("email", "varchar(50)", "text", False, "'x''y'", False, "Mail"),
        ("wishes", "longtext", "json", True, "", False, ""),
        ("is_new", "tinyint(1)", "boolean", True, "1", False, ""),
        ("n", "int(11)", "integer", True, "", False, ""),
        ("doubled", "int(11)", "integer", True, "`n` * 2", True, ""),
        ("next", "int(11)", "integer", True, "`n` + 1", True, ""),
        ("state", "enum('a','b,c')", "enum", True, "", False, ""),
        ("seen", "timestamp", "timestamp_tz", True, on_update, False, ""),
    ]
    assert list(Column.objects.filter(asset__name="recent").values_list("name", "default")) == [
        ("id", ""),
        ("note", ""),
    ]


def test_keys_and_indexes(server: Server, house: str, harvest_now: Harvest) -> None:
    harvest_now(stored(server, database=house))
    customers, orders = (Asset.objects.get(name=name) for name in ("customers", "orders"))
    assert list(customers.keys.values_list("kind", "name", "columns", "definition")) == [
        ("check", "email (check)", ["email"], "CHECK (`email` like '%@%')"),
        ("check", "sound", ["n", "state"], "CHECK (`n` > 0 and `state` <> 'x `n`')"),
        ("primary", "PRIMARY", ["id"], "PRIMARY KEY (`id`)"),
        ("unique", "email", ["email"], "UNIQUE (`email`)"),
    ]
    foreign = orders.keys.get(kind="foreign")
    assert (foreign.columns, foreign.target_schema, foreign.target_name, foreign.target_columns) == (
        ["customer"],
        house,
        "customers",
        ["id"],
    )
    assert foreign.definition == (
        f"FOREIGN KEY (`customer`) REFERENCES `{house}`.`customers` (`id`) ON UPDATE RESTRICT ON DELETE CASCADE"
    )
    assert orders.keys.get(kind="primary").columns == ["id", "customer"]
    assert list(orders.indexes.values_list("name", "is_unique", "columns", "definition")) == [
        ("PRIMARY", True, ["id", "customer"], "UNIQUE INDEX `PRIMARY` (`id`, `customer`) USING BTREE"),
        ("by_note", False, ["note", "id"], "INDEX `by_note` (`note`(20), `id` DESC) USING BTREE"),
        ("of_customer", False, ["customer"], "INDEX `of_customer` (`customer`) USING BTREE"),
        ("places", False, ["spot"], "SPATIAL INDEX `places` (`spot`(32)) USING SPATIAL"),
        ("words", False, ["note"], "FULLTEXT INDEX `words` (`note`) USING FULLTEXT"),
    ]


ALTERATIONS = (
    ("customers", "ALTER TABLE customers ADD COLUMN city varchar(20)"),
    ("customers", "ALTER TABLE customers COMMENT 'Others'"),
    ("customers", "ALTER TABLE customers MODIFY n bigint"),
    ("customers", "ALTER TABLE customers MODIFY n int COMMENT 'Number'"),
    ("customers", "ALTER TABLE customers ALTER n SET DEFAULT 5"),
    ("customers", "ALTER TABLE customers RENAME COLUMN is_new TO is_fresh"),
    ("customers", "ALTER TABLE customers DROP CONSTRAINT sound"),
    ("customers", "ALTER TABLE customers ADD UNIQUE (n)"),
    ("orders", "ALTER TABLE orders DROP INDEX by_note"),
    ("orders", "ALTER TABLE orders DROP INDEX by_note, ADD INDEX by_note (note(21), id DESC)"),
    ("orders", "ALTER TABLE orders DROP FOREIGN KEY of_customer"),
    ("days", "ALTER TABLE days DROP PARTITION p0"),
    ("memo", "ALTER TABLE memo ENGINE = InnoDB"),
    ("recent", "CREATE OR REPLACE VIEW recent AS SELECT id, note FROM orders WHERE id > 1"),
)


@pytest.mark.parametrize(("name", "statement"), ALTERATIONS)
def test_any_change_shows_in_the_fingerprint_of_its_relation_alone(
    server: Server, house: str, name: str, statement: str
) -> None:
    source = stored(server, database=house)
    before = reader.fingerprints(source)
    assert reader.fingerprints(source) == before
    server.run(statement, database=house)
    after = reader.fingerprints(source)
    assert {key for key in after if after[key] != before[key]} == {(house, name)}


def test_rows_are_no_change_of_structure(server: Server, house: str, harvest_now: Harvest) -> None:
    source = stored(server, database=house)
    harvest_now(source)
    server.run("INSERT INTO Orders SELECT seq FROM seq_1_to_1000", "ANALYZE TABLE Orders", database=house)
    changes = SchemaChange.objects.count()
    run = harvest_now(source)
    assert (run.changed, run.unchanged, SchemaChange.objects.count()) == (0, 8, changes)
    orders = Asset.objects.get(name="Orders")
    assert (orders.row_estimate, orders.size_bytes) == (1000, 65536)


def test_view_whose_definition_is_hidden_is_named(server: Server, house: str, harvest_now: Harvest) -> None:
    with server.reader(f"SELECT ON `{house}`.*") as name:
        run = harvest_now(stored(server, username=name, password=PASSWORD))
    assert list(Asset.objects.get(name="recent").columns.values_list("name", flat=True)) == ["id", "note"]
    assert f"The account has no SHOW VIEW on {house}.recent: listed without definition." in [
        line.text for line in run.job.lines.all()
    ]
    assert not Asset.objects.filter(kind="view").exclude(definition="").exists()
    foreign = Asset.objects.get(name="orders").keys.get(kind="foreign")
    assert foreign.definition == f"FOREIGN KEY (`customer`) REFERENCES `{house}`.`customers` (`id`)"


def test_many_hidden_views_are_counted(server: Server, house: str) -> None:
    server.run(*(f"CREATE VIEW view_{number} AS SELECT 1 AS one" for number in range(24)), database=house)
    with server.reader(f"SELECT ON `{house}`.*") as name:
        source = stored(server, username=name, password=PASSWORD)
        with CONNECTOR.reading(source, Scope()) as reading:
            reader.both(reading)
            told = [words for words in reading.warnings() if "SHOW VIEW" in words]
    assert len(told) == 21
    assert told[-1] == "The account has no SHOW VIEW on 6 more: listed without definition."


def test_all_databases_but_the_servers_own_are_schemas(server: Server, house: str, harvest_now: Harvest) -> None:
    with server.database("CREATE TABLE here (id int)") as other:
        harvest_now(stored(server))
    names = set(Schema.objects.values_list("name", flat=True))
    assert {house, other} <= names
    assert not names & set(SYSTEM_SCHEMAS)
    assert Schema.objects.get(name=other).comment == ""


def test_few_relations_are_asked_for_by_name_with_the_same_result(server: Server, house: str) -> None:
    with server.admin() as line:
        generate(line, 310, house)
    source = stored(server, database=house)
    with CONNECTOR.reading(source, Scope()) as reading:
        ids = {row["name"]: int(row["relation"] or 0) for row in reader.both(reading)[1]}
        wanted = {ids["t_7"], ids["view_310"]}
        assert len(ids) == 341
        for part in DETAIL_PARTS:
            everything = reader.rows(part, reading.details(part, list(ids.values())))
            some = reader.rows(part, reading.details(part, list(wanted)))
            mine = [row for row in everything if int(row["relation"] or 0) in wanted]
            assert sorted(map(str, some)) == sorted(map(str, mine))
            assert some or part is Part.KEYS


def test_table_that_goes_while_it_is_read_begins_the_reading_anew(server: Server, house: str) -> None:
    source = stored(server, database=house)
    with CONNECTOR.reading(source, Scope()) as reading:
        ids = [int(row["relation"] or 0) for row in reader.both(reading)[1]]
        server.run("DROP TABLE memo", database=house)
        with pytest.raises(ReadAgain):
            reader.rows(Part.DETAILS, reading.details(Part.DETAILS, ids))
        ids = [int(row["relation"] or 0) for row in reader.both(reading)[1]]
        assert len(reader.rows(Part.DETAILS, reading.details(Part.DETAILS, ids))) == len(ids) == 7


def test_statements_for_mysql_are_sound(server: Server, house: str) -> None:
    """MySQL is not proven; MariaDB understands its statements but for one column, which is put in for it here."""
    mysql = Answering(is_mariadb=False, version=(8, 0, 36))
    facts = {"schemas": [house], "hidden": SYSTEM_SCHEMAS}
    with connect(server.source()) as line:
        line.rows("SET SESSION join_cache_level = 8")
        assert [name for name, _ in line.rows(schemas(mysql), facts)].count(house) == 1
        assert len(line.rows(relations(mysql).replace("expression, ')')", "comment, ')')"), facts)) == 8
        for part in DETAIL_PARTS:
            statement = details(mysql, part, narrow=False).replace("expression, ')')", "comment, ')')")
            assert len(line.rows(statement, facts)) == len(line.rows(details(line.server, part, narrow=False), facts))
        assert line.rows(json_columns(mysql), facts) == [(house, "customers", "wishes")]
