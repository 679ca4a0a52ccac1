"""The caller's own saved searches over the API."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.search.models import Cadence, SavedSearch
from catalog.search.saved import actions, queries
from portal.kit.api import Route
from portal.kit.people import signed_in


class SavedSearchSerializer(serializers.ModelSerializer[SavedSearch]):
    """A saved search. `query` holds the parameters of the results' address, as in q=orders&type=table."""

    new_matches = serializers.SerializerMethodField(help_text="Found since it was last opened; 100 means more than 99.")
    url = serializers.SerializerMethodField(help_text="The page of its results.")

    class Meta:
        model = SavedSearch
        fields = (
            "id",
            "name",
            "query",
            "tells",
            "by_mail",
            "new_matches",
            "url",
            "created_at",
            "checked_at",
            "told_at",
        )

    def to_representation(self, instance: SavedSearch) -> dict[str, Any]:
        """Count what the caller may see."""
        (self._row,) = queries.rows(signed_in(self.context["request"]), [instance])
        return super().to_representation(instance)

    @extend_schema_field(OpenApiTypes.INT)
    def get_new_matches(self, search: SavedSearch) -> int:
        """Return the number of new matches that the caller may see."""
        return self._row.new

    @extend_schema_field(OpenApiTypes.STR)
    def get_url(self, search: SavedSearch) -> str:
        """Return the address of the results."""
        return queries.address_of(search)


class WishSerializer(serializers.Serializer[Any]):
    """What can be changed."""

    name = serializers.CharField(max_length=actions.LONGEST_NAME)
    tells = serializers.ChoiceField(Cadence.choices, default=Cadence.NEVER)
    by_mail = serializers.BooleanField(default=False)


class NewSearchSerializer(WishSerializer):
    """What a new one needs."""

    query = serializers.CharField(max_length=queries.LONGEST_QUERY, allow_blank=True)


class SavedSearchViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.DestroyModelMixin, GenericViewSet[SavedSearch]
):
    """The caller's own saved searches."""

    serializer_class = SavedSearchSerializer
    queryset = SavedSearch.objects.none()

    def get_queryset(self) -> QuerySet[SavedSearch]:
        """Return the caller's saved searches."""
        return queries.of(signed_in(self.request))

    @extend_schema(request=NewSearchSerializer, responses={201: SavedSearchSerializer})
    def create(self, request: Request) -> Response:
        """Keep a search; what it finds now is nothing new."""
        given = NewSearchSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        query = queries.kept(QueryDict(facts.pop("query").removeprefix("?")))
        saved = actions.save(by=signed_in(request), query=query, wish=actions.Wish(**facts))
        return Response(self.get_serializer(saved).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=WishSerializer(partial=True), responses=SavedSearchSerializer)
    def partial_update(self, request: Request, pk: str = "") -> Response:
        """Rename it or change how it tells. What it looks for stays: keep another one for that."""
        search = self.get_object()
        before = {"name": search.name, "tells": search.tells, "by_mail": search.by_mail}
        given = WishSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        actions.change(search, by=signed_in(request), wish=actions.Wish(**(before | given.validated_data)))
        return Response(self.get_serializer(search).data)

    def perform_destroy(self, instance: SavedSearch) -> None:
        """Delete it."""
        actions.delete(instance, by=signed_in(self.request))


ROUTES: list[Route] = [("saved-searches", SavedSearchViewSet, "saved-search")]
