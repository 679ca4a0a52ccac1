"""Small charts as SVG made on the server, each an image with a label and the same numbers in a table."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Row: TypeAlias = tuple[str, float] | tuple[str, float, str]

_SPARK_WIDTH, _SPARK_HEIGHT, _PADDING = 100.0, 24.0, 2.0
_TONES = {"", "ok", "warn", "bad", "info"}


class Drawing(Protocol):
    """How a chart of named values is asked for."""

    def __call__(self, rows: Sequence[Row], label: str, *, unit: str = "", caption: bool = True) -> SafeString:
        """Draw the rows."""


def sparkline(values: Sequence[float], label: str) -> SafeString:
    """Draw a line of at least one value, scaled between its least and greatest."""
    if not values:
        return SafeString('<span class="muted">no data</span>')
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
    greatest = _greatest(rows)
    parts = ((row[0], _tone(row), f"{100 * max(row[1], 0) / greatest:.1f}", number(row[1]), unit) for row in rows)
    drawn = format_html_join(
        "",
        '<span class="name">{}</span><svg viewBox="0 0 100 10" preserveAspectRatio="none">'
        '<rect class="bar {}" width="{}" height="10"/></svg><b>{}{}</b>',
        parts,
    )
    return _figure(
        format_html('<div class="bars" role="img" aria-label="{}">{}</div>', label, drawn), rows, label, unit, caption
    )


def columns(rows: Sequence[Row], label: str, *, unit: str = "", caption: bool = True) -> SafeString:
    """Draw one column a row, side by side; the first and last are named below."""
    greatest, step = _greatest(rows), 100 / max(1, len(rows))
    shapes = (
        _column(place * step, step, 100 * max(row[1], 0) / greatest, _tone(row)) for place, row in enumerate(rows)
    )
    drawn = format_html(
        '<div class="cols" role="img" aria-label="{}"><svg viewBox="0 0 100 100" preserveAspectRatio="none">{}</svg>'
        '<div class="ends"><span>{}</span><span>{}</span></div></div>',
        label,
        format_html_join("", "{}", ((shape,) for shape in shapes)),
        rows[0][0] if rows else "",
        rows[-1][0] if len(rows) > 1 else "",
    )
    return _figure(drawn, rows, label, unit, caption)


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


def _greatest(rows: Sequence[Row]) -> float:
    return max((row[1] for row in rows), default=0) or 1


def _column(left: float, step: float, height: float, tone: str) -> SafeString:
    gap = step * 0.12
    return format_html(
        '<rect class="bar {}" x="{}" y="{}" width="{}" height="{}"/>',
        tone,
        f"{left + gap:.2f}",
        f"{100 - height:.2f}",
        f"{step - 2 * gap:.2f}",
        f"{height:.2f}",
    )


def _figure(drawn: SafeString, rows: Sequence[Row], label: str, unit: str, caption: bool) -> SafeString:
    numbers = ((row[0], number(row[1]), unit) for row in rows)
    return format_html(
        '<figure class="chart">{}{}<details><summary>Numbers</summary>'
        '<table class="table"><caption class="sr">{}</caption>'
        "<tbody>{}</tbody></table></details></figure>",
        format_html("<figcaption>{}</figcaption>", label) if caption else "",
        drawn,
        label,
        format_html_join("", '<tr><th scope="row">{}</th><td class="num">{}{}</td></tr>', numbers),
    )
