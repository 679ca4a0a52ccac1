import pytest

from portal.demo import warehouse as demo
from portal.demo.warehouse.subjects import SCHEMAS
from tests.portal.demo.built import PASSWORD, Built

PATHS = """
SELECT format('%%I.%%I', n.nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE n.nspname = ANY (%s) AND relkind = ANY (%s) AND NOT relispartition ORDER BY 1
"""


class _Stopped(RuntimeError):
    """Takes the place of a crash in the middle of a build."""


class Progress:
    """Takes down what a build reports, and stops it after so many tables and views."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.steps: list[tuple[int, int, str]] = []
        self.stop_after = stop_after

    def __call__(self, done: int, total: int, message: str) -> None:
        self.steps.append((done, total, message))
        if done == self.stop_after:
            raise _Stopped


def test_a_build_that_dies_is_told_from_a_finished_one_and_made_again_the_same(copy: Built) -> None:
    contents = _contents(copy)
    assert demo.is_built(copy.url)
    assert not demo.is_built(copy.url, scale=2)

    with pytest.raises(_Stopped):
        demo.build(copy.url, progress=Progress(stop_after=30), reader_password=PASSWORD)
    assert not demo.is_built(copy.url)

    seen = Progress()
    report = demo.build(copy.url, progress=seen, reader_password=PASSWORD)
    assert demo.is_built(copy.url)
    assert _contents(copy) == contents
    assert (report.schemas, report.tables, report.views) == (15, 112, 41)
    _assert_complete(copy, seen)


def _contents(built: Built) -> dict[str, object]:
    """A digest of every table's rows, in whatever order they lie."""
    digest = "SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {} t"
    return {path: built.ask(digest.format(path)) for path in _paths(built, "rp")}


def _paths(built: Built, kinds: str) -> list[str]:
    return [path for (path,) in built.rows(PATHS, [*SCHEMAS], [*kinds])]


def _assert_complete(built: Built, seen: Progress) -> None:
    named = {message.partition(": ")[0] for _, _, message in seen.steps}
    found = set(_paths(built, "rpvm"))
    assert found - named == {"staging.tmp_fix_20240311"}  # the one table without rows
    done = [step[0] for step in seen.steps]
    assert done == sorted(done)
    assert seen.steps[-1] == (len(found), len(found), "warehouse complete")
