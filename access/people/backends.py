"""Permissions by role, for Django's `has_perm`."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from access.people.models import User
from access.people.roles import permissions_of


class RoleBackend(BaseBackend):
    """Grants what a person's roles allow, for everything of a kind; single objects are guardian's matter."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Return whether a role of an active person allows it."""
        if obj is not None or not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        return perm in permissions_of(user_obj.roles)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return all permissions by role."""
        if obj is not None or not isinstance(user_obj, User) or not user_obj.is_active:
            return set()
        return set(permissions_of(user_obj.roles))
