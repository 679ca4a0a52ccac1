"""People over the API, for administrators."""

from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, permissions, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from access.people import queries
from access.people.actions import administration
from access.people.administration_forms import PeopleFilterForm
from access.people.api.access import Manages
from access.people.effective import abilities
from access.people.models import User
from access.people.roles import Role
from portal.kit.api import SensitiveThrottle
from portal.kit.people import signed_in


class AbilitySerializer(serializers.Serializer[Any]):
    """Something the person may do everywhere, and the roles that allow it."""

    permission = serializers.CharField()
    sentence = serializers.CharField()
    origins = serializers.ListField(child=serializers.CharField())


class PersonSerializer(serializers.ModelSerializer[User]):
    """A person as administrators see them. Roles and teams are replaced as a whole."""

    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices), required=False)
    teams = serializers.PrimaryKeyRelatedField(
        source="groups", queryset=Group.objects.order_by("pk"), many=True, required=False
    )

    class Meta:
        model = User
        fields = ("id", "name", "email", "job_title", "roles", "teams", "is_active", "date_joined", "last_login")
        read_only_fields = ("is_active", "date_joined", "last_login")
        extra_kwargs: ClassVar[dict[str, Any]] = {"email": {"validators": []}}  # the action tells a known address

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> User:
        """Add a person without a password."""
        by = signed_in(self.context["request"])
        joined = validated_data.pop("groups", [])
        person = administration.invite(by=by, **validated_data)
        administration.set_teams(person, by=by, teams=joined)
        return person

    @transaction.atomic
    def update(self, instance: User, validated_data: dict[str, Any]) -> User:
        """Change what is given."""
        by = signed_in(self.context["request"])
        if "roles" in validated_data:
            administration.set_roles(instance, by=by, roles=validated_data.pop("roles"))
        if "groups" in validated_data:
            administration.set_teams(instance, by=by, teams=validated_data.pop("groups"))
        known = {name: getattr(instance, name) for name in ("name", "email", "job_title")}
        administration.correct(instance, by=by, **known | validated_data)
        return queries.people(queries.PeopleFilter()).get(pk=instance.pk)


class ClosingSerializer(serializers.Serializer[Any]):
    """Why an account is closed."""

    reason = serializers.CharField(
        max_length=1000, required=False, allow_blank=True, default="", help_text="For the audit log."
    )


class LinkSerializer(serializers.Serializer[Any]):
    """A one-time link."""

    url = serializers.URLField()


@extend_schema_view(
    list=extend_schema(
        description="List people, for administrators.",
        parameters=[
            OpenApiParameter("q", str, description="Words of the name, the address or the job title."),
            OpenApiParameter("role", str, enum=[*Role.values, queries.NO_ROLE]),
            OpenApiParameter("team", int),
            OpenApiParameter("state", str, enum=["active", "closed"]),
        ],
    ),
    retrieve=extend_schema(description="Read one person."),
    create=extend_schema(description="Add a person without a password; then make them a link."),
    partial_update=extend_schema(description="Change what is given. Roles and teams are replaced as a whole."),
)
class PersonViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    GenericViewSet[User],
):
    """People, for administrators."""

    permission_classes = [permissions.IsAuthenticated, Manages]
    http_method_names = ["get", "post", "patch", "head", "options"]
    serializer_class = PersonSerializer
    queryset = User.objects.none()

    def get_queryset(self) -> QuerySet[User]:
        """Return the people that the parameters ask for."""
        return queries.people(PeopleFilterForm(self.request.query_params).wanted)

    @extend_schema(request=None, responses=AbilitySerializer(many=True))
    @action(detail=True, pagination_class=None)
    def abilities(self, request: Request, pk: str = "") -> Response:
        """Tell what the person may do everywhere, and by which roles."""
        return Response(AbilitySerializer(abilities(self.get_object()), many=True).data)

    @extend_schema(request=None, responses=LinkSerializer)
    @action(detail=True, methods=["post"], throttle_classes=[SensitiveThrottle])
    def link(self, request: Request, pk: str = "") -> Response:
        """Make a one-time link by which the person sets a password."""
        path = administration.make_link(self.get_object(), by=signed_in(request))
        return Response({"url": request.build_absolute_uri(path)})

    @extend_schema(request=ClosingSerializer, responses=PersonSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str = "") -> Response:
        """Close the account; sessions and tokens end at once."""
        given = ClosingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        administration.deactivate(self.get_object(), by=signed_in(request), **given.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=PersonSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str = "") -> Response:
        """Open the account again."""
        administration.activate(self.get_object(), by=signed_in(request))
        return Response(self.get_serializer(self.get_object()).data)
