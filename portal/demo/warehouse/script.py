"""The SQL file of a subject: sections, statements, and comments written where they belong.

`-- == tables` opens a section. A trailing `--: text` on the line of a table, view or column becomes its
COMMENT in the database, so that definition and meaning are read together.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from portal.demo.warehouse.credits import with_credits

SECTIONS = ("tables", "keys", "links", "views")
"""In the order of a build: create, (load), index and constrain, foreign keys between schemas, views."""

_NAME = r'(?:\w+|"(?:[^"]|"")+")'
_RELATION = re.compile(rf"^CREATE (TABLE|VIEW|MATERIALIZED VIEW) ({_NAME}\.{_NAME})(?!\S)(.*)")
_FILLED = re.compile(rf"^(?:CREATE (?:VIEW|MATERIALIZED VIEW)|INSERT INTO) ({_NAME}\.{_NAME})")
_COLUMN = re.compile(rf"^\s+({_NAME})\s")
_ALIAS = re.compile(rf"({_NAME}),?\s*$")


@cache
def sections(subject: str) -> dict[str, list[str]]:
    """Statements by section, comments included; sections that the file lacks are empty."""
    text = (Path(__file__).parent / f"{subject}.sql").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {section: [] for section in SECTIONS}
    for part in re.split(r"^-- == ", text, flags=re.MULTILINE)[1:]:
        name, _, body = part.partition("\n")
        for statement in _statements(body):
            found[name.strip()] += [statement, *comments_of(statement)]
    return found


def relations(subject: str, *only: str) -> list[str]:
    """The tables, views and materialized views that the file (or only these sections) creates, partitions left out."""
    found = sections(subject)
    every = [statement for section in only or SECTIONS for statement in found[section]]
    matches = (_RELATION.match(statement) for statement in every)
    return [match[2] for match in matches if match and "PARTITION OF" not in match[3]]


def filled_by(statement: str) -> str | None:
    """The relation that this statement fills or defines, if it does."""
    match = _FILLED.match(statement)
    return match[1] if match else None


def comments_of(statement: str) -> Iterator[str]:
    """COMMENT statements from the `--:` marks of one CREATE statement."""
    head = _RELATION.match(statement)
    if not head:
        return
    kind, name = head[1], head[2]
    for number, line in enumerate(statement.splitlines()):
        code, mark, text = line.partition("--:")
        if not mark:
            continue
        quoted = with_credits(text.strip()).replace("'", "''")
        if number == 0:
            yield f"COMMENT ON {kind} {name} IS '{quoted}'"
            continue
        column = (_COLUMN.match(code) if kind == "TABLE" else None) or _ALIAS.search(code)
        if column is None:
            raise ValueError(f"No column before the comment in {name}: {line.strip()}")
        yield f"COMMENT ON COLUMN {name}.{column[1]} IS '{quoted}'"


def _statements(body: str) -> Iterator[str]:
    for piece in re.split(r";[ \t]*$", body, flags=re.MULTILINE):
        lines = [line for line in piece.splitlines() if line.strip() and not line.startswith("-- ")]
        if lines:
            yield "\n".join(lines)
