"""How a component becomes HTML: its template in templates/ui/, and HTML attributes given as keywords."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import get_template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe


def render(name: str, values: dict[str, Any]) -> SafeString:
    """Render templates/ui/<name>.html with these values only."""
    return mark_safe(get_template(f"ui/{name}.html").render(values))  # noqa: S308 - a template escapes


def attributes(given: Mapping[str, object]) -> SafeString:
    """Turn hx_get="/x" into ` hx-get="/x"`; True gives a bare attribute, None and False none."""
    kept = [(name.strip("_").replace("_", "-"), value) for name, value in given.items() if value not in (None, False)]
    return format_html_join("", ' {}="{}"', ((name, "" if value is True else value) for name, value in kept))


def checked(given: str, allowed: Mapping[str, str] | frozenset[str], what: str) -> str:
    """Return the word; raise ValueError naming the choices, so that a typing error shows at once."""
    if given not in allowed:
        raise ValueError(f"{what} {given!r} is none of: {', '.join(sorted(allowed))}")
    return given
