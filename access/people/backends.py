"""Who somebody is, by password, and what their roles allow, for Django's `has_perm`."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from access.people.models import User
from access.people.roles import permissions_of


class RoleBackend(ModelBackend):
    """Checks passwords as Django does; permissions come from roles alone and cost no query.

    Single objects are guardian's matter: for them this backend allows nothing.
    """

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Return whether a role of an active person allows it."""
        return perm in self.get_all_permissions(user_obj, obj)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return all permissions by role."""
        if obj is not None or not isinstance(user_obj, User) or not user_obj.is_active:
            return set()
        return set(permissions_of(user_obj.roles))

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Return whether a role allows anything in a room."""
        return any(perm.startswith(f"{app_label}.") for perm in self.get_all_permissions(user_obj))
