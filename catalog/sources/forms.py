"""The forms of sources. They hold input and show errors; actions decide and store."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from catalog.sources.models import Source
from portal.kit.forms import Form, ModelForm

SCHEDULES = [
    ("", "By hand only"),
    (60, "Every hour"),
    (360, "Every 6 hours"),
    (1440, "Every day"),
    (10080, "Every week"),
]


class SourceForm(ModelForm):
    """Where a source is and how it is read. The password is never shown again."""

    password = forms.CharField(
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    harvest_every_minutes = forms.TypedChoiceField(
        label="Harvest", choices=SCHEDULES, coerce=int, empty_value=None, required=False
    )
    untested = forms.BooleanField(
        label="Save without a working connection",
        required=False,
        help_text="For a server that is not up yet. Harvests fail until it answers.",
    )

    class Meta:
        model = Source
        fields = (
            "name",
            "description",
            "host",
            "port",
            "database",
            "username",
            "password",
            "tls",
            "left_out_schemas",
            "harvest_every_minutes",
            "is_enabled",
            "is_private",
            "untested",
        )
        labels = {
            "username": "User",
            "tls": "TLS",
            "left_out_schemas": "Schemas to leave out",
            "is_enabled": "Harvesting is on",
            "is_private": "Private",
        }
        help_texts = {
            "host": "A name or an address that the portal can reach.",
            "username": "A user that may only read. It needs CONNECT, and USAGE and SELECT for profiling.",
            "tls": "“Required, certificate checked” is the only choice that rules out a listener in between.",
            "left_out_schemas": "One pattern a line, such as tmp_*.",
            "is_private": "Only people and teams who were granted this source see what is in it.",
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 2}),
            "left_out_schemas": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_private"].required = False
        self._keep_odd_schedule()
        password = self.fields["password"]
        is_stored = bool(self.instance.pk)
        password.required = not is_stored
        if is_stored:
            password.help_text = "Leave empty to keep the stored one. It is never shown."

    def add_error(self, field: str | None, error: Any) -> None:
        """Tell at the name what the model says of the whole: its one constraint is that names differ."""
        errors: dict[str, Any] = getattr(error, "error_dict", {})
        if NON_FIELD_ERRORS in errors:
            errors["name"] = errors.pop(NON_FIELD_ERRORS)
        super().add_error(field, error)

    def _keep_odd_schedule(self) -> None:
        """Offer a schedule set through the API as it is."""
        minutes = self.instance.harvest_every_minutes
        field = self.fields["harvest_every_minutes"]
        if minutes and isinstance(field, forms.TypedChoiceField) and minutes not in dict(SCHEDULES):
            field.choices = [*SCHEDULES, (minutes, f"Every {minutes} minutes")]


class DeletionForm(Form):
    """The name, typed again."""

    confirmation = forms.CharField(label="Name of the source", widget=forms.TextInput(attrs={"autocomplete": "off"}))
