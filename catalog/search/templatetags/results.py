"""Tags of the results page. What a list repeats is drawn once and referred to: a page of results stays light."""

from collections.abc import Iterator, Mapping, Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.assets.models import Certification
from catalog.search.backend import Hit, Marked, Reason
from catalog.search.columns.links import column_url
from catalog.search.presenters import marked
from portal.kit.components.marks import CERTIFICATIONS, SENSITIVITIES, TONES
from portal.kit.icons import drawing

_REASONS_SHOWN = 3
_KINDS: Mapping[str, Mapping[str, tuple[str, str, str]]] = {
    "sensitivity": SENSITIVITIES,
    "certification": CERTIFICATIONS,
}
_MARK = '<span class="badge {}"><svg class="icon" aria-hidden="true"><use href="#g-{}"/></svg>{}</span>'

register = template.Library()
register.filter("marked", marked, is_safe=True)
register.filter("column_url", column_url)


@register.filter
def text_of(pieces: Marked) -> str:
    """Return the bare text."""
    return "".join(piece.text for piece in pieces)


@register.filter
def why(reasons: Sequence[Reason]) -> str:
    """Say what weighed most, each with its points, and what the rest came to."""
    strongest = sorted(reasons, key=lambda reason: -abs(reason.points))
    rest = sum(reason.points for reason in strongest[_REASONS_SHOWN:])
    said = [f"{reason.words} {_signed(reason.points)}" for reason in strongest[:_REASONS_SHOWN]]
    return " · ".join([*said, f"smaller signals {_signed(rest)}"] if len(strongest) > _REASONS_SHOWN else said)


@register.simple_tag
def glyphs(hits: Sequence[Hit]) -> SafeString:
    """Draw the glyphs that the marks of these hits refer to."""
    marks = {(kind, value) for hit in hits for kind, value in _marks(hit)}
    names = sorted({_KINDS[kind][value][2] for kind, value in marks})
    drawn = format_html_join(
        "", '<symbol id="g-{}" viewBox="0 0 24 24">{}</symbol>', ((name, drawing(name)) for name in names)
    )
    return format_html('<svg class="sr" aria-hidden="true">{}</svg>', drawn) if names else SafeString("")


@register.simple_tag
def marks(hit: Hit) -> SafeString:
    """Show sensitivity and certification as their components do; nothing for what has not been said."""
    return format_html_join(" ", _MARK, ((TONES[tone], glyph, word) for word, tone, glyph in _drawn(hit)))


def _marks(hit: Hit) -> Iterator[tuple[str, str]]:
    if hit.asset.sensitivity:
        yield "sensitivity", hit.asset.sensitivity
    if hit.asset.certification != Certification.NONE:
        yield "certification", hit.asset.certification


def _drawn(hit: Hit) -> Iterator[tuple[str, str, str]]:
    return (_KINDS[kind][value] for kind, value in _marks(hit))


def _signed(number: float) -> str:
    """Return +12, -0.4."""
    return f"{number:+.2f}".rstrip("0").rstrip(".")
