"""The files of an export."""

import csv
import json

import pytest

from governance.audit.exports import COLUMNS, harmless, written
from tests.governance.audit.events import make_event


@pytest.mark.django_db
def test_csv_holds_every_entry_under_a_heading() -> None:
    event = make_event(object_name='say "hi",\nthen go', details={"before": {"a": "å"}, "after": {}}, actor_id=-5)
    heading, row = csv.reader(written([event], "csv"))
    facts = dict(zip(heading, row, strict=True))
    assert tuple(heading) == COLUMNS
    assert facts["object_name"] == 'say "hi",\nthen go'
    assert facts["details"] == '{"before": {"a": "å"}, "after": {}}'
    assert (facts["actor_id"], facts["seq"]) == ("-5", "")


@pytest.mark.django_db
def test_json_holds_one_object_a_line() -> None:
    events = [make_event(reason="=1+1\nnew line"), make_event(details={"n": 1})]
    lines = "".join(written(events, "json")).splitlines()
    assert [json.loads(line)["id"] for line in lines] == [str(event.pk) for event in events]
    assert json.loads(lines[0])["reason"] == "=1+1\nnew line"
    assert json.loads(lines[1])["details"] == {"n": 1}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  ="])
def test_no_cell_is_a_formula(start: str) -> None:
    assert harmless(f"{start}HYPERLINK()") == f"'{start}HYPERLINK()"


@pytest.mark.parametrize("value", ["orders", "a=b", "", -5, None])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert harmless(value) == value


@pytest.mark.django_db
def test_names_that_look_like_formulas_are_written_harmless() -> None:
    event = make_event(object_name="=cmd|'/c calc'!A1", actor_name="@SUM(1)", reason="+1")
    heading, row = csv.reader(written([event], "csv"))
    facts = dict(zip(heading, row, strict=True))
    assert [facts[name][0] for name in ("object_name", "actor_name", "reason")] == ["'", "'", "'"]
