"""What a server can do, in plain words: the JSON of an inspection, line by line.

The keys are those of docs/sources.md. A key that nobody here knows is shown by its name, so that a door may tell more.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_NAMES_SHOWN = 4


@dataclass(frozen=True)
class Line:
    """One thing a server can or can't do, with what is missing for it."""

    label: str
    text: str
    tone: str = "neutral"
    missing: tuple[str, ...] = ()


def lines(capabilities: Mapping[str, Any]) -> list[Line]:
    """Return what there is to say, the known keys first."""
    known = [_told(key, capabilities[key]) for key in _PRESENTERS if capabilities.get(key) is not None]
    others = [_other(key, value) for key, value in capabilities.items() if key not in (*_PRESENTERS, *_ELSEWHERE)]
    return [line for line in [*known, *others] if line is not None]


def _told(key: str, value: Any) -> Line | None:
    """Let the key's presenter speak; what has another shape than it knows is shown as it is."""
    try:
        return _PRESENTERS[key](value)
    except (AttributeError, TypeError, ValueError, KeyError):
        return _other(key, value)


def _cdc(value: Any) -> Line:
    """{possible, why, missing}: following changes one by one."""
    missing = tuple(str(one) for one in value.get("missing", ()))
    is_possible = bool(value["possible"])
    text = f"{'Possible' if is_possible else 'Not possible'}. {value.get('why', '')}".strip()
    return Line("Change capture", text, "ok" if is_possible else "warn" if missing else "neutral", missing)


def _right(label: str, without: str) -> Callable[[Any], Line]:
    def present(value: Any) -> Line:
        return Line(label, "The user has it.", "ok") if value else Line(label, f"The user lacks it{without}.")

    return present


def _keyless(value: Any) -> Line:
    """{count, first}."""
    count = int(value["count"])
    if not count:
        return Line("Keys", "Every table has a primary key.", "ok")
    number = "1 table has" if count == 1 else f"{count:,} tables have"
    return Line("Keys", f"{number} no primary key: {_names(value.get('first', ()), count)}.", "warn")


def _update_columns(value: Any) -> Line:
    """{tables, count, first: [{table, column, is_indexed}]}."""
    tables = int(value.get("tables", 0))
    if not tables:
        return Line("Update columns", "No column says when its row was changed, as updated_at would.")
    first = [f"{one['table']}.{one['column']}" for one in value.get("first", ())]
    number = "1 table says" if tables == 1 else f"{tables:,} tables say"
    count = int(value.get("count", len(first)))
    return Line("Update columns", f"{number} when a row was changed: {_names(first, count)}.", "info")


def _wal_level(value: Any) -> Line:
    return Line("Write-ahead log", f"wal_level is {value}.", "ok" if value == "logical" else "neutral")


def _binary_log(value: Any) -> Line:
    return Line("Binary log", "On." if value else "Off.", "ok" if value else "neutral")


def _slots(value: Any) -> Line:
    return Line("Free replication slots", f"{int(value):,}", "ok" if int(value) else "warn")


def _read_only(value: Any) -> Line:
    if value:
        return Line("The server", "Takes no writes: it is a replica, or closed for writing.", "info")
    return Line("The server", "Takes writes.")


def _other(key: str, value: Any) -> Line | None:
    text = ", ".join(_said(value))
    return Line(key.replace("_", " ").capitalize(), text) if text else None


def _names(names: Any, count: int) -> str:
    shown = [str(name) for name in list(names)[:_NAMES_SHOWN]]
    more = count - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if shown and more > 0 else "")


def _said(value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        yield "yes" if value else "no"
    elif isinstance(value, Mapping):
        yield from (f"{str(name).replace('_', ' ')}: {', '.join(_said(one))}" for name, one in value.items())
    elif isinstance(value, list | tuple):
        yield from (part for one in value for part in _said(one))
    elif value is not None and value != "":
        yield f"{value:,}" if isinstance(value, int) else str(value)


_PRESENTERS: dict[str, Callable[[Any], Line | None]] = {
    "cdc": _cdc,
    "may_replicate": _right("Right to replicate", "; only following changes needs it"),
    "may_read_log": _right("Right to read the log", "; only following changes needs it"),
    "may_see_log_state": _right("Right to see where the log stands", "; only following changes needs it"),
    "wal_level": _wal_level,
    "log_bin": _binary_log,
    "free_replication_slots": _slots,
    "tables_without_key": _keyless,
    "update_columns": _update_columns,
    "read_only": _read_only,
}
_ELSEWHERE = ("password_expires_at",)
