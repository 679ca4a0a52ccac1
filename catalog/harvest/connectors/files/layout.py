"""From the path of a file to the data set that it belongs to.

The first folders are the schema. Below them, files of one format are one data set when their paths differ by Hive
partitions (`year=2025/`), by folders that are dates, or by dates and numbers of parts in their names. The rule looks at
one path only, so that a data set keeps its name when the second file arrives.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

TOP = "(top)"
"""The schema of files that lie above all folders."""

_FORMATS = {
    "parquet": "parquet", "pq": "parquet", "parq": "parquet",
    "csv": "csv", "tsv": "csv", "tab": "csv",
    "json": "json", "jsonl": "json", "ndjson": "json",
}  # fmt: skip
_COMPRESSED = {"gz": "gzip", "gzip": "gzip"}
_CODECS = {"snappy", "gz", "zstd", "lz4", "brotli", "lzo"}
_UNFINISHED = (".tmp", ".temp", ".crc", ".part", ".partial", ".inprogress", ".swp", ".crdownload", "~")
_DELTA_LOG = "_delta_log"

_DATE = r"(?:19|20)\d{2}(?:[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?(?:0[1-9]|[12]\d|3[01]))?|[-_.]?[qQ][1-4]|[-_.]?[wW]\d{2})?"
_TIME = r"[tT_-]?\d{2}[-:]?\d{2}(?:[-:]?\d{2})?(?:[.]\d+)?[zZ]?"
_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_HEX = r"[0-9a-fA-F]{16,}"
_PART = r"c?\d{1,3}|0\d+|(?:part|chunk|batch|shard|split)\d*"
_PASSING = re.compile(rf"(?<![^\W_])(?:{_UUID}|{_DATE}(?:{_TIME})?|{_HEX}|{_PART})(?![^\W_])")
_DATED_FOLDER = re.compile(rf"(?:{_DATE}|\d{{1,2}})\Z")
_NO_NAMES = {"", "data", "file", "output", "out", "export", "dump"}


@dataclass(frozen=True)
class Spot:
    """Where a file belongs. `folder` is what the data set's files share, below the root."""

    schema: str
    name: str
    format: str
    folder: str
    compression: str = ""
    partitions: tuple[tuple[str, str], ...] = ()


def spot_of(path: str, *, depth: int, root: str) -> Spot | None:
    """Return where a file belongs; None for what is no data: hidden, unfinished, bookkeeping, of unknown format."""
    *folders, file = path.split("/")
    if _DELTA_LOG in folders:
        return _delta(folders, depth, root)
    if any(map(_is_hidden, folders)) or _is_hidden(file) or file.lower().endswith(_UNFINISHED):
        return None
    stem, kind, compression = _split(file)
    if not kind:
        return None
    first = _first(folders, _partition)
    partitions = tuple(found for found in map(_partition, folders) if found)
    head = folders[: min(depth, first, _first(folders, _DATED_FOLDER.match))]
    below = [folder for folder in folders[len(head) : first] if not _DATED_FOLDER.match(folder)]
    name = _name(below, "" if partitions else _lasting(stem)) or (head[-1] if head else root)
    shared = folders[: first if partitions else _first(folders, _DATED_FOLDER.match)]
    return Spot("/".join(head) or TOP, name, kind, "/".join(shared), compression, partitions)


def _first(folders: list[str], test: Callable[[str], object]) -> int:
    """Return the place of the first folder that passes, or the number of folders."""
    return next((number for number, folder in enumerate(folders) if test(folder)), len(folders))


def _delta(folders: list[str], depth: int, root: str) -> Spot:
    """The log of a Delta table names the table that its folder is."""
    place = folders[: folders.index(_DELTA_LOG)]
    head, below = place[:depth], place[depth:]
    if place and not below:
        head, below = place[:-1], place[-1:]
    return Spot("/".join(head) or TOP, "/".join(below) or root, "delta", "/".join(place))


def _split(file: str) -> tuple[str, str, str]:
    """Return stem, format and compression of a name."""
    stem, _, last = file.rpartition(".")
    compression = _COMPRESSED.get(last.lower(), "")
    if compression:
        stem, _, last = stem.rpartition(".")
    kind = _FORMATS.get(last.lower(), "") if stem else ""
    if kind == "parquet":
        if compression:
            return stem, "", ""
        codec = stem.rpartition(".")[2].lower()
        stem = stem.rpartition(".")[0] if codec in _CODECS else stem
    return stem, kind, compression


def _is_hidden(name: str) -> bool:
    """A name that begins with an underscore is bookkeeping, unless it is a partition."""
    return name.startswith(".") or (name.startswith("_") and "=" not in name)


def _partition(folder: str) -> tuple[str, str] | None:
    key, equals, value = folder.partition("=")
    return (unquote(key), unquote(value)) if key and equals else None


def _lasting(stem: str) -> str:
    """Return a name without dates, numbers of parts and random ids."""
    rest = _PASSING.sub("", stem)
    rest = re.sub(r"[-_. ]*([-_. ])[-_. ]*", r"\1", rest).strip("-_. ")
    return "" if rest.lower() in _NO_NAMES else rest


def _name(below: list[str], own: str) -> str:
    if below and own and below[-1].lower() == own.lower():
        own = ""
    return "/".join([*below, own] if own else below)
