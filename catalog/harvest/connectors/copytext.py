"""PostgreSQL's COPY text format, for connectors that get rows and not a stream."""

import json
from collections.abc import Iterable, Mapping, Sequence

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})
_IN_ARRAY = str.maketrans({"\\": "\\\\", '"': '\\"'})

Value = str | int | float | bool | None | Sequence[str] | Mapping[str, object]


def line(values: Iterable[Value]) -> str:
    """Return one line with its end. Lists become arrays of text, dicts JSON; NUL, which PostgreSQL can't hold, goes."""
    return "\t".join(_field(value) for value in values) + "\n"


def _field(value: Value) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, Mapping):
        return json.dumps(value, sort_keys=True, ensure_ascii=False).translate(_ESCAPES)
    if isinstance(value, Sequence):
        return ("{" + ",".join(f'"{each.translate(_IN_ARRAY)}"' for each in value) + "}").translate(_ESCAPES)
    return str(value)
