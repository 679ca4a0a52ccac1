"""The ledger over the API: read only."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.viewsets import ReadOnlyModelViewSet

from governance.audit import queries
from governance.audit.filters import LogFilter
from governance.audit.models import Event
from governance.audit.policies import VIEW
from governance.audit.presenters import plain_sentence
from portal.kit.api import Needs, Route
from portal.kit.paging import Pages

_PARAMETERS = [
    OpenApiParameter("text", str, description="In the object's name or the reason."),
    OpenApiParameter("person", str, description="In the actor's name."),
    OpenApiParameter("actor", int, description="The actor's id."),
    OpenApiParameter("verb", str, description="A verb such as source.created, or a room with a dot: source."),
    OpenApiParameter("object_type", str),
    OpenApiParameter("object_id", str),
    OpenApiParameter("request", str, description="The id of the request."),
    OpenApiParameter("since", OpenApiTypes.DATE),
    OpenApiParameter("until", OpenApiTypes.DATE),
]


class EventPages(Pages):
    """Newest first; the id tells entries of the same moment apart."""

    ordering = ("-occurred_at", "-id")  # type: ignore[assignment]  # the stubs know only one field


class EventSerializer(serializers.ModelSerializer[Event]):
    """An entry with its sentence."""

    sentence = serializers.SerializerMethodField()

    class Meta:
        model = Event
        fields = (
            "id", "seq", "occurred_at", "actor_id", "actor_name", "verb", "sentence", "object_type", "object_id",
            "object_name", "reason", "details", "channel", "address", "request_id",
        )  # fmt: skip

    def get_sentence(self, event: Event) -> str:
        """Say what was done."""
        return plain_sentence(event)


@extend_schema_view(list=extend_schema(parameters=_PARAMETERS))
class EventViewSet(ReadOnlyModelViewSet[Event]):
    """Entries of the audit log."""

    permission_classes = [IsAuthenticated, Needs]
    permission_needed = VIEW
    pagination_class = EventPages
    serializer_class = EventSerializer
    queryset = Event.objects.none()

    def get_queryset(self) -> QuerySet[Event]:
        """Return the entries that the parameters match; raise Invalid for a wrong parameter."""
        parameters: Any = self.request.query_params
        return queries.events(LogFilter(parameters).strict)


ROUTES: list[Route] = [("audit-events", EventViewSet, "audit-event")]
