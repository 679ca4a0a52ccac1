"""What the warehouse is known to hold: of the real data as published, of the generated as seeded."""

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from portal.demo.warehouse import crm, finance, fleet, iot, lending, orders, staging
from portal.demo.warehouse.chance import END, GAPS, START
from tests.portal.demo.built import Built


class Known(NamedTuple):
    """A question to the warehouse and its answer."""

    query: str
    answer: Any


REAL = {
    "flights": Known("SELECT count(*) FROM ops.flights", 336_776),
    "hours without weather": Known(
        "SELECT sum(n)::int FROM "
        "(SELECT extract(epoch FROM max(time_hour) - min(time_hour)) / 3600 + 1 - count(*) AS n "
        "FROM ops.weather GROUP BY origin) s",
        75,
    ),
    "impossible wind": Known("SELECT count(*) FROM ops.weather WHERE wind_speed > 1000", 1),
    "flights of unknown planes": Known(
        "SELECT count(*) FROM ops.flights f LEFT JOIN ops.planes p USING (tailnum) "
        "WHERE f.tailnum IS NOT NULL AND p.tailnum IS NULL",
        50_094,
    ),
    "flights to unknown airports": Known(
        "SELECT count(*) FROM ops.flights LEFT JOIN ops.airports ON faa = dest WHERE faa IS NULL",
        7_602,
    ),
    "laboratory values": Known("SELECT count(*) FROM health.nafld_labs", 400_123),
    "laboratory values told twice": Known(
        "SELECT count(*) - count(DISTINCT (id, days, test)) FROM health.nafld_labs",
        3_817,
    ),
    "covid tests": Known("SELECT count(*) FROM health.covid_tests", 15_524),
    "surplus tests of a subject": Known("SELECT count(*) - count(DISTINCT subject_id) FROM health.covid_tests", 3_180),
    "oldest child": Known("SELECT max(age) FROM health.covid_tests", 138.0),
    "shortest turnaround": Known(
        "SELECT round(min(rec_ver_tat)::numeric, 1) FROM health.covid_tests", Decimal("-18.6")
    ),
    "glucose readings": Known("SELECT count(*) FROM health.cgm_readings", 52_281),
    "moments measured twice": Known("SELECT count(*) - count(DISTINCT measured_at) FROM health.cgm_readings", 3),
    "tracks": Known(
        "SELECT (count(*), count(DISTINCT track_id), count(DISTINCT mmsi))::text FROM fleet.vessel_tracks",
        "(172679,513,140)",
    ),
    "impossible courses": Known("SELECT count(*) FROM fleet.vessel_positions WHERE cog < 0", 4_463),
    "CDs bought": Known("SELECT count(*) FROM crm.legacy_purchases", 69_659),
    "CDs bought, full duplicates": Known(
        "SELECT sum(n - 1)::int FROM (SELECT count(*) n FROM crm.legacy_purchases p GROUP BY p) s",
        255,
    ),
    "CDs for nothing": Known("SELECT count(*) FROM crm.legacy_purchases WHERE dollar_value = 0", 80),
    "articles": Known("SELECT count(*) FROM retail.products", 92_331),
    "baskets' lines": Known("SELECT count(*) FROM retail.grocery_transactions", 208_135),
    "lines of unknown articles": Known(
        "SELECT count(*) FROM retail.grocery_transactions LEFT JOIN retail.products p USING (product_id) "
        "WHERE p.product_id IS NULL",
        720,
    ),
    "households without a form": Known("SELECT count(*) FROM retail.households WHERE income IS NULL", 241),
    "days of transit": Known(
        "SELECT (count(*), max(date) - min(date) + 1)::text FROM ops.transit_ridership", "(5698,5698)"
    ),
    "German credits": Known(
        "SELECT (count(*), min(age_in_years), max(age_in_years))::text FROM lending.german_credit",
        "(1000,19,75)",
    ),
    "loans": Known("SELECT count(*) FROM lending.loans", 10_000),
}
SEEDED = {
    "customers": Known("SELECT count(*) FROM crm.customers", 20_000),
    "birth date unknown": Known("SELECT count(*) FROM crm.customers WHERE birth_date = '1900-01-01'", crm.CENTENARIANS),
    "paid twice": Known("SELECT count(*) FROM retail.double_payments", orders.PAID_TWICE),
    "lines of deleted articles": Known(
        "SELECT count(*) FROM retail.order_lines LEFT JOIN retail.products p USING (product_id) "
        "WHERE p.product_id IS NULL",
        orders.ORPHAN_LINES,
    ),
    "mistyped quantities": Known("SELECT count(*) FROM retail.order_lines WHERE quantity >= 1000", orders.BULK_LINES),
    "entries out of balance": Known("SELECT count(*) FROM finance.unbalanced_entries", finance.UNBALANCED),
    "repayments on no account": Known(
        "SELECT count(*) FROM lending.repayments LEFT JOIN lending.accounts a USING (cust_acct_no) "
        "WHERE a.cust_no IS NULL",
        lending.ORPHAN_REPAYMENTS,
    ),
    "broken cables": Known("SELECT count(*) FROM iot.temperature_readings WHERE celsius = 999.9", iot.SPIKES),
    "orders landed twice": Known(
        "SELECT count(*) - count(DISTINCT ord_id) FROM staging.stg_orders_raw",
        staging.DUPLICATE_ORDERS,
    ),
    "positions without a fix": Known("SELECT count(*) FROM fleet.gps_pings WHERE lat = 0 AND lon = 0", fleet.FAR_AWAY),
    "accounts that the bureau knows": Known(
        'SELECT count(*) FROM lending.borrowers JOIN partner.bureau_scores USING ("custAcctNo")',
        3_600,
    ),
    "accounts that only the bureau knows": Known(
        "SELECT count(*) FROM partner.bureau_scores p WHERE NOT EXISTS "
        '(SELECT FROM lending.accounts WHERE cust_acct_no = p."custAcctNo")',
        2_000,
    ),
    "e-mails without an @": Known("SELECT count(*) FROM crm.customers WHERE email !~ '@example.com$'", 0),
}


@pytest.mark.parametrize("what", [*REAL, *SEEDED])
def test_known_answer(warehouse: Built, what: str) -> None:
    query, expected = (REAL | SEEDED)[what]
    assert warehouse.ask(query) == expected


def test_days_without_sales_are_the_seeded_gaps_and_no_others(warehouse: Built) -> None:
    missing = {
        day
        for table, column in (("retail.daily_sales", "sales_day"), ("mart.daily_sales_totals", "day"))
        for (day,) in warehouse.rows(
            f"SELECT day FROM ref.calendar c WHERE day BETWEEN '{START}' AND '{END}' "
            f"AND NOT EXISTS (SELECT FROM {table} s WHERE s.{column} = c.day)"
        )
    }
    seeded = {dt.date.fromisoformat(first) + dt.timedelta(n) for first, length in GAPS for n in range(length)}
    assert missing == seeded
    assert len(seeded) == 11


def test_sensors_miss_the_seeded_hours_and_no_others(warehouse: Built) -> None:
    found = warehouse.rows(
        "WITH steps AS (SELECT device_id, lag(measured_at) OVER w AS before, measured_at FROM iot.temperature_readings "
        "WINDOW w AS (PARTITION BY device_id ORDER BY measured_at)) "
        "SELECT device_id, (before + interval '1 hour')::date::text, "
        "extract(epoch FROM measured_at - before)::int / 3600 - 1 "
        "FROM steps WHERE measured_at - before > interval '1 hour' ORDER BY 1, 2"
    )
    assert found == sorted(iot.READING_GAPS)


def test_one_sensor_drifts_from_the_seeded_day(warehouse: Built) -> None:
    moved = dict(
        warehouse.rows(
            f"SELECT device_id, (avg(mean) FILTER (WHERE day > date '{END}' - 30) - "
            f"avg(mean) FILTER (WHERE day < date '{iot.DRIFT_FROM}'))::float FROM iot.daily_temperature GROUP BY 1"
        )
    )
    days_since = int((END - iot.DRIFT_FROM).astype(int)) - 15
    assert moved.pop(iot.DRIFTING) == pytest.approx(days_since * iot.DRIFT_A_DAY, abs=0.1)
    assert max(abs(value) for value in moved.values()) < 0.1


def test_positions_become_rarer_from_the_seeded_day_and_for_one_firmware_only(warehouse: Built) -> None:
    before, after = {}, {}
    for firmware, early, late in warehouse.rows(
        f"SELECT tracker_firmware, avg(pings) FILTER (WHERE day < '{fleet.DROP_FROM}'), "
        f"avg(pings) FILTER (WHERE day >= '{fleet.DROP_FROM}') FROM fleet.pings_per_day GROUP BY 1"
    ):
        before[firmware], after[firmware] = float(early), float(late)
    assert after["4.2"] / before["4.2"] == pytest.approx(0.4, abs=0.02)
    assert after["4.1"] / before["4.1"] == pytest.approx(1.0, abs=0.02)


def test_month_ends_and_decembers_are_busy(warehouse: Built) -> None:
    month_end, december = warehouse.ask(
        "SELECT (avg(o) FILTER (WHERE is_month_end) / avg(o) FILTER (WHERE NOT is_month_end))::float, "
        "(avg(o) FILTER (WHERE month = 12) / avg(o) FILTER (WHERE month <> 12))::float "
        "FROM (SELECT sales_day AS day, sum(orders) o FROM retail.daily_sales GROUP BY 1) s "
        "JOIN ref.calendar USING (day)"
    )
    assert month_end == pytest.approx(1.8, abs=0.1)
    assert december == pytest.approx(1.6, abs=0.15)


def test_departments_disagree_about_active_customers(warehouse: Built) -> None:
    counts: list[Any] = [
        warehouse.ask(f"SELECT count(*) FROM {schema}.active_customers")
        for schema in ("crm", "marketing", "lending", "mart")
    ]
    assert len(set(counts[:3])) == 3
    assert counts[3] == counts[0]
