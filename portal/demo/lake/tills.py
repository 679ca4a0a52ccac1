"""The archive of the cafés' old tills: real sales of a pizza place, with what grows around such a system."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd

from portal.demo.warehouse.real import r_data

_SCHEMA = """
CREATE TABLE pizzas (pizza text PRIMARY KEY, size text NOT NULL, category text NOT NULL, price numeric(6,2) NOT NULL);
CREATE TABLE receipts (receipt_no text PRIMARY KEY, sold_on date NOT NULL, sold_at time NOT NULL, till integer);
CREATE TABLE receipt_lines (
    receipt_no text NOT NULL REFERENCES receipts (receipt_no), pizza text NOT NULL, size text NOT NULL,
    price numeric(6,2) NOT NULL);
CREATE INDEX receipt_lines_receipt ON receipt_lines (receipt_no);
CREATE TABLE tills (till integer PRIMARY KEY, shop text NOT NULL, software text, in_use_until date);
CREATE TABLE cashiers (cashier_no integer PRIMARY KEY, first_name text NOT NULL, pin_hash blob, left_on date);
CREATE TABLE voids (receipt_no text PRIMARY KEY, cashier_no integer REFERENCES cashiers, reason text);
CREATE TABLE vouchers (voucher_no text PRIMARY KEY, value numeric(6,2), redeemed_on date);
CREATE TABLE shift_notes (written_at timestamp NOT NULL, cashier_no integer, note text);
CREATE TABLE import_errors_2014 (line integer, raw text);
CREATE VIEW sales_by_day AS
    SELECT r.sold_on, count(DISTINCT r.receipt_no) AS receipts, sum(l.price) AS revenue
    FROM receipts r JOIN receipt_lines l USING (receipt_no) GROUP BY r.sold_on;
"""
CLEARED = ("voids", "vouchers", "shift_notes", "import_errors_2014", "cashiers", "tills", "receipt_lines", "receipts")
"""What the clearing of the archive removes: far more than a harvest may remove unasked."""


def write_tills(file: Path) -> None:
    """Write the archive."""
    sales = r_data("gt", "pizzaplace")
    with closing(sqlite3.connect(file)) as archive, archive:
        archive.executescript(_SCHEMA)
        _fill(archive, "pizzas", _menu(sales))
        receipts = sales.drop_duplicates("id")[["id", "date", "time"]].assign(till=1)
        _fill(archive, "receipts", receipts)
        _fill(archive, "receipt_lines", sales[["id", "name", "size", "price"]])
        archive.execute("INSERT INTO tills VALUES (1, 'Harbour café', 'TillSoft 3.1', '2016-01-31')")
        archive.executemany("INSERT INTO cashiers VALUES (?, ?, NULL, NULL)", [(1, "Iris"), (2, "Noah"), (3, "Lena")])


def clear_archive(file: Path) -> None:
    """Do what somebody does one day: throw nearly everything away. A second call throws nothing more away."""
    with closing(sqlite3.connect(file)) as archive, archive:
        archive.execute("DROP VIEW IF EXISTS sales_by_day")
        for table in CLEARED:
            archive.execute(f"DROP TABLE IF EXISTS {table}")


def _menu(sales: pd.DataFrame) -> pd.DataFrame:
    menu = sales.drop_duplicates(["name", "size"])[["name", "size", "type", "price"]]
    return menu.assign(name=menu["name"] + "_" + menu["size"].str.lower())


def _fill(archive: sqlite3.Connection, table: str, rows: pd.DataFrame) -> None:
    marks = ", ".join("?" * len(rows.columns))
    archive.executemany(f"INSERT INTO {table} VALUES ({marks})", rows.to_numpy().tolist())  # noqa: S608 - our own names
