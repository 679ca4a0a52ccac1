"""Tables sort, page, choose columns and export by their address alone."""

import csv
import io
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from portal.kit.components.rendering import render
from portal.kit.tables import Column, NumberColumn, Table, WhenColumn, csv_of, wants_csv


class SampleTable(Table):
    caption = "Samples"
    hidden = ("note",)
    name = Column()
    size = NumberColumn()
    note = Column()
    seen = WhenColumn()


MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ROWS: list[dict[str, Any]] = [
    {"name": f"n{number:02}", "size": number * 1000, "note": "=1+1", "seen": MOMENT} for number in range(60)
]


def asked(query: str = "", session: dict[str, Any] | None = None) -> HttpRequest:
    request = RequestFactory().get(f"/list/?{query}")
    request.session = cast("Any", {} if session is None else session)
    request.htmx = False  # type: ignore[attr-defined]  # set by the middleware
    return request


def table(query: str = "", session: dict[str, Any] | None = None) -> SampleTable:
    return SampleTable(ROWS, request=asked(query, session))


def names(of: SampleTable) -> list[str]:
    return [row.get_cell_value("name") for row in of.paginated_rows]


def html(of: SampleTable) -> str:
    return render("table", {"table": of, "request": of.request})


def test_first_page_has_the_smallest_size() -> None:
    assert names(table()) == [f"n{number:02}" for number in range(25)]


def test_address_sorts_and_pages() -> None:
    assert names(table("sort=-size&per_page=50&page=2")) == [f"n{number:02}" for number in range(9, -1, -1)]


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x", ""])
def test_a_wrong_page_gives_a_page(page: str) -> None:
    assert len(names(table(f"page={page}"))) in {10, 25}


@pytest.mark.parametrize("size", ["1", "1000000", "x", "-25"])
def test_only_offered_sizes_are_given(size: str) -> None:
    assert len(names(table(f"per_page={size}"))) == 25


def test_an_unknown_column_does_not_sort() -> None:
    assert names(table("sort=password"))[0] == "n00"


def test_headings_say_how_they_are_sorted_and_link_to_the_other_way() -> None:
    shown = html(table("sort=size&page=2&q=x"))
    assert 'aria-sort="ascending"' in shown
    assert 'href="?sort=-size&amp;q=x"' in shown
    assert shown.count('aria-sort="none"') == 2
    assert '<caption class="sr">Samples</caption>' in shown


def test_columns_are_hidden_until_chosen_and_the_choice_is_remembered() -> None:
    session: dict[str, Any] = {}
    assert {column.name for column in table(session=session).columns} == {"name", "size", "seen"}
    assert {column.name for column in table("columns=name&columns=note", session).columns} == {"name", "note"}
    assert {column.name for column in table(session=session).columns} == {"name", "note"}


def test_choosing_nothing_known_shows_the_usual_columns() -> None:
    assert {column.name for column in table("columns=password").columns} == {"name", "size", "seen"}


def test_small_forms_keep_the_other_parameters() -> None:
    assert table("q=a&sort=name&page=3&per_page=50&columns=name").kept_parameters == [("q", "a"), ("sort", "name")]


def test_status_says_what_is_shown() -> None:
    assert table("sort=-size&page=2").status == "60 rows, page 2 of 3, sorted by -size."


def test_csv_has_all_rows_and_columns_as_bare_values() -> None:
    request = asked("format=csv&page=2")
    assert wants_csv(request)
    response = csv_of(SampleTable(ROWS, request=request), "My samples")
    rows = list(csv.reader(io.StringIO(b"".join(cast("Any", response.streaming_content)).decode())))
    assert response["Content-Disposition"] == 'attachment; filename="my-samples.csv"'
    assert rows[0] == ["Name", "Size", "Note", "Seen"]
    assert rows[2] == ["n01", "1000", "'=1+1", "2026-03-01T09:30:00+00:00"]
    assert len(rows) == 61


@pytest.mark.parametrize("text", ["=cmd", "+1", "-1", "@x", "\tx"])
def test_csv_quotes_what_a_spreadsheet_would_run(text: str) -> None:
    response = csv_of(SampleTable([ROWS[0] | {"name": text}], request=asked()), "x")
    lines = list(csv.reader(io.StringIO(b"".join(cast("Any", response.streaming_content)).decode())))
    assert lines[1][0] == f"'{text}"


def test_csv_leaves_negative_numbers_alone() -> None:
    response = csv_of(SampleTable([ROWS[0] | {"size": -5}], request=asked()), "x")
    assert b"".join(cast("Any", response.streaming_content)).splitlines()[1].split(b",")[1] == b"-5"


def test_an_empty_table_says_so() -> None:
    empty = SampleTable([], request=asked())
    assert "Nothing here yet." in render("table", {"table": empty, "request": empty.request})


def test_cells_are_escaped() -> None:
    assert "<script>" not in html(SampleTable([ROWS[0] | {"name": "<script>"}], request=asked()))
