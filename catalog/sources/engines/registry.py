"""What engines there are. A third party's package adds its own through the entry point group `atrium.engines`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, cast

from portal.kit.errors import Invalid

if TYPE_CHECKING:
    from catalog.sources.models import Source
    from catalog.sources.reports import Findings

GROUP = "atrium.engines"
ADDRESS = ("host", "port", "database", "username", "password", "tls")


class Family(StrEnum):
    """How engines are grouped where one is chosen."""

    DATABASE = "Databases"
    WAREHOUSE = "Cloud warehouses"
    QUERY = "Query engines"
    FILES = "Files and lakes"


@dataclass(frozen=True)
class Option:
    """A fact of its own that an engine needs to be told, kept in `Source.options`; never a secret.

    `says_where` is False for an option that can't lead a session to another server: a change of any other one asks for
    the password again, as a change of the host does.
    """

    name: str
    label: str
    help_text: str = ""
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    default: str = ""
    says_where: bool = True


@dataclass(frozen=True)
class Inspection:
    """What a server is and can do, as JSON: kept for the source's page and for later decisions.

    `tls` holds protocol, cipher, subject, issuer, expires_at and is_verified, or is empty for a plain line.
    `capabilities` holds what the engine's door found: see docs/sources.md.
    """

    server: str
    tls: dict[str, Any] = field(default_factory=dict)
    capabilities: dict[str, Any] = field(default_factory=dict)


class Door(Protocol):
    """Reaches a source: read-only, bounded in time. Everything raises DomainError in plain words with the field."""

    def look(self, source: "Source") -> "Findings":
        """Connect and say what was found; the test of a connection."""

    def inspect(self, source: "Source") -> Inspection:
        """Connect and report what the server can do and how the line is protected."""


@dataclass(frozen=True)
class Engine:
    """An engine as people choose it.

    `address` names the facts of ADDRESS that it uses, `may_be_empty` those of them that need not be filled in;
    `labels` and `helps` replace the usual words of such a fact. `proven` names the real servers that the tests
    harvest; empty means harvested by dialect and not proven. `needs` are modules that must be installed, by the
    extra of that name of the `atrium` package. `door` and `connector` are "module:attribute", imported when used:
    a Door, and a catalog.harvest.connectors.contract.Connector.
    """

    key: str
    label: str
    family: Family
    door: str
    connector: str
    address: tuple[str, ...] = ADDRESS
    may_be_empty: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    helps: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    port: int | None = None
    proven: str = ""
    needs: tuple[str, ...] = ()
    extra: str = ""

    @property
    def missing_modules(self) -> list[str]:
        """Return what is not installed of what it needs."""
        return [name for name in self.needs if not _is_installed(name)]

    @property
    def installation(self) -> str:
        """Say how its driver is installed."""
        return f"pip install 'atrium[{self.extra or self.key}]'"

    def asks_for(self, name: str) -> bool:
        """Return whether a fact of ADDRESS has to be filled in."""
        return name in self.address and name not in self.may_be_empty

    def reach(self) -> Door:
        """Return the door; raise Invalid "driver_missing" when a module is not installed."""
        return cast("Door", load(self, self.door))


_engines: dict[str, Engine] = {}


def register(engine: Engine) -> None:
    """Make an engine known; the same key again replaces it."""
    _engines[engine.key] = engine


def all_engines() -> list[Engine]:
    """Return every engine, built in or of an installed package, in the order of families and labels."""
    _load_entry_points()
    families = list(Family)
    return sorted(_engines.values(), key=lambda engine: (families.index(engine.family), engine.label.casefold()))


def the_engine(key: str) -> Engine:
    """Return an engine; raise Invalid "engine_unknown" for a key that nothing here knows."""
    _load_entry_points()
    if key not in _engines:
        raise Invalid(
            f"There is no engine “{key}” here. Choose another, or have its package installed.",
            code="engine_unknown",
            field="engine",
        )
    return _engines[key]


def engine_of(source: "Source") -> Engine:
    """Return the source's engine; raise as `the_engine` does."""
    return the_engine(source.engine)


def load(engine: Engine, path: str) -> Any:
    """Import "module:attribute" of an engine; raise Invalid "driver_missing" when a module is not installed."""
    module, _, attribute = path.partition(":")
    try:
        for needed in engine.needs:
            import_module(needed)
        return getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise Invalid(
            f"{engine.label} needs a driver that is not installed ({error.name}). "
            f"Have an administrator run: {engine.installation}",
            code="driver_missing",
            field="engine",
        ) from None


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # the package that would hold it is missing too
        return False


@cache
def _load_entry_points() -> None:
    """Each entry point's value is an Engine."""
    for point in entry_points(group=GROUP):
        register(point.load())
