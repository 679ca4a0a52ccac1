"""Teams over the API."""

from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import permissions, serializers
from rest_framework.viewsets import ModelViewSet

from access.people import queries
from access.people.actions import teams
from access.people.api.access import Manages
from portal.kit.people import signed_in


class TeamSerializer(serializers.ModelSerializer[Group]):
    """A team and how many open accounts are in it."""

    members = serializers.IntegerField(read_only=True)

    class Meta:
        model = Group
        fields = ("id", "name", "members")
        extra_kwargs: ClassVar[dict[str, Any]] = {"name": {"validators": []}}  # the action tells a taken name


@extend_schema_view(
    list=extend_schema(description="List teams, for administrators."),
    retrieve=extend_schema(description="Read one team."),
    create=extend_schema(description="Make a team. People are put into it by changing their `teams`."),
    partial_update=extend_schema(description="Rename a team."),
    destroy=extend_schema(description="Delete a team with what was granted to it; its people stay."),
)
class TeamViewSet(ModelViewSet[Group]):
    """Teams, for administrators."""

    permission_classes = [permissions.IsAuthenticated, Manages]
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    serializer_class = TeamSerializer
    queryset = Group.objects.none()

    def get_queryset(self) -> QuerySet[Group]:
        """Return all teams."""
        return queries.teams()

    def perform_create(self, serializer: serializers.BaseSerializer[Group]) -> None:
        """Make a team."""
        serializer.instance = teams.create(by=signed_in(self.request), name=serializer.validated_data["name"])

    def perform_update(self, serializer: serializers.BaseSerializer[Group]) -> None:
        """Rename a team."""
        stored = self.get_object()
        name = serializer.validated_data.get("name", stored.name)
        teams.rename(stored, by=signed_in(self.request), name=name)
        serializer.instance = self.get_object()

    def perform_destroy(self, instance: Group) -> None:
        """Delete a team with what was granted to it."""
        teams.delete(instance, by=signed_in(self.request))
