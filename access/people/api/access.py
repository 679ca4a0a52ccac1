"""Who gets past the door of the administration."""

from rest_framework import permissions
from rest_framework.request import Request

from access.people.policies import may_manage
from portal.kit.people import signed_in
from portal.kit.policies import require


class Manages(permissions.BasePermission):
    """Refuse, before anything is read, people who don't manage people; the answer says why."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Return True; raise NotAllowed otherwise."""
        require(may_manage(signed_in(request)))
        return True
