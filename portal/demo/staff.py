"""Plants the people and teams of the demo."""

from django.contrib.auth.models import Group

from access.people.actions import administration, signing_in, teams
from access.people.models import User
from access.people.roles import Role
from portal.demo import company
from portal.demo.company import MEMBERS, Member


def hire(password: str) -> dict[str, User]:
    """Return the members by key; those who are missing are invited, given the password and put into their team."""
    admin = _administrator(password)
    hired = {member.key: _member(member, password, admin) for member in MEMBERS}
    for member in MEMBERS:
        if member.team:
            team = Group.objects.filter(name=member.team).first() or teams.create(by=admin, name=member.team)
            teams.add(team, hired[member.key], by=admin)
    return hired


def _administrator(password: str) -> User:
    """The founder of an empty portal; in one with people, an administrator beside them."""
    member = next(member for member in MEMBERS if member.key == company.ADMINISTRATOR)
    if not User.objects.exists():
        return signing_in.found(name=member.name, email=member.email, password=password)
    known = User.objects.filter(email=member.email).first()
    return known or User.objects.create_user(
        member.email, password, name=member.name, job_title=member.job_title, roles=[Role.ADMINISTRATOR]
    )


def _member(member: Member, password: str, admin: User) -> User:
    person = User.objects.filter(email=member.email).first()
    if person is None:
        person = administration.invite(by=admin, name=member.name, email=member.email, roles=member.roles)
        signing_in.set_first_password(by=person, password=password)
    signing_in.change_profile(by=person, job_title=member.job_title)
    return person
