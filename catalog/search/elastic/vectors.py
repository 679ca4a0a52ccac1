"""Vectors of words, as the database writes them, turned back into texts.

The database could do it too, but sorting words there takes five times as long as all else that a document needs.
"""

import re
from json import dumps

from catalog.search.elastic.mapping import WORD_FIELDS

_LEXEME = re.compile(r"'((?:[^']|'')*)':([0-9A-D,]+)")
_UNWEIGHTED = "D"
_WEIGHTS = "ABCD"


def texts(vector: str) -> str:
    """Return the members of a JSON object that hold a vector's words in their order, by weight."""
    by_weight: dict[str, list[tuple[int, str]]] = {weight: [] for weight in _WEIGHTS}
    for lexeme, places in _LEXEME.findall(vector):
        word = lexeme.replace("''", "'").replace("\\\\", "\\")
        for place in places.split(","):
            if place[-1] in by_weight:
                by_weight[place[-1]].append((int(place[:-1]), word))
            else:
                by_weight[_UNWEIGHTED].append((int(place), word))
    return ",".join(
        f'"{field}":{dumps(" ".join([word for _, word in sorted(by_weight[weight])]))}'
        for field, weight in zip(WORD_FIELDS, _WEIGHTS, strict=True)
    )
