"""What each role may do, as documented; everybody's permissions come from here and from nowhere else."""

import pytest
from django.contrib.auth.models import Permission
from guardian.shortcuts import assign_perm

from access.people.models import User
from access.people.roles import PERMISSIONS, Role
from access.people.sentences import SENTENCES

_ALL, _NONE = "analyst steward officer engineer administrator", "administrator"
DOCUMENTED = {
    "assets.browse_catalog": _ALL,
    "assets.view_everything": "officer administrator",
    "assets.edit_description": "steward administrator",
    "assets.edit_ownership": "steward administrator",
    "assets.certify_asset": "steward administrator",
    "assets.classify_asset": "steward officer administrator",
    "search.edit_dictionary": "steward administrator",
    "search.view_analytics": "steward administrator",
    "search.tune_ranking": "administrator",
    "search.manage_index": "engineer administrator",
    "assets.manage_domain": _NONE,
    "sources.manage_source": "engineer administrator",
    "harvest.view_runs": "steward officer engineer administrator",
    "harvest.run_harvest": "engineer administrator",
    "harvest.review_changes": "steward engineer administrator",
    "audit.view_log": "officer administrator",
    "audit.export_log": "officer administrator",
    "people.manage_people": _NONE,
    "kit.view_gallery": _NONE,
    "kit.view_system": "engineer administrator",
    "kit.manage_dead_letters": "engineer administrator",
}


def test_roles_allow_what_is_documented_and_nothing_else() -> None:
    held = {name: " ".join(role for role in Role if name in PERMISSIONS[role]) for name in DOCUMENTED}
    assert held == DOCUMENTED
    assert frozenset().union(*PERMISSIONS.values()) == set(DOCUMENTED)


@pytest.mark.parametrize("role", list(Role))
def test_has_perm_follows_the_roles(role: Role, db: None) -> None:
    person = User.objects.create_user("somebody@example.com", None, name="Somebody", roles=[role])
    assert {name for name in DOCUMENTED if person.has_perm(name)} == PERMISSIONS[role]


def test_closed_account_unknown_role_and_no_role_allow_nothing(db: None) -> None:
    closed = User(email="a@example.com", roles=[Role.ADMINISTRATOR], is_active=False)
    unknown = User(email="b@example.com", roles=["superuser"])
    nobody = User(email="c@example.com", roles=[])
    assert [name for person in (closed, unknown, nobody) for name in DOCUMENTED if person.has_perm(name)] == []


def test_permissions_stored_in_the_database_allow_nothing(analyst: User) -> None:
    """Neither Django's own permission rows nor guardian's grants on single objects reach beyond the roles."""
    analyst.user_permissions.set(Permission.objects.all())
    assign_perm("people.change_user", analyst, analyst)
    fresh = User.objects.get(pk=analyst.pk)
    assert {name for name in DOCUMENTED if fresh.has_perm(name)} == PERMISSIONS[Role.ANALYST]


def test_every_permission_has_its_sentence_on_the_roles_page() -> None:
    assert {name for group in SENTENCES.values() for name in group} == set(DOCUMENTED)


def test_people_managers_may_see_what_they_hand_out() -> None:
    """The page of a person names private things they were admitted to."""
    managers = [role for role in Role if "people.manage_people" in PERMISSIONS[role]]
    assert all("assets.view_everything" in PERMISSIONS[role] for role in managers)


def test_nobody_is_almighty_beside_the_roles() -> None:
    assert "is_superuser" not in {field.name for field in User._meta.get_fields()}
