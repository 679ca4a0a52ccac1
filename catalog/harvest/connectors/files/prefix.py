"""The beginning of a text file: so many bytes and no more, unpacked and decoded."""

import codecs
import zlib
from typing import IO

from catalog.harvest.connectors.files.shapes import Broken
from catalog.sources.engines.files import Entry

LONGEST = 1 << 19
"""How many bytes of text are looked at."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def prefix_of(file: IO[bytes], entry: Entry, *, is_packed: bool) -> tuple[str, str, bool]:
    """Return the beginning, its encoding, and whether that is all of the file."""
    found = file.read(LONGEST)
    is_whole = len(found) >= entry.size
    if is_packed:
        found, is_whole = _unpacked(found, is_whole)
    text, encoding = _decoded(found, is_whole)
    return text, encoding, is_whole


def _unpacked(packed: bytes, is_whole: bool) -> tuple[bytes, bool]:
    """Unpack no more than LONGEST bytes, whatever a few packed ones claim to hold."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        found = unpacker.decompress(packed, LONGEST)
    except zlib.error as error:
        raise Broken("it can't be unpacked") from error
    if is_whole and not unpacker.eof and not unpacker.unconsumed_tail:
        raise Broken("it was cut off")
    return found, is_whole and unpacker.eof


def _decoded(found: bytes, is_whole: bool) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if found.startswith(mark):
            return codecs.getincrementaldecoder(encoding)("replace").decode(found[len(mark) :], is_whole), encoding
    if b"\0" in found:
        raise Broken("it holds no text")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(found, is_whole), "utf-8"
    except UnicodeDecodeError:
        return found.decode("cp1252", errors="replace"), "windows-1252"
