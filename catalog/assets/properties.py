"""What else a source tells of an asset, in words: format, place, partitions and whatever a connector reports."""

from collections.abc import Mapping
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.template.defaultfilters import filesizeformat

_MOST = 40
_LONGEST = 300
_LABELS = {"bytes": "Size", "newest": "Newest file", "sort_order": "Sorted by", "partition_columns": "Partitioned by"}
_SIZES = {"bytes", "newest_bytes"}


def worded(properties: Mapping[str, Any]) -> dict[str, str]:
    """Return the properties as label and text, in the connector's order; empty values are left out."""
    shown = [(name, value) for name, value in properties.items() if value not in (None, "", [], {})]
    return {label_of(name): text_of(value, is_size=name in _SIZES) for name, value in shown[:_MOST]}


def label_of(name: str) -> str:
    """Return the words for a property's name."""
    return _LABELS.get(name) or name.replace("_", " ").strip().capitalize()


def text_of(value: Any, *, is_size: bool = False) -> str:
    """Return a value as people read it, cut when it is very long."""
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, int):
        text = filesizeformat(value) if is_size else intcomma(value)
    elif isinstance(value, Mapping):
        text = ", ".join(f"{name}: {text_of(each)}" for name, each in value.items())
    elif isinstance(value, list):
        text = ", ".join(text_of(each) for each in value)
    else:
        text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
