"""The forms of sources. They hold input and show errors; actions decide and store."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS

from catalog.sources import requirements
from catalog.sources.engines import Option, engine_of
from catalog.sources.engines.registry import ADDRESS
from catalog.sources.models import Source
from portal.kit.errors import DomainError
from portal.kit.forms import Form, ModelForm

SCHEDULES = [
    ("", "By hand only"),
    (60, "Every hour"),
    (360, "Every 6 hours"),
    (1440, "Every day"),
    (10080, "Every week"),
]
_STORED = "Leave empty to keep the stored one. It is never shown."


class SourceForm(ModelForm):
    """Where a source is and how it is read: the fields of its engine. The password is never shown again."""

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
            "secret_reference",
            "secret_expires_on",
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
            "secret_reference": "Or where the password is kept",
            "secret_expires_on": "Last day of the password",
            "left_out_schemas": "Schemas to leave out",
            "is_enabled": "Harvesting is on",
            "is_private": "Private",
        }
        help_texts = {
            "host": "A name or an address that the portal can reach.",
            "database": "",
            "username": "A user that may only read.",
            "secret_reference": "env:NAME or file:/PATH; then no password is stored here.",
            "secret_expires_on": "You are warned 30 days ahead.",
            "tls": "“Required, certificate checked” is the only choice that rules out a listener in between.",
            "left_out_schemas": "One pattern a line, such as tmp_*.",
            "is_private": "Only people and teams who were granted this source see what is in it.",
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 2}),
            "left_out_schemas": forms.Textarea(attrs={"rows": 2}),
            "secret_expires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.engine = engine_of(self.instance)
        self.fields["is_private"].required = False
        self._fit_address()
        for option in self.engine.options:
            self.fields[_field_of(option.name)] = _option_field(option, self.instance.options.get(option.name, ""))
        if self.instance.pk:
            del self.fields["harvest_every_minutes"]  # has a page of its own

    @property
    def address(self) -> list[forms.BoundField]:
        """Return the fields that say where the source is, in the order of a form."""
        names = [name for name in ADDRESS if name in self.fields]
        options = [_field_of(option.name) for option in self.engine.options]
        end = names.index("username") if "username" in names else len(names)
        secrets = [name for name in ("secret_reference", "secret_expires_on") if name in self.fields]
        rest = [name for name in names[end:] if name != "tls"]
        tls = ["tls"] if "tls" in names else []
        return [self[name] for name in [*names[:end], *options, *rest, *secrets, *tls] if name in self.fields]

    @property
    def facts(self) -> dict[str, Any]:
        """Return what an action takes."""
        values = {name: value for name, value in self.cleaned_data.items() if not name.startswith("option_")}
        options = {option.name: self.cleaned_data.get(_field_of(option.name), "") for option in self.engine.options}
        return {"password": "", **values, "options": requirements.tidy_options(options)}

    def refuse(self, error: DomainError) -> None:
        """Show an option's error at its field."""
        if error.field and error.field.startswith("options."):
            error.field = _field_of(error.field.removeprefix("options."))
        super().refuse(error)

    def add_error(self, field: str | None, error: Any) -> None:
        """Tell at the name what the model says of the whole: its one constraint is that names differ."""
        errors: dict[str, Any] = getattr(error, "error_dict", {})
        if NON_FIELD_ERRORS in errors:
            errors["name"] = errors.pop(NON_FIELD_ERRORS)
        super().add_error(field, error)

    def _fit_address(self) -> None:
        """Keep what the engine uses, in its words; ask for what it needs."""
        uses_password = "password" in self.engine.address
        refers = uses_password and bool(getattr(settings, "SECRET_REFERENCES", ()))
        for name in ADDRESS:
            if name not in self.engine.address:
                del self.fields[name]
                continue
            field = self.fields[name]
            field.label = self.engine.labels.get(name) or field.label
            field.help_text = self.engine.helps.get(name) or field.help_text
            field.required = self.engine.asks_for(name)
        if not refers:
            del self.fields["secret_reference"]
        if not uses_password:
            del self.fields["secret_expires_on"]
        elif self.instance.pk or refers:
            self.fields["password"].required = False
        if uses_password and self.instance.password_encrypted:
            self.fields["password"].help_text = _STORED


class ScheduleForm(ModelForm):
    """When a source is harvested."""

    BY_HAND, INTERVAL, CRON = "hand", "interval", "cron"
    UNITS = ((1, "minutes"), (60, "hours"), (1440, "days"), (10080, "weeks"))

    how = forms.ChoiceField(
        label="Harvest",
        choices=[(BY_HAND, "By hand only"), (INTERVAL, "Every so often"), (CRON, "At times of a cron line")],
        widget=forms.RadioSelect,
    )
    number = forms.IntegerField(label="Every", min_value=1, max_value=10_000, required=False)
    unit = forms.TypedChoiceField(label="Unit", choices=UNITS, coerce=int, required=False)

    class Meta:
        model = Source
        fields = ("how", "number", "unit", "harvest_cron", "harvest_time_zone", "harvest_calendar", "holidays_of")
        labels = {
            "harvest_cron": "Cron line",
            "harvest_time_zone": "Time zone",
            "harvest_calendar": "On which days",
            "holidays_of": "Public holidays of",
        }
        help_texts = {
            "harvest_cron": "Minute, hour, day of the month, month, day of the week: 30 2 * * 1-5 is half past two "
            "from Monday to Friday.",
            "harvest_time_zone": "A name such as Europe/Berlin.",
            "holidays_of": "Country, or country and region: DE, DE-BY.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        minutes = self.instance.harvest_every_minutes
        size = next((size for size, _ in reversed(self.UNITS) if minutes and minutes % size == 0), 60)
        self.initial = {
            **self.initial,
            "how": self.INTERVAL if minutes else self.CRON if self.instance.harvest_cron else self.BY_HAND,
            "number": minutes // size if minutes else None,
            "unit": size,
        }
        self.fields["harvest_time_zone"].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way needs."""
        values = cast("dict[str, Any]", super().clean())
        if values.get("how") == self.INTERVAL and not values.get("number") and "number" not in self.errors:
            self.add_error("number", "Enter a number.")
        if values.get("how") == self.CRON and not values.get("harvest_cron"):
            self.add_error("harvest_cron", "Enter a cron line.")
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """Return what `actions.schedule` takes."""
        values = self.cleaned_data
        how = values["how"]
        return {
            "harvest_every_minutes": values["number"] * (values["unit"] or 60) if how == self.INTERVAL else None,
            "harvest_cron": values["harvest_cron"] if how == self.CRON else "",
            **{name: values[name] for name in ("harvest_time_zone", "harvest_calendar", "holidays_of")},
        }

    def refuse(self, error: DomainError) -> None:
        """Show an interval's error at its number."""
        if error.field == "harvest_every_minutes":
            error.field = "number"
        super().refuse(error)


class LimitsForm(ModelForm):
    """Within which limits a source is harvested."""

    class Meta:
        model = Source
        fields = (
            "removal_limit_percent",
            "needs_review",
            "keep_gone_days",
            "priority",
            "concurrency",
            "statement_timeout_seconds",
        )
        labels = {
            "removal_limit_percent": "Hold a run that would remove more than (percent)",
            "needs_review": "Hold the next run whatever it holds",
            "keep_gone_days": "Keep what is gone for (days)",
            "concurrency": "Sessions at once",
            "statement_timeout_seconds": "Longest statement (seconds)",
        }
        help_texts = {
            "removal_limit_percent": "Of all assets of the source. It waits until somebody approves it; 100: never.",
            "needs_review": "Somebody looks at its changes and approves or rejects them.",
            "keep_gone_days": "Then it is deleted with all that people wrote about it. Empty: it is kept for ever.",
            "priority": "Waiting harvests of high priority go first.",
            "concurrency": "1 to 16. More is faster, and more load for the source.",
        }


class NextPasswordForm(Form):
    """The password that the server will take soon."""

    password = forms.CharField(
        label="Next password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    expires_on = forms.DateField(
        label="Its last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="You are warned 30 days ahead.",
    )


class DeletionForm(Form):
    """The name, typed again."""

    confirmation = forms.CharField(label="Name of the source", widget=forms.TextInput(attrs={"autocomplete": "off"}))


def _field_of(option: str) -> str:
    return f"option_{option}"


def _option_field(option: Option, value: str) -> forms.Field:
    facts: dict[str, Any] = {
        "label": option.label,
        "help_text": option.help_text,
        "required": option.required,
        "initial": value,
    }
    if not option.choices:
        return forms.CharField(max_length=requirements.LONGEST_OPTION, **facts)
    empty = [] if option.required and value else [("", "Choose" if option.required else "Not said")]
    return forms.ChoiceField(choices=[*empty, *option.choices], **facts)
