"""The caller over the API."""

from typing import Any

from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from access.people.models import User
from access.people.roles import permissions_of
from portal.kit.people import signed_in


class MeSerializer(serializers.ModelSerializer[User]):
    """The caller."""

    teams = serializers.SerializerMethodField()
    permissions = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ("id", "name", "email", "job_title", "time_zone", "roles", "teams", "permissions")

    def get_teams(self, person: User) -> list[str]:
        """Return the names of the teams."""
        return [team.name for team in person.groups.order_by("name")]

    def get_permissions(self, person: User) -> list[str]:
        """Return the permissions by role."""
        return sorted(permissions_of(person.roles))


_one: Any = forced_singular_serializer  # the package's signature is not annotated


class MeViewSet(ViewSet):
    """Who the caller is."""

    @extend_schema(responses=_one(MeSerializer))
    def list(self, request: Request) -> Response:
        """Return the caller with roles, teams and permissions."""
        return Response(MeSerializer(User.objects.get(pk=signed_in(request).pk)).data)
