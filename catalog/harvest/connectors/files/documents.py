"""JSON: one object a line, a list of objects, or a single object; types from the beginning of a file."""

import json
from collections.abc import Iterator
from typing import IO, Any

from catalog.harvest.connectors.files.delimited import kind_of
from catalog.harvest.connectors.files.prefix import prefix_of
from catalog.harvest.connectors.files.shapes import Broken, Field, Shape
from catalog.sources.engines.files import Entry

_LOOKED_AT = 5000
_DEEPEST = 8
_MOST_FIELDS = 500
_TEXTS_KEPT = 200
_BASES = {"int64": "integer", "bool": "boolean"}


class Kind:
    """What was seen of a value in all objects."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.texts: list[str] = []
        self.fields: dict[str, Kind] = {}
        self.items: Kind | None = None

    def add(self, value: Any, depth: int = 0) -> None:
        """Take another value into account."""
        if value is None:
            return
        if isinstance(value, dict) and depth < _DEEPEST:
            self.words.add("struct")
            for name, each in value.items():
                if name in self.fields or len(self.fields) < _MOST_FIELDS:
                    self.fields.setdefault(name, Kind()).add(each, depth + 1)
        elif isinstance(value, list) and depth < _DEEPEST:
            self.words.add("list")
            self.items = self.items or Kind()
            for each in value[:_TEXTS_KEPT]:
                self.items.add(each, depth + 1)
        else:
            self._add_plain(value)

    def _add_plain(self, value: Any) -> None:
        word = {bool: "bool", int: "int64", float: "double", str: "string"}.get(type(value), "json")
        self.words.add(word)
        if word == "string" and len(self.texts) < _TEXTS_KEPT:
            self.texts.append(value)

    @property
    def base(self) -> str:
        """Return one word for it: json when objects disagree."""
        if self.words <= {"int64", "double"}:
            return "double" if "double" in self.words else "int64" if self.words else "string"
        if self.words == {"string"}:
            kind = kind_of(self.texts)
            return kind if kind.startswith(("date", "time")) else "string"
        return next(iter(self.words)) if len(self.words) == 1 else "json"

    def __str__(self) -> str:
        if self.base == "struct":
            return f"struct<{', '.join(f'{name}: {kind}' for name, kind in self.fields.items())}>"
        return f"list<{self.items}>" if self.base == "list" else self.base


def objects_of(file: IO[bytes], entry: Entry) -> Shape:
    """Read the beginning of a JSON file."""
    text, _, is_whole = prefix_of(file, entry, is_packed=entry.path.lower().endswith((".gz", ".gzip")))
    text = text.lstrip()
    if not text:
        raise Broken("it is empty")
    is_list = text.startswith("[")
    seen = Kind()
    number = 0
    for number, value in enumerate(_values(text, is_whole=is_whole), 1):
        seen.add(value if isinstance(value, dict) else {"value": value})
        if number >= _LOOKED_AT:
            break
    if not number:
        raise Broken("it is no JSON, or its first object is too long")
    fields = [Field(name, str(kind), _BASES.get(kind.base, kind.base)) for name, kind in seen.fields.items()]
    layout = "a list of objects" if is_list else "an object a line" if number > 1 else "one object"
    return Shape(fields, number if is_whole and number < _LOOKED_AT else None, properties={"layout": layout})


def _values(text: str, *, is_whole: bool) -> Iterator[Any]:
    """Yield what stands one after the other, with or without a list around it."""
    decoder = json.JSONDecoder()
    place = 1 if text.startswith("[") else 0
    while True:
        while place < len(text) and text[place] in ", \t\r\n":
            place += 1
        if place >= len(text) or text[place] == "]":
            return
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            if is_whole:
                raise Broken("it is no JSON") from error
            return  # the last one is cut off by our looking no further
        if place < len(text) or is_whole:
            yield value
