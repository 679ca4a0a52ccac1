"""The filter of the log as it stands in an address; the page and the API read the same parameters."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.choices import CallableChoiceIterator
from django.utils.formats import date_format

from governance.audit import verbs
from governance.audit.queries import Filter
from portal.kit.errors import Invalid
from portal.kit.facets import Chip, without
from portal.kit.forms import Form


def verb_choices() -> list[tuple[str, Any]]:
    """Return every registered verb under its room, and the rooms themselves."""
    rooms: dict[str, list[tuple[str, str]]] = {}
    for verb in verbs.all_verbs():
        rooms.setdefault(verb.code.partition(".")[0], []).append((verb.code, label_of(verb.code)))
    return [
        ("", "Anything"),
        *((room.capitalize(), [(f"{room}.", f"Anything about {room}"), *codes]) for room, codes in rooms.items()),
    ]


def label_of(code: str) -> str:
    """Return "Source made private" for source.made_private."""
    return code.rstrip(".").replace(".", " ").replace("_", " ").capitalize()


class LogFilter(Form):
    """Narrows the log."""

    text = forms.CharField(label="Object or reason", max_length=200, required=False)
    person = forms.CharField(label="Person", max_length=200, required=False)
    verb = forms.CharField(
        label="What was done",
        max_length=80,
        required=False,
        widget=forms.Select(choices=CallableChoiceIterator(verb_choices)),
    )
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    actor = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    object_type = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    object_id = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    request = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)

    @property
    def wanted(self) -> Filter:
        """Return the filter; what is wrong in the address filters nothing (see `strict`)."""
        self.is_valid()
        return Filter(**{name: value for name, value in self.cleaned_data.items() if value not in (None, "")})

    @property
    def strict(self) -> Filter:
        """Return the filter; raise Invalid for a wrong one, where showing too much would do harm."""
        if not self.is_valid():
            name, messages = next(iter(self.errors.items()))
            raise Invalid(f"{self.fields[name].label or name}: {' '.join(map(str, messages))}", field=name)
        return self.wanted


def chips_of(query: QueryDict, form: LogFilter) -> list[Chip]:
    """Return a removable chip for everything that narrows the log."""
    labels = {"actor": "Person no.", "object_type": "Kind", "object_id": "Object no.", "request": "Request"}
    return [
        Chip(f"{labels.get(name) or form.fields[name].label}: {_words(name, value)}", without(query, name))
        for name, value in form.wanted.active.items()
    ]


def _words(name: str, value: object) -> str:
    if isinstance(value, date):
        return date_format(value, "j M Y")
    return label_of(str(value)) if name == "verb" else str(value)
