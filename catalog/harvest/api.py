"""Harvest runs over the API, under the same rules as the pages."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, permissions, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.assets.models import SchemaChange
from catalog.harvest import actions, phases, queries, timeline
from catalog.harvest.changesets.api import ROUTES as CHANGE_SETS
from catalog.harvest.filters import RunFilter
from catalog.harvest.models import Run
from catalog.harvest.policies import may_look, may_run
from catalog.sources.models import Source
from catalog.sources.queries import visible_source
from portal.kit.api import Route
from portal.kit.errors import NotFound
from portal.kit.models import JobLine
from portal.kit.people import signed_in
from portal.kit.policies import require


class LooksOrRuns(permissions.BasePermission):
    """Refuse with the policy's reason, before anything is read."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Return True, or raise NotAllowed."""
        person = signed_in(request)
        require(may_look(person) if request.method in permissions.SAFE_METHODS else may_run(person))
        return True


class PhaseSerializer(serializers.Serializer[Any]):
    """A phase of a run."""

    name = serializers.CharField()
    began_at = serializers.DateTimeField()
    seconds = serializers.FloatField()


class PaceSerializer(serializers.Serializer[Any]):
    """How fast a run is; null where nothing can be said yet."""

    seconds = serializers.FloatField()
    relations_per_minute = serializers.IntegerField(allow_null=True)
    bytes_per_second = serializers.IntegerField(allow_null=True)
    seconds_left = serializers.FloatField(allow_null=True)


class SchemaSerializer(serializers.Serializer[Any]):
    """How a schema fared, with the numbers that the person may see."""

    name = serializers.CharField(source="result.schema_name")
    state = serializers.CharField(source="result.state")
    error_code = serializers.CharField(source="result.error_code")
    error_message = serializers.CharField(source="result.error_message")
    seconds = serializers.FloatField(source="result.seconds")
    added = serializers.IntegerField(source="tally.added")
    changed = serializers.IntegerField(source="tally.changed")
    removed = serializers.IntegerField(source="tally.removed")


class LineSerializer(serializers.ModelSerializer[JobLine]):
    """A line of a run's log."""

    class Meta:
        model = JobLine
        fields = ("id", "at", "level", "text")


class RunSerializer(serializers.ModelSerializer[Run]):
    """A run with the numbers that the person may see."""

    state = serializers.CharField(source="job.state", read_only=True)
    message = serializers.CharField(source="job.message", read_only=True)
    error_code = serializers.CharField(source="job.error_code", read_only=True)
    error_message = serializers.CharField(source="job.error_message", read_only=True)
    started_at = serializers.DateTimeField(source="job.started_at", read_only=True)
    finished_at = serializers.DateTimeField(source="job.finished_at", read_only=True)
    added = serializers.SerializerMethodField()
    changed = serializers.SerializerMethodField()
    removed = serializers.SerializerMethodField()

    tries = serializers.IntegerField(source="job.tries", read_only=True, help_text="Passing failures so far.")
    not_before = serializers.DateTimeField(
        source="job.not_before", read_only=True, help_text="When it is tried again, after a failure that may pass."
    )
    phases = serializers.SerializerMethodField()
    pace = serializers.SerializerMethodField(help_text="For those who run harvests; null for others.")

    class Meta:
        model = Run
        fields = (
            "id", "source", "kind", "trigger", "about", "state", "outcome", "phase", "phases", "pace", "message",
            "error_code", "error_message", "tries", "not_before", "started_at", "finished_at", "added", "changed",
            "removed",
        )  # fmt: skip
        read_only_fields = fields

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._tallies: dict[int, queries.Tally] = {}

    def _tally(self, run: Run) -> queries.Tally:
        """Count for all rows of an answer at once."""
        if run.pk not in self._tallies:
            rows = self.context["view"].shown or [run]
            self._tallies |= {row.pk: queries.Tally() for row in [*rows, run]}
            self._tallies |= queries.tallies(signed_in(self.context["request"]), [*rows, run])
        return self._tallies[run.pk]

    @extend_schema_field(PhaseSerializer(many=True))
    def get_phases(self, run: Run) -> list[dict[str, Any]]:
        """Return the phases that were entered, with their lengths."""
        return [
            {"name": one.label, "began_at": one.began_at.isoformat(), "seconds": one.length.total_seconds()}
            for one in timeline.stretches(run)
        ]

    @extend_schema_field(PaceSerializer(allow_null=True))
    def get_pace(self, run: Run) -> dict[str, Any] | None:
        """Return how fast it is: of all that is read, hidden things too."""
        if not may_run(signed_in(self.context["request"])):
            return None
        pace = phases.pace(run)
        return {
            "seconds": pace.elapsed.total_seconds(),
            "relations_per_minute": pace.relations_per_minute,
            "bytes_per_second": pace.bytes_per_second,
            "seconds_left": pace.remaining.total_seconds() if pace.remaining is not None else None,
        }

    def get_added(self, run: Run) -> int:
        """Return visible assets added."""
        return self._tally(run).added

    def get_changed(self, run: Run) -> int:
        """Return visible assets changed."""
        return self._tally(run).changed

    def get_removed(self, run: Run) -> int:
        """Return visible assets removed."""
        return self._tally(run).removed


class StartSerializer(serializers.Serializer[Any]):
    """Which source to harvest."""

    source = serializers.IntegerField()  # type: ignore[assignment]  # a field's name, not the serializer's source


class ChangeSerializer(serializers.ModelSerializer[SchemaChange]):
    """A change of a visible asset."""

    path = serializers.CharField(source="asset.path", read_only=True)

    class Meta:
        model = SchemaChange
        fields = ("asset", "path", "kind", "part", "name", "before", "after", "is_breaking", "seen_at")


class RunViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Run]):
    """Harvest runs: list, read, start, stop, repeat."""

    queryset = Run.objects.none()
    serializer_class = RunSerializer
    permission_classes = (permissions.IsAuthenticated, LooksOrRuns)
    filterset_class = RunFilter
    shown: list[Run] | None = None

    def get_queryset(self) -> QuerySet[Run]:
        """Return the visible runs."""
        return queries.visible_runs(signed_in(self.request))

    def paginate_queryset(self, queryset: Any) -> Any:
        """Keep the page's rows, so that their numbers are counted together."""
        rows = super().paginate_queryset(queryset)
        self.shown = rows
        return rows

    @extend_schema(request=StartSerializer, responses={201: RunSerializer})
    def create(self, request: Request) -> Response:
        """Start a harvest of a source."""
        asked = StartSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        run = actions.start(self._source(request, asked.validated_data["source"]), by=signed_in(request))
        return Response(self.get_serializer(run).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=RunSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop a run after the schema at hand."""
        actions.cancel(self.get_object(), by=signed_in(request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses={201: RunSerializer})
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Harvest the run's source again."""
        run = actions.retry(self.get_object(), by=signed_in(request))
        return Response(self.get_serializer(run).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=ChangeSerializer(many=True))
    @action(detail=True, filter_backends=())
    def changes(self, request: Request, pk: str) -> Response:
        """List what the run changed of visible assets; hidden names are left out."""
        run, person = self.get_object(), signed_in(request)
        rows: Any = self.paginate_queryset(queries.changes_of(person, run))
        return self.get_paginated_response(ChangeSerializer(queries.discreet(person, run, rows), many=True).data)

    @extend_schema(responses=SchemaSerializer(many=True))
    @action(detail=True, filter_backends=(), pagination_class=None)
    def schemas(self, request: Request, pk: str) -> Response:
        """List how the schemas fared that the caller may know of; failed ones first."""
        outcomes = queries.schema_outcomes(signed_in(request), self.get_object())
        return Response(SchemaSerializer(outcomes, many=True).data)

    @extend_schema(
        responses=LineSerializer(many=True),
        parameters=[OpenApiParameter("level", str, enum=["info", "warning", "error"], description="The least level.")],
    )
    @action(detail=True, filter_backends=())
    def lines(self, request: Request, pk: str) -> Response:
        """List the log, newest first. For those who run harvests."""
        run = self.get_object()
        require(may_run(signed_in(request)))
        found = queries.log_of(signed_in(request), run, request.query_params.get("level", ""))
        return self.get_paginated_response(LineSerializer(self.paginate_queryset(found), many=True).data)

    def _source(self, request: Request, source_id: int) -> Source:
        source = visible_source(signed_in(request), source_id)
        if source is None:
            raise NotFound("There is nothing here that you may see.")
        return source


ROUTES: list[Route] = [("runs", RunViewSet, "run"), *CHANGE_SETS]
