"""Events as sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from governance.audit import verbs
from governance.audit.links import links_of
from governance.audit.models import Event
from portal.kit.people import Person

_ICONS = {
    "created": "plus", "added": "plus", "changed": "pencil", "described": "pencil", "deleted": "trash-2",
    "removed": "trash-2", "exported": "download", "tested": "plug-zap", "revoked": "shield-off",
    "granted": "shield-check", "signed_in": "log-in", "signed_out": "log-out", "scheduled": "calendar-clock",
    "credentials_rotated": "key-round", "made_private": "lock", "made_open": "lock-open",
}  # fmt: skip
CHANNELS = {"page": "in the browser", "api": "by the API", "worker": "by a worker", "command": "on the command line"}


@dataclass(frozen=True)
class Told:
    """An event with its sentence, ready to be shown."""

    event: Event
    sentence: SafeString
    url: str = ""

    @property
    def icon(self) -> str:
        """Return the icon of the verb."""
        return _ICONS.get(self.event.verb.rpartition(".")[2], "dot")

    @property
    def channel(self) -> str:
        """Say where it was done."""
        return CHANNELS.get(self.event.channel, self.event.channel)

    @property
    def before(self) -> dict[str, Any]:
        return _mapping(self.event.details.get("before"))

    @property
    def after(self) -> dict[str, Any]:
        return _mapping(self.event.details.get("after"))

    @property
    def other_details(self) -> dict[str, Any]:
        """Return the details that are no change of a value."""
        return {name: value for name, value in self.event.details.items() if name not in {"before", "after"}}


def tell(events: Iterable[Event], *, to: Person) -> list[Told]:
    """Return events as sentences, with links to what the person may see."""
    kept = list(events)
    urls = links_of(to, kept)
    told = []
    for event in kept:
        url = urls.get((event.object_type, event.object_id), "")
        told.append(Told(event, sentence(event, url), url))
    return told


def sentence(event: Event, url: str = "") -> SafeString:
    """Return what was done, without the actor's name, as safe HTML."""
    name: str | SafeString = object_name(event)
    if name and url:
        name = format_html('<a href="{}">{}</a>', url, name)
    words = _Words(event.details | {"object": name})
    return mark_safe(escape(_pattern(event.verb)).format_map(words))  # noqa: S308 - every part is escaped


def plain_sentence(event: Event) -> str:
    """Return the same as text, for exports."""
    return _pattern(event.verb).format_map(_PlainWords(event.details | {"object": object_name(event)})).strip()


def object_name(event: Event) -> str:
    """Return the name at the time, or the type and id when it had none."""
    if event.object_name or not event.object_type:
        return event.object_name
    return f"{event.object_type.rpartition('.')[2]} {event.object_id}"


class _PlainWords(dict[str, Any]):
    """Words for a sentence; what an older entry does not hold becomes an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"


class _Words(_PlainWords):
    """The same, escaped for HTML."""

    def __getitem__(self, key: str) -> str:
        return str(conditional_escape(super().__getitem__(key)))


def _pattern(code: str) -> str:
    """Return the sentence of a verb; one that nobody registers any more is spelt out."""
    known = verbs.find(code)
    spelt_out = code.rpartition(".")[2].replace("_", " ").replace("{", "").replace("}", "")
    return known.sentence if known else f"{spelt_out} {{object}}"


def _mapping(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
