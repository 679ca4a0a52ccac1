"""Forms of assets and domains. They parse; the actions decide."""

from typing import Any

from django import forms

from catalog.assets.actions.descriptions import LONGEST
from catalog.assets.holders import HolderFields
from catalog.assets.models import Certification, Domain, OwnershipRole, Sensitivity
from catalog.assets.queries.domains import visible_domains
from portal.kit.forms import Form, Styled
from portal.kit.people import Person

AS_SCHEMA = "schema"
NO_DOMAIN = "none"


class DescriptionForm(Form):
    """A description in Markdown with the version it was edited from."""

    text = forms.CharField(
        label="Description", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5})
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    column = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)


class OwnerForm(Styled, HolderFields):
    """Who shall answer, and as what."""

    role = forms.ChoiceField(choices=OwnershipRole.choices, initial=OwnershipRole.OWNER)


class AdmissionForm(Styled, HolderFields):
    """Who shall see it."""


class CertificationForm(Form):
    """What a steward says of an asset."""

    state = forms.ChoiceField(
        label="What do you say of it?",
        widget=forms.RadioSelect,
        choices=[
            (Certification.CERTIFIED, "Certified: I vouch for it"),
            (Certification.DEPRECATED, "Deprecated: it should not be used any more"),
            (Certification.NONE, "Neither"),
        ],
    )
    note = forms.CharField(
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Shown at the top of the page. For a deprecation say why, and what to use instead.",
    )


class SensitivityForm(Form):
    """How sensitive an asset is."""

    level = forms.ChoiceField(
        label="How much harm can it do in the wrong hands?",
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Sensitivity.PUBLIC, "Public: anybody may have it"),
            (Sensitivity.INTERNAL, "Internal: for the people who work here"),
            (Sensitivity.CONFIDENTIAL, "Confidential: for those who need it"),
            (Sensitivity.RESTRICTED, "Restricted: for those named, such as data on health"),
            ("", "Not classified"),
        ],
    )
    note = forms.CharField(
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Shown on the page. To lower a level, or to take it back, say why.",
    )


class DomainForm(Form):
    """Name and purpose of a domain."""

    name = forms.CharField(max_length=100)
    description = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 5}), help_text="What belongs here. Markdown."
    )


class NewDomainForm(DomainForm):
    """A domain that does not exist yet."""

    is_private = forms.BooleanField(
        label="Private", required=False, help_text="Nobody sees it and its assets but those you admit."
    )


class PlacementForm(Form):
    """Which domain something belongs to. `follows` names that of the schema, to be offered."""

    domain = forms.ChoiceField()

    def __init__(self, *args: Any, person: Person, follows: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(NO_DOMAIN, "No domain")]
        if follows:
            choices.insert(0, (AS_SCHEMA, f"As its schema: {follows}"))
        self.domains = {str(domain.pk): domain for domain in visible_domains(person)}
        choices += [(key, domain.name) for key, domain in self.domains.items()]
        self.fields["domain"] = forms.ChoiceField(choices=choices)

    @property
    def chosen(self) -> Domain | None:
        """Return the chosen domain."""
        return self.domains.get(self.cleaned_data["domain"])

    @property
    def as_schema(self) -> bool:
        """Whether the asset shall follow its schema."""
        return bool(self.cleaned_data["domain"] == AS_SCHEMA)
