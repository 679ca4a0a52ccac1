"""Forms of signing in and of one's own account."""

from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password

from access.people.models import User
from portal.kit.forms import Form, ModelForm, Styled

TOKEN_DAYS = [("30", "30 days"), ("90", "90 days"), ("365", "1 year"), ("", "Never")]


class SignInForm(Styled, AuthenticationForm):
    """E-mail address and password."""

    error_messages = {
        "invalid_login": "E-mail address and password don't match an account. Check both and try again.",
        "inactive": "This account is closed. Ask an administrator.",
    }

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["username"].widget = forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
        self.fields["username"].label = "E-mail address"

    def clean_username(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["username"]).strip().lower()


class WelcomeForm(Form):
    """The first administrator."""

    name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        help_text=" ".join(password_validators_help_texts()),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, object]:
        """Hold the password against the policy, with the name and address in mind."""
        facts = super().clean() or {}
        if "password" in facts:
            person = User(name=facts.get("name", ""), email=facts.get("email", ""))
            try:
                validate_password(facts["password"], person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return facts


class ProfileForm(ModelForm):
    """What a person says of themselves."""

    time_zone = forms.CharField(
        max_length=60,
        help_text="Such as Europe/Berlin. Times are shown in it.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = User
        fields = ("name", "job_title", "time_zone", "single_key_shortcuts")
        labels = {"single_key_shortcuts": "Keyboard shortcuts of a single letter"}
        help_texts = {"single_key_shortcuts": "Switch them off if you speak to your computer or type with a switch."}

    def clean_time_zone(self) -> str:
        """Accept a zone as the time zone database writes it, in any case."""
        wanted = str(self.cleaned_data["time_zone"]).strip().replace(" ", "_")
        zone = {name.casefold(): name for name in available_timezones()}.get(wanted.casefold())
        if zone is None:
            raise forms.ValidationError("There is no such time zone. Choose one of those suggested while you type.")
        return zone


class NewPasswordForm(Styled, PasswordChangeForm):
    """The old password and the new one twice."""


class FirstPasswordForm(Styled, SetPasswordForm):  # type: ignore[type-arg]  # not subscriptable while running
    """A new password twice, by a one-time link."""


class TokenForm(Form):
    """A new API token."""

    name = forms.CharField(max_length=80, help_text="What uses it, such as “nightly export”.")
    days = forms.ChoiceField(label="Ends after", choices=TOKEN_DAYS, required=False, initial="90")

    def clean_days(self) -> int | None:
        """Return the number of days, or None for a token that does not end."""
        days = str(self.cleaned_data["days"])
        return int(days) if days else None
