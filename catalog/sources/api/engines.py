"""The engines over the API: what each asks for."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from catalog.sources.engines import all_engines


class OptionSerializer(serializers.Serializer[Any]):
    """A fact of its own that an engine needs."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field's name
    help_text = serializers.CharField()  # type: ignore[assignment]  # a field's name
    required = serializers.BooleanField()  # type: ignore[assignment]  # a field's name
    choices = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), help_text="Pairs of value and label."
    )
    default = serializers.CharField()


class EngineSerializer(serializers.Serializer[Any]):
    """An engine: the facts of an address that it uses, and its options."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field's name
    family = serializers.CharField(source="family.value")
    address = serializers.ListField(child=serializers.CharField())
    may_be_empty = serializers.ListField(child=serializers.CharField())
    labels = serializers.DictField(child=serializers.CharField())
    options = OptionSerializer(many=True)
    port = serializers.IntegerField(allow_null=True)
    proven = serializers.CharField(help_text="Real servers that the tests harvest; empty: by dialect, not proven.")
    missing_modules = serializers.ListField(child=serializers.CharField())
    installation = serializers.CharField(help_text="How its driver is installed.")


class EngineViewSet(ViewSet):
    """What a source can run on."""

    permission_classes = (permissions.IsAuthenticated,)

    @extend_schema(responses=EngineSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List all engines, family by family."""
        return Response(EngineSerializer(all_engines(), many=True).data)
