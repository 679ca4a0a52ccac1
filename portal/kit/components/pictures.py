"""Pictures and long texts: charts, differences, Markdown, progress of jobs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from portal.kit import charts, diffs
from portal.kit.components.rendering import render
from portal.kit.markdown import markdown as to_html
from portal.kit.models import JobRun

register = template.Library()

JOB_TONES = {
    "succeeded": ("ok", "circle-check"),
    "failed": ("bad", "circle-x"),
    "cancelled": ("neutral", "circle-slash"),
}

register.filter("markdown", to_html, is_safe=True)


@register.simple_tag
def sparkline(values: Sequence[float], label: str) -> SafeString:
    """A small line within text; the label says what the line shows."""
    return charts.sparkline(values, label)


@register.simple_tag
def bar_chart(rows: Sequence[charts.Row], label: str, unit: str = "", caption: bool = True) -> SafeString:
    """Horizontal bars: rows are (name, value) or (name, value, tone); with the numbers as a table."""
    return charts.bars(rows, label, unit=unit, caption=caption)


@register.simple_tag
def histogram(bins: Sequence[charts.Row], label: str, unit: str = "", caption: bool = True) -> SafeString:
    """Columns side by side, for distributions and days; with the numbers as a table."""
    return charts.columns(bins, label, unit=unit, caption=caption)


@register.simple_tag
def text_diff(before: str, after: str, label: str = "Changes") -> SafeString:
    """What changed in a text, word by word."""
    return render("text_diff", {"parts": diffs.words(before or "", after or ""), "label": label})


@register.simple_tag
def value_diff(before: Mapping[str, object], after: Mapping[str, object], label: str = "Changes") -> SafeString:
    """What changed in names and values, as a table before → after."""
    return render("value_diff", {"changes": diffs.values(before, after), "label": label})


@register.inclusion_tag("ui/job_progress.html")
def job_progress(run: JobRun, url: str, label: str = "") -> dict[str, Any]:
    """Progress of a job; asks `url` for itself every two seconds until the run is finished."""
    tone, glyph = JOB_TONES.get(run.state, ("info", "loader"))
    return {"run": run, "url": url, "label": label or run.subject, "tone": tone, "glyph": glyph}
