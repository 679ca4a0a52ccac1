"""Charts are images with a label and the same numbers in a table, and draw what they are given."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.kit import charts


def test_sparkline_says_in_words_what_it_shows() -> None:
    drawn = charts.sparkline([3, 9, 1.5], "Queries a day")
    assert 'role="img" aria-label="Queries a day: from 3 to 1.5, least 1.5, greatest 9"' in drawn


def test_sparkline_scales_between_least_and_greatest() -> None:
    drawn = charts.sparkline([0, 5, 10], "x")
    assert 'class="line" points="0,22 50,12 100,2"' in drawn


def test_sparkline_of_one_or_equal_values_is_flat() -> None:
    assert 'points="0,22 100,22"' in charts.sparkline([4], "x")
    assert 'points="0,22 50,22 100,22"' in charts.sparkline([4, 4, 4], "x")


def test_sparkline_of_nothing_says_so() -> None:
    assert charts.sparkline([], "x") == '<span class="muted">no data</span>'


def test_longest_bar_fills_the_width_and_the_others_are_in_proportion() -> None:
    drawn = charts.bars([("a", 8), ("b", 2, "bad"), ("c", 0)], "Sizes", unit=" GB")
    assert re.findall(r'<rect class="bar (\w*)" width="([\d.]+)"', drawn) == [
        ("", "100.0"),
        ("bad", "25.0"),
        ("", "0.0"),
    ]
    assert '<tr><th scope="row">b</th><td class="num">2 GB</td></tr>' in drawn


def test_columns_have_the_same_numbers_as_their_table() -> None:
    drawn = charts.columns([("Mon", 1), ("Tue", 4)], "Rows")
    assert re.findall(r'height="([\d.]+)"', drawn) == ["25.00", "100.00"]
    assert re.findall(r'<td class="num">([\d.]+)</td>', drawn) == ["1", "4"]
    assert '<div class="ends"><span>Mon</span><span>Tue</span></div>' in drawn


@pytest.mark.parametrize("draw", [charts.bars, charts.columns])
def test_names_and_labels_are_escaped(draw: charts.Drawing) -> None:
    drawn = draw([("<b>", 1)], "<i>")
    assert "<b>&" not in drawn
    assert "<i>" not in drawn
    assert "&lt;b&gt;" in drawn


@pytest.mark.parametrize("draw", [charts.bars, charts.columns])
def test_a_chart_of_nothing_is_drawn(draw: charts.Drawing) -> None:
    assert 'role="img" aria-label="Nothing"' in draw([], "Nothing")


def test_an_unknown_tone_is_not_drawn() -> None:
    assert 'class="bar "' in charts.bars([("a", 1, '"><script>')], "x")


@pytest.mark.parametrize(
    ("value", "written"), [(12345, "12,345"), (0.25, "0.25"), (2.0, "2"), (1234.5, "1,234.5"), (-3, "-3")]
)
def test_numbers_are_written_for_people(value: float, written: str) -> None:
    assert charts.number(value) == written


@given(some.lists(some.floats(min_value=-1e9, max_value=1e9), min_size=1, max_size=60))
def test_sparkline_stays_in_its_box_from_left_to_right(values: list[float]) -> None:
    line = re.search(r'class="line" points="([^"]+)"', charts.sparkline(values, "x"))
    assert line is not None
    points = [tuple(map(float, point.split(","))) for point in line.group(1).split()]
    assert all(0 <= x <= 100.01 and 0 <= y <= 24 for x, y in points)
    assert all(before[0] < after[0] for before, after in pairwise(points))
