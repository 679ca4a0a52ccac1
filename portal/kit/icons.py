"""Lucide icons, inlined: no request, no sprite, coloured by the text around them (`.icon` in components.css)."""

from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide import _render_icon


@lru_cache(maxsize=512)
def drawing(name: str) -> SafeString:
    """Return what is within the icon's <svg>."""
    svg = _render_icon(name, None)
    inner = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    compact = "".join(line.strip() for line in inner.splitlines()).replace(" />", "/>")
    return mark_safe(compact)  # noqa: S308 - from the wheel, not from people


def icon(name: str, label: str = "", classes: str = "") -> SafeString:
    """Draw the icon: hidden from assistive technology, or an image when it has a label."""
    speech = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" {}>{}</svg>', f" {classes}" if classes else "", speech, drawing(name)
    )
