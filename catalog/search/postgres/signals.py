"""Marks in the words of a document, by which the best known or a fair sample of any matches are looked up at once.

`#0` to `#255` cuts all documents into equal parts by chance; `^1` to `^16` is the logarithm of how many people looked
at it (none: no mark). No word of a text can be one of them. Looked up together with words, the index of words alone
says which documents have both: a sample of a hundred thousand matches costs no more than a search for a rare word.
"""

PARTS = 256
_MOST = 16
_LEVELS = (9, 7, 5, 3, 2, 1)
"""Popularity to begin with, from that on as a power of two, the highest first."""

LEVEL_SQL = "LEAST({most}, floor(log(2, {popularity}::numeric)) + 1)::int".replace("{most}", str(_MOST))


def marks_sql(asset_id: str, popularity: str) -> str:
    """Return the SQL of a document's marks."""
    level = LEVEL_SQL.format(popularity=popularity)
    return f"""array_to_tsvector(CASE WHEN {popularity} > 0 THEN ARRAY['#' || {part_sql(asset_id)}, '^' || {level}]
        ELSE ARRAY['#' || {part_sql(asset_id)}] END)"""


def part_sql(asset_id: str) -> str:
    """Return the SQL of the part that an asset falls into."""
    return f"(hashint8({asset_id}) & {PARTS - 1})"


def popular(level: int) -> str:
    """Return the full-text query of what at least so many people looked at, as a power of two from 1 on."""
    return _any("^", range(level, _MOST + 1))


def levels() -> tuple[int, ...]:
    """Return where looking for the best known may begin, and how it goes on."""
    return _LEVELS


def sample(parts: int) -> str:
    """Return the full-text query of so many of the PARTS."""
    return _any("#", range(parts))


def _any(sign: str, numbers: range) -> str:
    return "'" + " | ".join(f"''{sign}{number}''" for number in numbers) + "'::tsquery"
