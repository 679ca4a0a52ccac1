"""Reads a stand-in for Snowflake with Atrium's connector; run by tests/engines/snowflake.py in another environment."""

import json
import sys
from collections import defaultdict
from typing import Any

_GIVEN = json.load(sys.stdin)
sys.path.append(_GIVEN["packages"])  # Atrium's own packages, behind those of this environment

import django  # noqa: E402
import fakesnow  # type: ignore[import-not-found] # noqa: E402


def main() -> None:
    """Make the tables, read them, and print what was found as JSON."""
    django.setup()
    with fakesnow.patch():
        import snowflake.connector  # type: ignore[import-not-found]

        with snowflake.connector.connect(database="SHOP", schema="SALES") as made:
            for statement in _GIVEN["statements"]:
                made.cursor().execute(statement)
        print(json.dumps(_found(), default=str))


def _found() -> dict[str, Any]:
    """Import late: the models need Django to be set up, the dialect the stand-in's patches."""
    from dataclasses import replace

    from catalog.harvest.connectors.dialects import DialectExtractor
    from catalog.harvest.connectors.dialects_known import SNOWFLAKE
    from catalog.sources.engines.dialects import connect
    from catalog.sources.engines.dialects_known import SNOWFLAKE as PLACE
    from catalog.sources.engines.dialects_known import SNOWFLAKE_DOOR
    from catalog.sources.models import Source

    options = {"account": "acme-shop", "warehouse": "SMALL", "role": "READER"}
    source = Source(name="Shop", engine="snowflake", database="SHOP", username="reader", options=options)
    # The stand-in shows the keys of a schema, not those of a database, and names the columns of foreign keys wrongly.
    shown = [
        replace(each, statement=each.statement.replace("DATABASE", "SCHEMA SALES"))
        for each in SNOWFLAKE.shown
        if each.kind != "foreign"
    ]
    found: dict[str, Any] = defaultdict(list)
    with connect(source, PLACE) as session:
        extractor = DialectExtractor(session, replace(SNOWFLAKE, shown=shown), "")
        schemas = [row.name for row in extractor.schemas()]
        for batch in extractor.extract(schemas):
            for row in batch:
                found[type(row).__name__].append(row)
    looked = SNOWFLAKE_DOOR.look(source)
    return found | {"schemas": schemas, "look": [looked.server, looked.tls, looked.schemas, looked.tables]}


if __name__ == "__main__":
    main()
