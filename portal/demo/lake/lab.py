"""The data scientists' laboratory: training sets of the credit models, kept where nobody else looks."""

from pathlib import Path

import duckdb

from portal.demo.warehouse.real import r_data

RENAMED = ("scores", "credit_train", "credit_training_set")
"""Schema, old and new name of the table that the laboratory renames."""


def write_lab(file: Path) -> None:
    """Write the laboratory: two schemas, real credit data, and the runs made on it."""
    with duckdb.connect(str(file)) as lab:
        lab.execute("CREATE SCHEMA scores; CREATE SCHEMA experiments")
        for name, item in (("credit_train", "credit_data"), ("loans_sample", "lending_club")):
            lab.register("frame", r_data("modeldata", item))
            lab.execute(f"CREATE TABLE scores.{name} AS SELECT row_number() OVER () AS case_no, * FROM frame")  # noqa: S608
            lab.unregister("frame")
        lab.execute("""
            COMMENT ON TABLE scores.credit_train IS 'Cases with known outcome on which the credit score is trained.';
            COMMENT ON COLUMN scores.credit_train.status IS 'good or bad: whether the loan was paid back.';
            CREATE TABLE experiments.runs (
                run_no INTEGER PRIMARY KEY, model VARCHAR NOT NULL, trained_on VARCHAR, started_at TIMESTAMPTZ,
                settings STRUCT(depth INTEGER, rate DOUBLE), metrics MAP(VARCHAR, DOUBLE), tags VARCHAR[]);
            INSERT INTO experiments.runs VALUES
                (1, 'credit-score', 'scores.credit_train', '2026-10-04 08:12:00+00', {depth: 6, rate: 0.1},
                 MAP {'auc': 0.81}, ['baseline']),
                (2, 'credit-score', 'scores.credit_train', '2026-10-11 08:15:00+00', {depth: 8, rate: 0.05},
                 MAP {'auc': 0.83}, ['candidate', 'review']);
            CREATE VIEW scores.bad_cases AS SELECT case_no, job, amount FROM scores.credit_train WHERE status = 'bad';
        """)


def tidy_lab(file: Path) -> None:
    """Give the training set its new name. A second call does nothing."""
    schema, old, new = RENAMED
    with duckdb.connect(str(file)) as lab:
        known = lab.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE schema_name = ? AND table_name = ?", [schema, old]
        )
        if known.fetchone() != (1,):
            return
        lab.execute(f"DROP VIEW {schema}.bad_cases")
        lab.execute(f"ALTER TABLE {schema}.{old} RENAME TO {new}")
        lab.execute(
            f"CREATE VIEW {schema}.bad_cases AS SELECT case_no, job, amount FROM {schema}.{new} "  # noqa: S608
            "WHERE status = 'bad'"
        )
