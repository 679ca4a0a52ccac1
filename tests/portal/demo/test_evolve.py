from portal.demo.evolve import evolve
from tests.portal.demo.built import Built

SHAPE = """
SELECT c.oid::regclass::text, a.attname, format_type(a.atttypid, a.atttypmod), obj_description(c.oid, 'pg_class'),
       md5(CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'i') AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
"""


def _columns(rows: set[tuple[str, ...]]) -> set[str]:
    return {f"{table}.{column} {kind}" for table, column, kind, *_ in rows}


def test_a_second_harvest_has_something_to_show_and_a_third_has_not(copy: Built) -> None:
    before = set(copy.rows(SHAPE))

    evolve(copy.url)

    after = set(copy.rows(SHAPE))
    assert _columns(after) - _columns(before) == {
        "crm.customers.loyalty_since date",
        "health.visits.systolic integer",
        "lending.collateral.collateral_type text",
        "retail.gift_cards.balance ref.amount",
        "retail.gift_cards.card_no text",
        "retail.gift_cards.issued_on date",
        "retail.gift_cards.order_id bigint",
        "retail.gift_cards_pkey.card_no text",
        "retail.returns_day.returned_on date",
    }
    assert _columns(before) - _columns(after) == {
        "health.visits.systolic smallint",
        "iot.devices_serial_no_key.serial_no text",
        "lending.collateral.kind text",
        "staging.tmp_fix_20240311.id bigint",
        "staging.tmp_fix_20240311.new_value text",
        "staging.tmp_fix_20240311.old_value text",
    }
    assert {row[0] for row in after - before if row[4]} == {"mart.churn_watch"}
    assert "fleet.gps_pings" in {row[0] for row in after - before}

    evolve(copy.url)

    assert set(copy.rows(SHAPE)) == after
