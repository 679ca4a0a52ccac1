"""Small marks within text: icons, badges, people, moments, figures, meters."""

from datetime import datetime
from typing import Any
from zlib import crc32

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.kit import clock, moments
from portal.kit.components.rendering import checked
from portal.kit.icons import icon

register = template.Library()
register.simple_tag(icon)

TONES = {"": "", "neutral": "", "ok": "ok", "warn": "warn", "bad": "bad", "info": "info", "brand": "brand-tone"}
SENSITIVITIES = {
    "public": ("Public", "ok", "globe"),
    "internal": ("Internal", "info", "building-2"),
    "confidential": ("Confidential", "warn", "eye-off"),
    "restricted": ("Restricted", "bad", "lock"),
}
UNCLASSIFIED = ("Not classified", "neutral", "circle-dashed")
CERTIFICATIONS = {
    "certified": ("Certified", "ok", "badge-check"),
    "candidate": ("In review", "info", "hourglass"),
    "deprecated": ("Deprecated", "bad", "archive"),
    "none": ("Not certified", "neutral", "circle-dashed"),
}
_FACES = 6


@register.simple_tag
def badge(text: object, tone: str = "", icon: str = "", title: str = "") -> SafeString:
    """A word in a pill."""
    return format_html(
        '<span class="badge {}"{}>{}<span>{}</span></span>',
        TONES[checked(tone, TONES, "tone")],
        format_html(' title="{}"', title) if title else "",
        _icon(icon),
        text,
    )


@register.simple_tag
def sensitivity(level: object, note: str = "") -> SafeString:
    """A sensitivity level as word, glyph and colour."""
    word, tone, glyph = SENSITIVITIES.get(str(level or "").lower(), UNCLASSIFIED)
    return badge(f"{word} · {note}" if note else word, tone=tone, icon=glyph)


@register.simple_tag
def certification(state: object) -> SafeString:
    """A certification state as word, glyph and colour."""
    word, tone, glyph = CERTIFICATIONS.get(str(state or "").lower(), CERTIFICATIONS["none"])
    return badge(word, tone=tone, icon=glyph)


@register.simple_tag
def avatar(person: object, size: str = "") -> SafeString:
    """A person's or team's initials in a circle; decorative, so put the name beside it."""
    name = name_of(person)
    face = crc32(name.encode()) % _FACES + 1
    large = " large" if size == "large" else ""
    return format_html('<span class="avatar face-{}{}" aria-hidden="true">{}</span>', face, large, initials(name))


@register.simple_tag
def person(person: object, url: str = "") -> SafeString:
    """Avatar and name, linked when there is an address; "nobody" when there is no person."""
    if person is None:
        return SafeString('<span class="muted">nobody</span>')
    name = name_of(person)
    label = format_html('<a href="{}">{}</a>', url, name) if url else format_html("<span>{}</span>", name)
    return format_html('<span class="person">{}{}</span>', avatar(person), label)


@register.simple_tag
def when(moment: datetime | None, missing: str = "never", prefix: str = "") -> SafeString:
    """Relative words with the exact moment as title, in the person's time zone."""
    if moment is None:
        return format_html('<span class="muted">{}</span>', missing)
    words = moments.relative(moment, clock.now())
    at = moment.isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}{}</time>', at, moments.exact(moment), prefix, words)


@register.inclusion_tag("ui/stat.html")
def stat(
    label: str, value: object, hint: str = "", icon: str = "", tone: str = "", url: str = ""
) -> dict[str, Any]:  # each is a part of the picture
    """One figure with its name."""
    return {
        "label": label,
        "value": value,
        "hint": hint,
        "icon": icon,
        "tone": TONES[checked(tone, TONES, "tone")],
        "url": url,
    }


@register.inclusion_tag("ui/meter.html")
def meter(
    value: float | None, label: str, maximum: float = 100, inline: bool = False, goal: float = 0.8
) -> dict[str, Any]:
    """A share on a bar: good from `goal` (a share of the maximum) up, bad below half of it."""
    known = value is not None
    share = round(100 * float(value or 0) / maximum) if maximum else 0
    high, low = goal * maximum, goal * maximum / 2
    return {
        "value": value or 0, "known": known, "label": label, "maximum": maximum, "share": share,
        "high": high, "low": low, "inline": inline,
    }  # fmt: skip


def name_of(person: object) -> str:
    """Return the full name if the object has one, otherwise what it says of itself."""
    full = getattr(person, "get_full_name", None)
    return (full() if callable(full) else "") or str(person)


def initials(name: str) -> str:
    """Return one or two letters of a name."""
    words = [word for word in name.replace(".", " ").replace("_", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def _icon(name: str) -> SafeString | str:
    return icon(name) if name else ""
