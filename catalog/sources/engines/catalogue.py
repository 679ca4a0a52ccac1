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
)


def join() -> None:
    """Register them all."""
    for engine in BUILT_IN:
        register(engine)
