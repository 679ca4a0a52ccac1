"""Frames around content: panels, alerts, empty states, dialogs, menus, tabs, breadcrumbs, timelines, steps."""

from datetime import datetime
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.kit.components.marks import TONES
from portal.kit.components.rendering import checked, render

register = template.Library()

ALERT_ICONS = {"ok": "circle-check", "warn": "triangle-alert", "bad": "circle-alert"}
STEP_STATES = {
    "todo": ("", "Not started"),
    "now": ("brand-tone", "In progress"),
    "done": ("ok", "Complete"),
    "problem": ("warn", "Needs changes"),
    "blocked": ("", "Cannot start yet"),
}


@register.simple_block_tag
def panel(
    content: str,
    title: str = "",
    icon: str = "",
    id: str = "",  # noqa: A002 - HTML's own word
    flush: bool = False,
    level: int = 2,
    link: str = "",
    link_text: str = "All",
) -> SafeString:
    """A card with a heading."""
    values = {"content": content, "title": title, "icon": icon, "id": id, "flush": flush, "level": level}
    return render("panel", values | {"link": link, "link_text": link_text})


@register.simple_block_tag
def alert(content: str, title: str = "", tone: str = "info", role: str = "") -> SafeString:
    """A message that stays in the page."""
    values = {"content": content, "title": title, "tone": TONES[checked(tone, TONES, "tone")], "role": role}
    return render("alert", values | {"icon": ALERT_ICONS.get(tone, "info")})


@register.simple_block_tag
def empty_state(content: str, title: str, text: str = "", icon: str = "inbox", level: int = 2) -> SafeString:
    """What a list says when it has nothing; the content is what to do next."""
    return render(
        "empty_state",
        {"content": content if content.strip() else "", "title": title, "text": text, "icon": icon, "level": level},
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:  # noqa: A002 - HTML's own word
    """A modal dialog, opened by a `dialog_button` with the same id."""
    return render("dialog", {"content": content, "id": id, "title": title})


@register.simple_block_tag
def menu(content: str, label: str, icon: str = "ellipsis", text: bool = False) -> SafeString:
    """A button that opens a list of links and buttons."""
    return render("menu", {"content": content, "label": label, "icon": icon, "text": text})


@register.simple_block_tag
def tabs(content: str, label: str) -> SafeString:
    """Links between the pages of one thing."""
    return format_html('<nav class="tabs" aria-label="{}">{}</nav>', label, content)


@register.simple_tag(takes_context=True)
def tab(
    context: Context, label: str, url: str, count: int | None = None, current: bool | None = None, icon: str = ""
) -> SafeString:
    """One tab; current when its address is the page's, unless said otherwise."""
    if current is None:
        current = getattr(context.get("request"), "path", None) == url.split("?")[0]
    return render("tab", {"label": label, "url": url, "count": count, "current": current, "icon": icon})


@register.simple_block_tag
def breadcrumbs(content: str) -> SafeString:
    """The way to this page."""
    return format_html('<nav class="crumbs" aria-label="Breadcrumb"><ol>{}</ol></nav>', content)


@register.simple_tag
def crumb(label: object, url: str = "") -> SafeString:
    """One step of the way; without an address it is where we are."""
    inner = format_html('<a href="{}">{}</a>', url, label) if url else format_html("<span>{}</span>", label)
    return format_html("<li>{}</li>", inner)


@register.simple_block_tag
def timeline(content: str, label: str = "") -> SafeString:
    """A story, newest first."""
    named = format_html(' aria-label="{}"', label) if label else ""
    return format_html('<ol class="timeline" role="list"{}>{}</ol>', named, content)


@register.simple_block_tag
def entry(
    content: str,
    when: datetime | None = None,
    icon: str = "dot",
    tone: str = "",
    by: Any = None,
    url: str = "",
) -> SafeString:
    """One event of a timeline."""
    values = {"content": content, "when": when, "icon": icon, "by": by, "url": url}
    return render("entry", values | {"tone": TONES[checked(tone, TONES, "tone")]})


@register.simple_block_tag
def steps(content: str, label: str = "Steps") -> SafeString:
    """A list of tasks with their states."""
    return format_html('<ol class="steps" role="list" aria-label="{}">{}</ol>', label, content)


@register.simple_tag
def step(label: str, number: int, state: str = "todo", url: str = "", word: str = "") -> SafeString:
    """One task: todo, now, done, problem or blocked."""
    tone, usual_word = STEP_STATES[checked(state, frozenset(STEP_STATES), "state")]
    values = {"label": label, "number": number, "state": state, "url": url}
    return render("step", values | {"tone": tone, "word": word or usual_word})
