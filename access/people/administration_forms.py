"""Forms of the administration of people and teams."""

from django import forms
from django.contrib.auth.models import Group

from access.people.models import User
from access.people.queries import NO_ROLE, PeopleFilter
from access.people.roles import Role
from portal.kit.forms import Form

ROLE_CHOICES = [(role.value, f"{role.label}: {role.purpose}") for role in Role]


class PeopleFilterForm(Form):
    """What narrows the list of people; what makes no sense is left out."""

    q = forms.CharField(label="Name, address or job title", required=False, max_length=100)
    role = forms.ChoiceField(
        required=False, choices=[("", "Any role"), *[(role.value, role.label) for role in Role], (NO_ROLE, "No role")]
    )
    team = forms.ModelChoiceField(Group.objects.order_by("name"), required=False, empty_label="Any team")
    state = forms.ChoiceField(
        label="Account", required=False, choices=[("", "Open and closed"), ("active", "Open"), ("closed", "Closed")]
    )

    @property
    def wanted(self) -> PeopleFilter:
        """Return the filter."""
        self.is_valid()
        given = self.cleaned_data
        team = given.get("team")
        return PeopleFilter(
            text=given.get("q", ""),
            role=given.get("role", ""),
            team=team.pk if team else None,
            state=given.get("state", ""),
        )


class DetailsForm(Form):
    """Who somebody is. The action tells a taken address, at its field."""

    name = forms.CharField(max_length=150)
    email = forms.EmailField(label="E-mail address", max_length=254)
    job_title = forms.CharField(max_length=150, required=False)


class RolesForm(Form):
    """The roles of a person."""

    roles = forms.MultipleChoiceField(choices=ROLE_CHOICES, required=False, widget=forms.CheckboxSelectMultiple)


class TeamsForm(Form):
    """The teams of a person."""

    teams = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple
    )


class InviteForm(DetailsForm):
    """A new person with first roles."""

    roles = forms.MultipleChoiceField(
        choices=ROLE_CHOICES, required=False, widget=forms.CheckboxSelectMultiple, initial=[Role.ANALYST]
    )


class TeamForm(Form):
    """The name of a team."""

    name = forms.CharField(max_length=150)


class MemberForm(Form):
    """Somebody to put into a team, by e-mail address."""

    member = forms.CharField(label="E-mail address", max_length=254, help_text="Begin to type a name or an address.")

    def clean_member(self) -> User:
        """Return the person with an open account."""
        address = str(self.cleaned_data["member"]).strip().lower()
        person = User.objects.filter(email=address, is_active=True).first()
        if person is None:
            raise forms.ValidationError("Nobody with an open account has this e-mail address.")
        return person
