"""Naming a search and choosing how it tells."""

from typing import Any

from django import forms

from catalog.search.models import Cadence
from catalog.search.saved.actions import LONGEST_NAME, Wish
from catalog.search.saved.queries import LONGEST_QUERY
from portal.kit import mail
from portal.kit.forms import Form


class WishForm(Form):
    """A name and how soon to tell."""

    name = forms.CharField(max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    tells = forms.ChoiceField(
        label="Tell me of new matches",
        choices=Cadence.choices,
        initial=Cadence.NEVER,
        widget=forms.RadioSelect,
        help_text="At once means within some minutes. You are only told of what you may see.",
    )
    by_mail = forms.BooleanField(label="Also by mail", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not mail.is_on():
            self.fields["by_mail"].help_text = "This portal sends no mail at present: no mail server is set up."

    @property
    def wish(self) -> Wish:
        """Return what was chosen; only of a valid form."""
        facts = self.cleaned_data
        return Wish(facts["name"], facts["tells"], facts["by_mail"])


class SaveForm(WishForm):
    """The same, with the search to be kept."""

    query = forms.CharField(max_length=LONGEST_QUERY, required=False, widget=forms.HiddenInput)
