"""Dead letters over the API, under the same rules as the pages."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from portal.kit.api import Needs, Route
from portal.kit.dead_letters import actions, queries
from portal.kit.dead_letters.policies import MANAGE, SEE_TRACES
from portal.kit.models import DeadLetter
from portal.kit.people import signed_in

_PARAMETERS = [
    OpenApiParameter("state", str, enum=DeadLetter.State.values),
    OpenApiParameter("topic", str, description="A kind of work, such as harvest.run."),
    OpenApiParameter("error", str, description="An error's code."),
    OpenApiParameter("text", str, description="In the subject or the error's words."),
]


class LetterSerializer(serializers.ModelSerializer[DeadLetter]):
    """Failed work; the trace only for those who may see the system."""

    class Meta:
        model = DeadLetter
        fields = (
            "id", "topic", "subject", "key", "payload", "original_payload", "error_code", "error_message", "trace",
            "attempts", "first_failed_at", "last_failed_at", "state", "decided_by", "decided_at", "reason",
        )  # fmt: skip

    def to_representation(self, instance: DeadLetter) -> dict[str, Any]:
        """Leave the trace out for others."""
        shown = super().to_representation(instance)
        if not signed_in(self.context["request"]).has_perm(SEE_TRACES):
            shown.pop("trace")
        return shown


class ReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=500)


class EditSerializer(ReasonSerializer):
    """What a replay shall do, and why."""

    payload = serializers.DictField()


class ManySerializer(ReasonSerializer):
    """Which open letters to decide on, and why; topic or error is needed."""

    topic = serializers.CharField(required=False, default="")
    error = serializers.CharField(required=False, default="")
    text = serializers.CharField(required=False, default="")


class TallySerializer(serializers.Serializer[Any]):
    """What became of many."""

    done = serializers.IntegerField()
    left = serializers.IntegerField()
    refused = serializers.ListField(child=serializers.DictField())


Decide = Callable[..., None]
DecideOnAll = Callable[..., actions.Tally]


@extend_schema_view(list=extend_schema(parameters=_PARAMETERS))
class LetterViewSet(ReadOnlyModelViewSet[DeadLetter]):
    """Failed work: list, read, edit, replay, discard, reopen."""

    queryset = DeadLetter.objects.none()
    serializer_class = LetterSerializer
    permission_classes = [IsAuthenticated, Needs]
    permission_needed = MANAGE
    filter_backends = ()

    def get_queryset(self) -> QuerySet[DeadLetter]:
        """Return the letters that the address asks for."""
        asked = {name: self.request.query_params.get(name, "") for name in ("state", "topic", "error", "text")}
        return queries.letters(signed_in(self.request), queries.Wanted(**asked))

    @extend_schema(request=ReasonSerializer, responses=LetterSerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str) -> Response:
        """Send the work again."""
        return self._decided(request, actions.replay)

    @extend_schema(request=ReasonSerializer, responses=LetterSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Lay the work aside."""
        return self._decided(request, actions.discard)

    @extend_schema(request=ReasonSerializer, responses=LetterSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Take discarded work up again."""
        return self._decided(request, actions.reopen)

    @extend_schema(request=EditSerializer, responses=LetterSerializer)
    @action(detail=True, methods=["post"])
    def edit(self, request: Request, pk: str) -> Response:
        """Change what a replay will do."""
        asked = _asked(EditSerializer, request)
        actions.edit(self.get_object(), by=signed_in(request), **asked)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=ManySerializer, responses=TallySerializer, operation_id="dead_letters_replay_all")
    @action(detail=False, methods=["post"], url_path="replay")
    def replay_all(self, request: Request) -> Response:
        """Send all open work of a kind or error again."""
        return self._all_decided(request, actions.replay_all)

    @extend_schema(request=ManySerializer, responses=TallySerializer, operation_id="dead_letters_discard_all")
    @action(detail=False, methods=["post"], url_path="discard")
    def discard_all(self, request: Request) -> Response:
        """Lay all open work of a kind or error aside."""
        return self._all_decided(request, actions.discard_all)

    def _decided(self, request: Request, decide: Decide) -> Response:
        decide(self.get_object(), by=signed_in(request), **_asked(ReasonSerializer, request))
        return Response(self.get_serializer(self.get_object()).data)

    def _all_decided(self, request: Request, decide: DecideOnAll) -> Response:
        asked = _asked(ManySerializer, request)
        reason = asked.pop("reason")
        tally = decide(queries.Wanted(**asked), by=signed_in(request), reason=reason)
        refused = [{"id": letter.pk, "subject": letter.subject, "detail": why} for letter, why in tally.refused]
        return Response({"done": tally.done, "left": tally.left, "refused": refused})


def _asked(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    asked = kind(data=request.data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


ROUTES: list[Route] = [("dead-letters", LetterViewSet, "dead-letter")]
