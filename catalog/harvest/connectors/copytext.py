"""PostgreSQL's COPY text format, for connectors that get rows and not a stream."""

import json
from collections.abc import Iterable, Mapping, Sequence

# NUL can't be held by PostgreSQL at all, lone surrogates (of file names in another encoding) not in UTF-8.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})
_IN_ARRAY = str.maketrans({"\\": "\\\\", '"': '\\"'})

Value = str | int | float | bool | None | Sequence[str] | Mapping[str, object]


def line(values: Iterable[Value]) -> str:
    """Return one line with its end. Lists become arrays of text, dicts JSON; NUL goes."""
    return "\t".join(_field(value) for value in values) + "\n"


def encoded(values: Iterable[Value]) -> bytes:
    """Return one line in UTF-8; what has no place there becomes a question mark."""
    return line(values).encode(errors="replace")


def _field(value: Value) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, Mapping):
        return _json(value).translate(_ESCAPES)
    if isinstance(value, Sequence):
        return ("{" + ",".join(f'"{each.translate(_IN_ARRAY)}"' for each in value) + "}").translate(_ESCAPES)
    return str(value)


def _json(value: object) -> str:
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)


def _plain(value: object) -> object:
    """Return what JSON and PostgreSQL can hold: no NUL, no NaN, everything unknown as text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    if isinstance(value, Mapping):
        return {_text(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return _text(value)


def _text(value: object) -> str:
    return str(value).replace("\0", "")
