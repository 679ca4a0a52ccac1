"""Roles as sets of permissions. A permission is a verb on a room's noun; who holds it is decided here alone."""

from django.db import models


class Role(models.TextChoices):
    """What a person does here."""

    ANALYST = "analyst", "Analyst"
    STEWARD = "steward", "Steward"
    OFFICER = "officer", "Compliance officer"
    ENGINEER = "engineer", "Engineer"
    ADMINISTRATOR = "administrator", "Administrator"

    @property
    def purpose(self) -> str:
        """Say in a sentence what the role is for."""
        return _PURPOSES[self]


_PURPOSES = {
    Role.ANALYST: "Finds data, reads what it means and follows it.",
    Role.STEWARD: "Describes, certifies and assigns the data of the business.",
    Role.OFFICER: "Sees everything, private things too, and reads and exports the audit log.",
    Role.ENGINEER: "Connects sources and runs harvests.",
    Role.ADMINISTRATOR: "Manages people, teams and domains, and may do what all other roles may.",
}

_ANALYST = frozenset({"assets.browse_catalog"})
_STEWARD = _ANALYST | {
    "assets.edit_description",
    "assets.edit_ownership",
    "assets.certify_asset",
    "assets.classify_asset",
    "search.edit_dictionary",
    "search.view_analytics",
    "harvest.view_runs",
    "harvest.review_changes",
}
_OFFICER = _ANALYST | {
    "assets.view_everything",
    "audit.view_log",
    "audit.export_log",
    "assets.classify_asset",
    "harvest.view_runs",
}
_ENGINEER = _ANALYST | {
    "sources.manage_source",
    "harvest.view_runs",
    "harvest.run_harvest",
    "harvest.review_changes",
    "kit.manage_dead_letters",
    "kit.view_system",
    "search.manage_index",
}
_ADMINISTRATOR = (
    _STEWARD
    | _OFFICER
    | _ENGINEER
    | {
        "assets.manage_domain",
        "people.manage_people",
        "kit.view_gallery",
        "search.tune_ranking",
    }
)

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.ANALYST: _ANALYST,
    Role.STEWARD: _STEWARD,
    Role.OFFICER: _OFFICER,
    Role.ENGINEER: _ENGINEER,
    Role.ADMINISTRATOR: _ADMINISTRATOR,
}


def permissions_of(roles: list[str]) -> frozenset[str]:
    """Return the union of what the roles allow; an unknown role allows nothing."""
    return frozenset().union(*(PERMISSIONS.get(role, frozenset()) for role in roles))
