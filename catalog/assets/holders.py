"""People and teams as one choice: who owns, who is admitted."""

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet

from portal.kit.people import Person

Holder = Person | Group
_SHORTEST = 2
_MOST = 6


def key_of(holder: Holder) -> str:
    """Name a person or team in forms and the API, such as person:5."""
    return f"{'team' if isinstance(holder, Group) else 'person'}:{holder.pk}"


def find_holder(key: str) -> Holder | None:
    """Return the active person or the team of a key."""
    kind, _, number = key.partition(":")
    if not number.isdecimal():
        return None
    if kind == "team":
        return Group.objects.filter(pk=int(number)).first()
    return _people().filter(pk=int(number)).first() if kind == "person" else None


def named(text: str) -> Holder | None:
    """Return the only person or team of this name or e-mail address, or None."""
    text = text.strip()
    people = list(_people().filter(Q(name__iexact=text) | Q(email__iexact=text))[:2])
    teams = list(Group.objects.filter(name__iexact=text)[:2])
    found: list[Holder] = [*people, *teams]
    return found[0] if len(found) == 1 else None


def suggestions(text: str) -> tuple[list[Person], list[Group]]:
    """Return people and teams whose name holds the text of at least two letters."""
    text = text.strip()
    if len(text) < _SHORTEST:
        return [], []
    people = _people().filter(Q(name__icontains=text) | Q(email__istartswith=text))[:_MOST]
    return list(people), list(Group.objects.filter(name__icontains=text).order_by("name")[:_MOST])


def _people() -> "QuerySet[Person]":
    people: QuerySet[Person] = get_user_model().objects.filter(is_active=True)
    return people


class HolderFields(forms.Form):
    """The field in which people type a name; the hidden one holds the key that a suggestion fills in."""

    holder = forms.CharField(label="Person or team", max_length=200, help_text="A name or an e-mail address.")
    holder_key = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        """Put the person or team itself in place of the typed name."""
        facts: dict[str, object] = super().clean() or self.cleaned_data
        typed = str(facts.get("holder", ""))
        found = find_holder(str(facts.get("holder_key", ""))) or (named(typed) if typed else None)
        if typed and found is None:
            self.add_error("holder", "Nobody here has exactly this name. Choose from the suggestions.")
        facts["holder"] = found
        return facts
