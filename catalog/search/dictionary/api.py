"""The dictionary over the API."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.search.dictionary import actions, queries
from catalog.search.dictionary.actions import EntryFacts
from catalog.search.dictionary.policies import may_edit
from catalog.search.models import Equivalence, EquivalenceKind
from portal.kit.api import Route
from portal.kit.people import signed_in
from portal.kit.policies import require


class EntrySerializer(serializers.ModelSerializer[Equivalence]):
    """A short form and what it stands for, or two words for one thing."""

    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    edited_by = serializers.SerializerMethodField()

    class Meta:
        model = Equivalence
        fields = ("id", "kind", "short", "long", "note", "edited_by", "edited_at")
        read_only_fields = ("edited_at",)
        validators = ()  # the action refuses what is here already, in any order and spelling

    def get_edited_by(self, entry: Equivalence) -> str | None:
        """Return who edited it last, if it was a person."""
        return str(entry.edited_by) if entry.edited_by else None


_FILTERS = [
    OpenApiParameter("q", description="Entries that hold this text."),
    OpenApiParameter("kind", enum=EquivalenceKind.values),
]


class DictionaryViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, GenericViewSet[Equivalence]):
    """Words that search takes for each other: read by everybody, kept by stewards."""

    queryset = Equivalence.objects.none()
    serializer_class = EntrySerializer

    def get_queryset(self) -> QuerySet[Equivalence]:
        """Return the entries that the parameters ask for."""
        if getattr(self, "swagger_fake_view", False):
            return Equivalence.objects.none()
        asked = self.request.query_params if self.action == "list" else {}
        return queries.entries(asked.get("q", ""), asked.get("kind", ""))

    @extend_schema(parameters=_FILTERS)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the entries, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=EntrySerializer, responses={201: EntrySerializer})
    def create(self, request: Request) -> Response:
        """Add an entry."""
        require(may_edit(signed_in(request)))
        given = EntrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        added = actions.add(facts=EntryFacts(**given.validated_data), by=signed_in(request))
        return Response(self.get_serializer(added).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=EntrySerializer(partial=True), responses=EntrySerializer)
    def partial_update(self, request: Request, pk: str = "") -> Response:
        """Change what is given."""
        require(may_edit(signed_in(request)))
        entry = self.get_object()
        given = EntrySerializer(entry, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        before = {name: getattr(entry, name) for name in ("kind", "short", "long", "note")}
        changed = actions.change(entry=entry, facts=EntryFacts(**before | given.validated_data), by=signed_in(request))
        return Response(self.get_serializer(changed).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str = "") -> Response:
        """Remove an entry."""
        actions.remove(entry=self.get_object(), by=signed_in(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


ROUTES: list[Route] = [("search-dictionary", DictionaryViewSet, "search-dictionary")]
