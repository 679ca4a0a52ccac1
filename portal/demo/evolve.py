"""A small set of real changes to the warehouse, so that a second harvest has something to show. No Django here."""

import argparse

import psycopg

_HAS_COLUMN = """
SELECT count(*) = 1 FROM information_schema.columns WHERE (table_schema, table_name, column_name) = (%s, %s, %s)
"""

CHANGES = {
    "add a column": """
        ALTER TABLE crm.customers ADD COLUMN IF NOT EXISTS loyalty_since date;
        COMMENT ON COLUMN crm.customers.loyalty_since IS 'Day on which the customer got the loyalty card.'""",
    "change a type": "ALTER TABLE health.visits ALTER COLUMN systolic TYPE integer",
    "drop a table": "DROP TABLE IF EXISTS staging.tmp_fix_20240311",
    "add a table": """
        CREATE TABLE IF NOT EXISTS retail.gift_cards (
            card_no text PRIMARY KEY, order_id bigint, issued_on date NOT NULL, balance ref.amount NOT NULL);
        COMMENT ON TABLE retail.gift_cards IS 'Gift cards sold since November 2026, with what is left on them.'""",
    "change a comment": """
        COMMENT ON TABLE fleet.gps_pings IS
        'Positions of our vehicles, about ten a day each. Firmware 4.2 sends fewer since October 2026: take care.'""",
    "change a view": """
        CREATE OR REPLACE VIEW mart.churn_watch AS
        SELECT v.customer_id, v.revenue, f.engagement_score FROM mart.customer_value v
        JOIN features.customer_churn_features f USING (customer_id)
        WHERE v.revenue > 1000 AND f.engagement_score < 0.2""",
    "add an index": "CREATE INDEX IF NOT EXISTS returns_day ON retail.returns (returned_on)",
    "drop a constraint": "ALTER TABLE iot.devices DROP CONSTRAINT IF EXISTS devices_serial_no_key",
}
"""What -> SQL that does nothing new when it is run again."""

RENAMED = ("lending", "collateral", "kind", "collateral_type")
"""Schema, table, old and new name of the renamed column."""


def evolve(url: str) -> None:
    """Change the warehouse, all or nothing; a second call changes nothing more."""
    with psycopg.connect(url) as connection:
        for statement in CHANGES.values():
            connection.execute(statement.encode())
        schema, table, old, new = RENAMED
        if connection.execute(_HAS_COLUMN, (schema, table, old)).fetchone() == (True,):
            connection.execute(f"ALTER TABLE {schema}.{table} RENAME COLUMN {old} TO {new}".encode())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Change the demo warehouse, for a second harvest to find.")
    parser.add_argument("url", help="the owner's address of the warehouse")
    evolve(parser.parse_args().url)
