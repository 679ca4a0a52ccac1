"""Small charts as SVG made on the server, each an image with a label and the same numbers in a table."""

from collections.abc import Sequence
from typing import TypeAlias

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Row: TypeAlias = tuple[str, float] | tuple[str, float, str]

_SPARK_WIDTH, _SPARK_HEIGHT, _PADDING = 100.0, 24.0, 2.0
_WIDTH, _ROW_HEIGHT, _NAME_WIDTH, _VALUE_WIDTH = 480, 26, 150, 64
_COLUMNS_HEIGHT, _FOOT = 120, 20
_TONES = {"", "ok", "warn", "bad", "info"}
_LETTERS_IN_NAME = 22


def sparkline(values: Sequence[float], label: str) -> SafeString:
    """Draw a line of at least one value, scaled between its least and greatest."""
    if not values:
        return format_html('<span class="muted">no data</span>')
    points = _points(values)
    line = " ".join(f"{x:g},{y:g}" for x, y in points)
    area = f"{points[0][0]:g},{_SPARK_HEIGHT:g} {line} {points[-1][0]:g},{_SPARK_HEIGHT:g}"
    spoken = (
        f"{label}: from {number(values[0])} to {number(values[-1])},"
        f" least {number(min(values))}, greatest {number(max(values))}"
    )
    return format_html(
        '<span class="spark"><svg viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<polygon class="area" points="{}"/><polyline class="line" points="{}"/></svg></span>',
        spoken,
        area,
        line,
    )


def bars(rows: Sequence[Row], label: str, *, unit: str = "", caption: bool = True) -> SafeString:
    """Draw one horizontal bar a row; the longest fills the width."""
    greatest = max((row[1] for row in rows), default=0) or 1
    room = _WIDTH - _NAME_WIDTH - _VALUE_WIDTH
    drawn = [_bar(place, row, room * max(row[1], 0) / greatest, unit) for place, row in enumerate(rows)]
    return _figure(drawn, rows, label, unit, caption, height=max(1, len(rows)) * _ROW_HEIGHT)


def columns(rows: Sequence[Row], label: str, *, unit: str = "", caption: bool = True) -> SafeString:
    """Draw one column a row, side by side; the first and last are named below."""
    greatest = max((row[1] for row in rows), default=0) or 1
    step = _WIDTH / max(1, len(rows))
    parts = [
        _column(place, row, step, (_COLUMNS_HEIGHT - 8) * max(row[1], 0) / greatest) for place, row in enumerate(rows)
    ]
    parts.append(f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{_COLUMNS_HEIGHT}" y2="{_COLUMNS_HEIGHT}"/>')
    if rows:
        below = _COLUMNS_HEIGHT + 14
        parts.append(f'<text x="0" y="{below}">{escape(rows[0][0])}</text>')
        parts.append(f'<text x="{_WIDTH}" y="{below}" text-anchor="end">{escape(rows[-1][0])}</text>')
    return _figure(parts, rows, label, unit, caption, height=_COLUMNS_HEIGHT + _FOOT)


def number(value: float) -> str:
    """Write a number as people read it: 12,345 or 0.25."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0").rstrip(".")


def _points(values: Sequence[float]) -> list[tuple[float, float]]:
    least, span = min(values), (max(values) - min(values)) or 1.0
    usable = _SPARK_HEIGHT - 2 * _PADDING
    step = _SPARK_WIDTH / max(1, len(values) - 1)
    heights = (_SPARK_HEIGHT - _PADDING - usable * (value - least) / span for value in values)
    points = [(round(place * step, 2), round(height, 2)) for place, height in enumerate(heights)]
    return points if len(points) > 1 else [points[0], (_SPARK_WIDTH, points[0][1])]


def _tone(row: Row) -> str:
    tone = row[2] if len(row) > 2 else ""
    return tone if tone in _TONES else ""


def _bar(place: int, row: Row, length: float, unit: str) -> str:
    top = place * _ROW_HEIGHT
    name = row[0] if len(row[0]) <= _LETTERS_IN_NAME else f"{row[0][: _LETTERS_IN_NAME - 1]}…"
    width = max(length, 1)
    return (
        f'<text x="0" y="{top + 17}">{escape(name)}</text>'
        f'<rect class="bar {_tone(row)}" x="{_NAME_WIDTH}" y="{top + 5}" width="{width:.1f}" height="16" rx="3"/>'
        f'<text class="value" x="{_NAME_WIDTH + length + 6:.1f}" y="{top + 17}">{escape(number(row[1]) + unit)}</text>'
    )


def _column(place: int, row: Row, step: float, height: float) -> str:
    gap = min(3.0, step * 0.15)
    return (
        f'<rect class="bar {_tone(row)}" x="{place * step + gap:.1f}" y="{_COLUMNS_HEIGHT - height:.1f}"'
        f' width="{max(step - 2 * gap, 1):.1f}" height="{height:.1f}" rx="2"/>'
    )


def _figure(parts: list[str], rows: Sequence[Row], label: str, unit: str, caption: bool, *, height: int) -> SafeString:
    numbers = ((row[0], number(row[1]), unit) for row in rows)
    return format_html(
        '<figure class="chart">{}<svg viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>'
        '<details><summary>Numbers</summary><table class="table"><caption class="sr">{}</caption>'
        "<tbody>{}</tbody></table></details></figure>",
        format_html("<figcaption>{}</figcaption>", label) if caption else "",
        _WIDTH, height, _WIDTH, height, label,
        mark_safe("".join(parts)),  # noqa: S308 - every name in them is escaped where it is drawn
        label,
        format_html_join("", '<tr><th scope="row">{}</th><td class="num">{}{}</td></tr>', numbers),
    )  # fmt: skip
