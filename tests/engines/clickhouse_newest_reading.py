"""Reads chdb by the statements of Atrium's connector; run by tests/engines/clickhouse_newest.py in another process."""

import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

_GIVEN = json.load(sys.stdin)
sys.path.append(_GIVEN["packages"])  # behind our own packages

import django  # noqa: E402
from chdb import session as chdb  # type: ignore[import-not-found] # noqa: E402

django.setup()

from catalog.harvest.connectors.clickhouse import ClickHouseExtractor  # noqa: E402
from catalog.sources.engines import clickhouse  # noqa: E402
from catalog.sources.models import Source  # noqa: E402


class InProcess(clickhouse.Session):
    """A session whose statements are answered here."""

    def __init__(self, place: Any) -> None:
        super().__init__(Source(), "")
        self._place = place

    def batches(self, statement: str) -> Iterator[list[clickhouse.Row]]:
        lines = str(self._place.query(statement, "TabSeparated")).split("\n")[:-1]
        yield [[clickhouse._text(field) for field in line.split("\t")] for line in lines]


def main() -> None:
    """Make the tables, read them, and print what was found as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        place = chdb.Session(folder)
        for statement in _GIVEN["statements"]:
            place.query(statement)
        session = InProcess(place)
        session.bound(60)
        extractor = ClickHouseExtractor(session, Source())
        found: dict[str, Any] = defaultdict(list)
        found["schemas"] = list(extractor.schemas())
        for batch in extractor.extract([row.name for row in found["schemas"]]):
            for row in batch:
                found[type(row).__name__].append(row)
        print(json.dumps(found | {"server": session.server, "settings": session.settings}, default=str))
        place.close()


if __name__ == "__main__":
    main()
