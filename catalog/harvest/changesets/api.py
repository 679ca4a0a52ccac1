"""Change sets and renames over the API, under the same rules as the pages."""

from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, permissions, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.assets.models import ChangeKind
from catalog.harvest.changesets import actions, queries, streaks, undoing
from catalog.harvest.changesets.policies import may_review
from catalog.harvest.changesets.renames import deciding
from catalog.harvest.changesets.renames import queries as renames
from catalog.harvest.changesets.renames.api import OfferSerializer, RenameSerializer
from catalog.harvest.models import PlannedChange, Rename, Run
from catalog.harvest.policies import may_look, may_run
from catalog.harvest.queries import Tally, visible_runs
from catalog.sources.queries import visible_source
from portal.kit.api import Route
from portal.kit.errors import NotFound
from portal.kit.people import signed_in
from portal.kit.policies import require

_KINDS = [kind.value for kind in ChangeKind if kind != ChangeKind.RENAMED]


class LooksOrDecides(permissions.BasePermission):
    """Refuse with the policy's reason, before anything is read."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True, or raise NotAllowed."""
        person = signed_in(request)
        require(may_look(person))
        if request.method not in permissions.SAFE_METHODS:
            require(may_run(person) if view.action == "create" else may_review(person))
        return True


class DecisionSerializer(serializers.Serializer[Any]):
    """Why; kept with the decision and in the audit log."""

    reason = serializers.CharField(max_length=2000)


class DryRunSerializer(serializers.Serializer[Any]):
    """Which source to plan a harvest of."""

    source = serializers.IntegerField()  # type: ignore[assignment]  # a field's name, not the serializer's source


class ChangeSetSerializer(serializers.ModelSerializer[Run]):
    """A run as a change set, with the numbers that the person may see."""

    state = serializers.CharField(source="job.state", read_only=True)
    decided_by = serializers.SerializerMethodField()
    is_waiting = serializers.SerializerMethodField()
    planned = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields: tuple[str, ...] = (
            "id", "source", "kind", "trigger", "outcome", "state", "about", "held_because", "is_waiting", "decided_by",
            "decided_at", "reason", "planned",
        )  # fmt: skip
        read_only_fields = fields

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._waiting: set[int] | None = None
        self._tallies: dict[int, Tally] = {}

    def _rows(self, run: Run) -> list[Run]:
        """Return all rows of the answer, whose facts are read together."""
        return [*(getattr(self.context["view"], "shown", None) or []), run]

    def get_decided_by(self, run: Run) -> str | None:
        """Return who decided."""
        return str(run.decided_by) if run.decided_by else None

    def get_is_waiting(self, run: Run) -> bool:
        """Return whether it can be approved or rejected."""
        if self._waiting is None:
            held = [row.pk for row in self._rows(run) if row.outcome == Run.Outcome.HELD]
            self._waiting = set(streaks.waiting().filter(pk__in=held).values_list("pk", flat=True)) if held else set()
        return run.pk in self._waiting

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
    def get_planned(self, run: Run) -> dict[str, int]:
        """Return how many visible assets it would add, change and remove."""
        if run.pk not in self._tallies:
            rows = self._rows(run)
            found = queries.planned_tallies(signed_in(self.context["request"]), rows)
            self._tallies |= {row.pk: found.get(row.pk, Tally()) for row in rows}
        tally = self._tallies[run.pk]
        return {"added": tally.added, "changed": tally.changed, "removed": tally.removed}


class OneChangeSetSerializer(ChangeSetSerializer):
    """One run as a change set, with what stands in the way of undoing it."""

    why_not_undoable = serializers.SerializerMethodField()

    class Meta(ChangeSetSerializer.Meta):
        fields = (*ChangeSetSerializer.Meta.fields, "why_not_undoable")
        read_only_fields = fields

    def get_why_not_undoable(self, run: Run) -> str:
        """Return why the run can't be undone; empty when it can."""
        return undoing.why_impossible(run)


class PlannedSerializer(serializers.ModelSerializer[PlannedChange]):
    """What would be changed; hidden names are left out."""

    name = serializers.SerializerMethodField()
    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()

    class Meta:
        model = PlannedChange
        fields = ("asset", "schema_name", "asset_name", "kind", "part", "name", "before", "after", "is_breaking")

    def get_name(self, change: PlannedChange) -> str:
        """Return the name of what changes."""
        return str(self.context["discretion"].name(change))

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_before(self, change: PlannedChange) -> Any:
        """Return the values now."""
        return self.context["discretion"].values(change)[0]

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_after(self, change: PlannedChange) -> Any:
        """Return the values afterwards."""
        return self.context["discretion"].values(change)[1]


@extend_schema_view(
    list=extend_schema(
        parameters=[OpenApiParameter("waiting", bool, description="Only those that wait for a decision.")]
    )
)
class ChangeSetViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Run]):
    """Runs as change sets: plan, approve, reject, undo."""

    queryset = Run.objects.none()
    serializer_class = OneChangeSetSerializer
    shown: list[Run] | None = None
    permission_classes = (permissions.IsAuthenticated, LooksOrDecides)
    filter_backends = ()

    def get_serializer_class(self) -> type[ChangeSetSerializer]:
        """Return the one for the list, whose facts are read for all rows together, or the one for a single run."""
        return ChangeSetSerializer if self.action == "list" else OneChangeSetSerializer

    def paginate_queryset(self, queryset: Any) -> Any:
        """Keep the page's rows, so that their facts are read together."""
        rows = super().paginate_queryset(queryset)
        self.shown = rows if self.action == "list" else None
        return rows

    def get_queryset(self) -> QuerySet[Run]:
        """Return the visible runs that were planned, held or decided, or of which any is asked for by its number."""
        runs = visible_runs(signed_in(self.request)).select_related("decided_by")
        if self.action != "list":
            return runs
        if self.request.query_params.get("waiting") == "true":
            return runs.filter(pk__in=streaks.waiting().values("pk"))
        return runs.filter(~Q(kind=Run.Kind.HARVEST) | Q(outcome__in=("held", "approved", "rejected", "undone")))

    @extend_schema(request=DryRunSerializer, responses={201: OneChangeSetSerializer})
    def create(self, request: Request) -> Response:
        """Start a dry run: read the source and store what a harvest would change, without changing it."""
        asked = DryRunSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        source = visible_source(signed_in(request), asked.validated_data["source"])
        if source is None:
            raise NotFound("There is nothing here that you may see.")
        return self._answer(actions.dry_run(source, by=signed_in(request)), status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", str, enum=_KINDS),
            OpenApiParameter("schema", str, description="Name of a schema."),
        ],
        responses=PlannedSerializer(many=True),
    )
    @action(detail=True)
    def planned(self, request: Request, pk: str) -> Response:
        """List what the run would change of visible assets."""
        run, person = self.get_object(), signed_in(request)
        wanted = {"kind": request.query_params.get("kind"), "schema_name": request.query_params.get("schema")}
        chosen = {name: value for name, value in wanted.items() if value}
        found: Any = queries.planned_of(person, run).filter(**chosen)
        rows: Any = self.paginate_queryset(found)
        context = {**self.get_serializer_context(), "discretion": queries.discretion_for(person, run)}
        return self.get_paginated_response(PlannedSerializer(rows, many=True, context=context).data)

    @extend_schema(responses=OfferSerializer(many=True))
    @action(detail=True)
    def renames(self, request: Request, pk: str) -> Response:
        """List what the run may have seen renamed or moved."""
        found: Any = renames.offers_of(signed_in(request), self.get_object())
        rows: Any = self.paginate_queryset(found)
        return self.get_paginated_response(OfferSerializer(rows, many=True).data)

    @extend_schema(request=DecisionSerializer, responses={201: OneChangeSetSerializer})
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Approve a held run; answers with the run that applies it."""
        run = actions.approve(self.get_object(), by=signed_in(request), reason=self._reason())
        return self._answer(run, status.HTTP_201_CREATED)

    @extend_schema(request=DecisionSerializer, responses=OneChangeSetSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Reject a held run; the catalog stays as it is."""
        actions.reject(self.get_object(), by=signed_in(request), reason=self._reason())
        return self._answer(self.get_object(), status.HTTP_200_OK)

    @extend_schema(request=DecisionSerializer, responses={201: OneChangeSetSerializer})
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Put the catalog back as it was before a run; answers with the run that does so."""
        run = actions.undo(self.get_object(), by=signed_in(request), reason=self._reason())
        return self._answer(run, status.HTTP_201_CREATED)

    def _reason(self) -> str:
        asked = DecisionSerializer(data=self.request.data)
        asked.is_valid(raise_exception=True)
        return str(asked.validated_data["reason"])

    def _answer(self, run: Run, code: int) -> Response:
        return Response(self.get_serializer(run).data, status=code)


class RenameViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Rename]):
    """What may have been renamed or moved, and deciding about it."""

    queryset = Rename.objects.none()
    serializer_class = RenameSerializer
    permission_classes = (permissions.IsAuthenticated, LooksOrDecides)
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Rename]:
        """Return the renames of which the person sees both sides; the list has the open ones."""
        known = renames.visible_renames(signed_in(self.request))
        return known.filter(state=Rename.State.OFFERED) if self.action == "list" else known

    def get_serializer_class(self) -> type[OfferSerializer]:
        """Return the one for the list, or the one for a single rename, which counts what would be carried over."""
        return OfferSerializer if self.action == "list" else RenameSerializer

    @extend_schema(request=None, responses=RenameSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Give the new asset everything that people said of the old one, under the old one's number."""
        offer = self.get_object()
        deciding.accept(offer, by=signed_in(request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=RenameSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Note that the two are different things."""
        deciding.reject(self.get_object(), by=signed_in(request))
        return Response(self.get_serializer(self.get_object()).data)


ROUTES: list[Route] = [("change-sets", ChangeSetViewSet, "change-set"), ("renames", RenameViewSet, "rename")]
