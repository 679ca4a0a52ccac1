"""Sources over the API, under the same rules as the pages."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, permissions, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.sources import actions, queries
from catalog.sources.models import Source
from catalog.sources.policies import may_manage
from portal.kit.api import Route
from portal.kit.people import signed_in
from portal.kit.policies import require

_FOR_MANAGERS = (*actions.ADDRESS, "left_out_schemas")


class ManagesUnlessReading(permissions.BasePermission):
    """Refuse to write, before anything is read, with the policy's reason."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Return whether the method only reads, or the person manages sources; raise NotAllowed otherwise."""
        if request.method not in permissions.SAFE_METHODS:
            require(may_manage(signed_in(request)))
        return True


class SourceSerializer(serializers.ModelSerializer[Source]):
    """A source. How it is reached is shown to those who manage it; the password to nobody."""

    password = serializers.CharField(write_only=True, required=False, trim_whitespace=False)
    untested = serializers.BooleanField(
        write_only=True, required=False, default=False, help_text="Store it even if the connection does not work."
    )

    class Meta:
        model = Source
        fields = (
            "id", "name", "slug", "engine", "description", "host", "port", "database", "username", "password", "tls",
            "left_out_schemas", "is_private", "is_enabled", "harvest_every_minutes", "next_harvest_at", "untested",
        )  # fmt: skip
        read_only_fields = ("slug", "engine", "next_harvest_at")

    def to_representation(self, instance: Source) -> dict[str, Any]:
        """Leave out how the source is reached unless the person manages sources."""
        shown = super().to_representation(instance)
        if not may_manage(signed_in(self.context["request"])):
            for name in _FOR_MANAGERS:
                shown.pop(name, None)
        return shown

    def create(self, validated_data: dict[str, Any]) -> Source:
        """Store a source after its connection was tested."""
        return actions.create(by=signed_in(self.context["request"]), **{"password": ""} | validated_data)

    def update(self, instance: Source, validated_data: dict[str, Any]) -> Source:
        """Change what is given; a password that is left out stays."""
        by = signed_in(self.context["request"])
        is_private = validated_data.pop("is_private", instance.is_private)
        minutes = validated_data.pop("harvest_every_minutes", instance.harvest_every_minutes)
        actions.change(instance, by=by, **validated_data)
        actions.schedule(instance, by=by, harvest_every_minutes=minutes)
        actions.set_privacy(instance, by=by, is_private=is_private)
        instance.refresh_from_db()
        return instance


class StepSerializer(serializers.Serializer[Any]):
    """A step of a test."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field's name, not the serializer's label
    state = serializers.ChoiceField(choices=["done", "problem", "todo"])
    text = serializers.CharField()


class ReportSerializer(serializers.Serializer[Any]):
    """What a test of the connection found."""

    ok = serializers.BooleanField()
    code = serializers.CharField(source="error.code", default=None)
    detail = serializers.CharField(source="error.message", default=None)
    field = serializers.CharField(source="error.field", default=None)
    steps = StepSerializer(many=True)
    server = serializers.CharField(source="findings.server", default=None)
    tls = serializers.CharField(source="findings.tls", default=None)
    schemas = serializers.IntegerField(source="findings.schemas", default=None)
    tables = serializers.IntegerField(source="findings.tables", default=None)
    missing_rights = serializers.ListField(
        child=serializers.CharField(), source="findings.missing_rights", default=list
    )
    notes = serializers.ListField(child=serializers.CharField(), source="findings.notes", default=list)


class SourceViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    GenericViewSet[Source],
):
    """Sources that the caller may know of."""

    permission_classes = [permissions.IsAuthenticated, ManagesUnlessReading]
    queryset = Source.objects.none()
    serializer_class = SourceSerializer

    def get_queryset(self) -> QuerySet[Source]:
        """Return the sources that the caller may know of."""
        if getattr(self, "swagger_fake_view", False):
            return Source.objects.none()
        return queries.visible_sources(signed_in(self.request))

    @extend_schema(parameters=[OpenApiParameter("confirmation", str, required=True, description="The source's name.")])
    def destroy(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Delete a source with all that was harvested from it."""
        confirmation = request.query_params.get("confirmation", "")
        actions.delete(self.get_object(), by=signed_in(request), confirmation=confirmation)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=ReportSerializer)
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str = "") -> Response:
        """Test the stored connection."""
        report = actions.test_connection(self.get_object(), by=signed_in(request))
        return Response(ReportSerializer(report).data)


ROUTES: list[Route] = [("sources", SourceViewSet, "source")]
