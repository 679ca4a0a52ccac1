"""MariaDB and MySQL as sources."""

from collections.abc import Iterator

from catalog.sources.engines.mariadb import report
from catalog.sources.engines.mariadb.failures import explain
from catalog.sources.engines.mariadb.line import Line, Server
from catalog.sources.engines.mariadb.report import SYSTEM_SCHEMAS
from catalog.sources.engines.mariadb.session import connect, kill
from catalog.sources.engines.registry import Inspection
from catalog.sources.models import Source
from catalog.sources.reports import Findings

__all__ = ["DOOR", "SYSTEM_SCHEMAS", "Line", "Server", "connect", "explain", "kill"]

_PATIENCE_S = 20

_COUNTS = """
    SELECT COUNT(DISTINCT CAST(table_schema AS BINARY)), COUNT(*) FROM information_schema.TABLES
    WHERE table_schema NOT IN %(hidden)s AND table_type <> 'SEQUENCE'
        AND (%(database)s = '' OR table_schema = %(database)s)
"""
_SCHEMAS = """
    SELECT COUNT(*) FROM information_schema.SCHEMATA
    WHERE schema_name NOT IN %(hidden)s AND (%(database)s = '' OR schema_name = %(database)s)
"""
_BLIND_VIEWS = """
    SELECT COUNT(*) FROM information_schema.VIEWS
    WHERE table_schema NOT IN %(hidden)s AND COALESCE(view_definition, '') = ''
        AND (%(database)s = '' OR table_schema = %(database)s)
"""


class MariaDBDoor:
    """Tests and inspects MariaDB and MySQL."""

    def look(self, source: Source) -> Findings:
        """Connect and say what was found."""
        with connect(source, statement_timeout_s=_PATIENCE_S, application_name="atrium test") as line:
            facts = {"hidden": SYSTEM_SCHEMAS, "database": source.database}
            schemas, tables, blind = (
                int(line.rows(statement, facts)[0][-1] or 0) for statement in (_SCHEMAS, _COUNTS, _BLIND_VIEWS)
            )
            log_bin = line.rows("SELECT @@global.log_bin")[0][0]
            tls = line.tls()
            return Findings(
                server=line.server.label,
                tls=f"{tls['protocol']}, {tls['cipher']}".removeprefix("TLS") if tls else "",
                schemas=schemas,
                tables=tables,
                missing_rights=tuple(_missing(schemas, tables, blind)),
                notes=(f"The binary log is {'on' if log_bin == '1' else 'off'}.",),
            )

    def inspect(self, source: Source) -> Inspection:
        """Report version, line and what the server can do."""
        with connect(source, statement_timeout_s=_PATIENCE_S, application_name="atrium test") as line:
            return Inspection(line.server.label, line.tls(), report.capabilities(line, source.database))


def _missing(schemas: int, tables: int, blind: int) -> Iterator[str]:
    """Say which rights the user lacks; what it has no right on at all, the server hides from it."""
    if not schemas or not tables:
        yield "The user sees no table: there is none, or a right is missing. Have run: GRANT SELECT, SHOW VIEW ON …"
    if blind:
        yield f"No SHOW VIEW on {blind} view{'' if blind == 1 else 's'}: listed without definition."


DOOR = MariaDBDoor()
