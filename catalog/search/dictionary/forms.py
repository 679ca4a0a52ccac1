"""Forms of the dictionary."""

from django import forms

from catalog.search.dictionary import importing
from catalog.search.dictionary.actions import EntryFacts
from catalog.search.language import LONGEST
from catalog.search.models import Equivalence, EquivalenceKind
from portal.kit.forms import Form

_KINDS = [
    (EquivalenceKind.ABBREVIATION.value, "Abbreviation: a short form of something longer"),
    (EquivalenceKind.SYNONYM.value, "Synonym: two words for one thing"),
]


class EntryForm(Form):
    """An entry; the action tells what is wrong with it, at the field."""

    kind = forms.ChoiceField(choices=_KINDS, widget=forms.RadioSelect, initial=EquivalenceKind.ABBREVIATION)
    short = forms.CharField(label="Short form", max_length=60, help_text="As it stands in names: cust, dob.")
    long = forms.CharField(label="What it stands for", max_length=120, help_text="customer, date of birth.")
    note = forms.CharField(required=False, max_length=300, help_text="Why, or where it comes from.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def facts(self) -> EntryFacts:
        """Return the entry that the form says."""
        given = self.cleaned_data
        return EntryFacts(given["kind"], given["short"], given["long"], given["note"])


def form_of_entry(entry: Equivalence) -> EntryForm:
    """Return the form of an entry as it is, with when that was."""
    facts = {name: getattr(entry, name) for name in ("kind", "short", "long", "note")}
    return EntryForm(initial=facts | {"seen": entry.edited_at.isoformat()})


class FilterForm(Form):
    """What narrows the list."""

    q = forms.CharField(label="Word", required=False, max_length=100)
    kind = forms.ChoiceField(required=False, choices=[("", "Any kind"), *EquivalenceKind.choices])


class TryForm(Form):
    """A query to be explained."""

    query = forms.CharField(label="Query", required=False, max_length=LONGEST)


class ImportForm(Form):
    """A file to be looked at."""

    file = forms.FileField(
        label="CSV file",
        help_text="Its first line names the columns: short, long and, if you want, kind and note.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> str:
        """Return the file's text."""
        file = self.cleaned_data["file"]
        if file.size > 4 * importing.LARGEST:
            raise forms.ValidationError(f"The file is larger than {importing.LARGEST:,} letters. Cut it into several.")
        try:
            text: str = file.read().decode("utf-8-sig").replace("\0", "")
        except UnicodeDecodeError:
            raise forms.ValidationError("The file is not in UTF-8. Save it as “CSV UTF-8”.") from None
        return text
