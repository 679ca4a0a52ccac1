"""How the types of an engine are read: its own words first, then those that engines have in common."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from catalog.assets.models import LogicalType

_IN_ROUND = re.compile(r"\s*\([^()]*\)")
_TEXTS = re.compile(r"'(?:[^'\\]|\\.|'')*'")
_CUT = re.compile(r"[<\[{(]")

Words = Mapping[LogicalType, str]
Special = Callable[[str], str | None]


@dataclass(frozen=True)
class Dialect:
    """An engine's types: comma-separated words by logical type, as the documentation shows them.

    `special` is asked before the words, with the type in small letters: it returns a logical type, or None. `unwrap`
    takes off what says nothing of the kind, such as Nullable(…).
    """

    label: str
    words: Words
    special: Special = field(default=lambda written: None)
    unwrap: Callable[[str], str] = field(default=lambda written: written)
    note: str = ""

    @cached_property
    def by_word(self) -> dict[str, str]:
        """Return the logical type of each word."""
        return by_word(self.words)

    def logical(self, written: str) -> str:
        """Return the logical type of a type as the engine writes it."""
        plain = self.unwrap(" ".join(written.lower().split()))
        return self.special(plain) or self._of_words(plain) or LogicalType.UNKNOWN

    def _of_words(self, plain: str) -> str | None:
        if plain in self.by_word:
            return self.by_word[plain]
        if plain.endswith("[]"):
            return LogicalType.ARRAY
        return next((found for word in _shorter(plain) if (found := self._of_word(word))), None)

    def _of_word(self, word: str) -> str | None:
        return self.by_word.get(word) or _COMMON_BY_WORD.get(word) or (word if word in LogicalType.values else None)


def by_word(words: Words) -> dict[str, str]:
    """Turn words by type into types by word; raise ValueError for a word that is there twice."""
    found: dict[str, str] = {}
    for logical, listed in words.items():
        for word in listed.split(", "):
            if found.setdefault(word, logical) != logical:
                raise ValueError(f"{word} is both {found[word]} and {logical}.")
    return found


def _shorter(plain: str) -> list[str]:
    """Return the type without texts and what is in brackets, then without its last words, to the first alone."""
    plain = _TEXTS.sub("", plain)
    while (without := _IN_ROUND.sub("", plain)) != plain:
        plain = without
    parts = _CUT.split(plain, maxsplit=1)[0].split()
    return [" ".join(parts[:length]) for length in range(len(parts), 0, -1)]


COMMON = Dialect(
    "Any other engine",
    {
        LogicalType.BOOLEAN: "boolean, bool, logical",
        LogicalType.INTEGER: "tinyint, smallint, mediumint, int, integer, bigint, hugeint, byteint, int1, int2, "
        "int3, int4, "
        "int8, int16, int32, int64, int128, int256, uint8, uint16, uint32, uint64, long, short, serial, bigserial, "
        "smallserial",
        LogicalType.DECIMAL: "numeric, decimal, dec, number, fixed, money, smallmoney, bignumeric, bigdecimal",
        LogicalType.FLOAT: "real, float, float4, float8, float16, float32, float64, double, double precision",
        LogicalType.TEXT: "text, string, varchar, varchar2, char, character, character varying, char varying, bpchar, "
        "nchar, nvarchar, nvarchar2, national character, national character varying, clob, nclob, ntext, tinytext, "
        "mediumtext, longtext, citext, name, sysname",
        LogicalType.BINARY: "binary, varbinary, binary varying, binary large object, blob, tinyblob, mediumblob, "
        "longblob, "
        "bytea, bytes, varbyte, raw, image",
        LogicalType.DATE: "date",
        LogicalType.TIME: "time, timetz, time with time zone, time without time zone",
        LogicalType.TIMESTAMP: "timestamp, datetime, datetime2, smalldatetime, timestamp without time zone, "
        "timestamp_ntz",
        LogicalType.TIMESTAMP_TZ: "timestamp with time zone, timestamp with local time zone, timestamptz, "
        "timestamp_tz, "
        "timestamp_ltz, datetimeoffset",
        LogicalType.INTERVAL: "interval, duration",
        LogicalType.UUID: "uuid, uniqueidentifier, guid",
        LogicalType.JSON: "json, jsonb, variant, super",
        LogicalType.XML: "xml, xmltype",
        LogicalType.ENUM: "enum",
        LogicalType.ARRAY: "array, list, large_list, multiset",
        LogicalType.MAP: "map",
        LogicalType.STRUCT: "struct, row, record, tuple, composite",
        LogicalType.RANGE: "range",
        LogicalType.SPATIAL: "geometry, geography, point, linestring, polygon, multipoint, multilinestring, "
        "multipolygon, "
        "geometrycollection",
        LogicalType.NETWORK: "inet, cidr, ipaddress",
        LogicalType.BITS: "bit, bit varying, varbit",
        LogicalType.VECTOR: "vector",
    },
    note="For engines of other packages, and for words that an engine's own list lacks.",
)
_COMMON_BY_WORD = by_word(COMMON.words)
