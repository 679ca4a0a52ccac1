"""The engines that come with Atrium. To add one, see docs/connectors.md."""

from catalog.sources.engines.registry import Engine, Family, register

_DOORS = "catalog.sources.engines"
_CONNECTORS = "catalog.harvest.connectors"

BUILT_IN: tuple[Engine, ...] = (
    Engine(
        key="postgresql",
        label="PostgreSQL",
        family=Family.DATABASE,
        door=f"{_DOORS}.postgresql:DOOR",
        connector=f"{_CONNECTORS}.postgresql:CONNECTOR",
        port=5432,
        proven="PostgreSQL 15 and 18",
    ),
    Engine(
        key="trino",
        label="Trino",
        family=Family.QUERY,
        door=f"{_DOORS}.trino:DOOR",
        connector=f"{_CONNECTORS}.trino:CONNECTOR",
        may_be_empty=("database", "password"),
        labels={"database": "Catalog"},
        helps={
            "database": "Empty: every catalog but Trino's own; schemas are then called catalog.schema.",
            "password": "Only sent on an encrypted line. Empty where Trino asks for none.",
        },
        port=8443,
        proven="Trino 476, with its tpch, tpcds and memory catalogs",
        needs=("trino",),
    ),
)


def join() -> None:
    """Register them all."""
    for engine in BUILT_IN:
        register(engine)
