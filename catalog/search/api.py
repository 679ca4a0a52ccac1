"""Search over the API: the same query, the same rights."""

from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from catalog.search import queries
from catalog.search.backend import Answer, Hit, Marked, Sort
from catalog.search.dictionary import api as dictionary
from catalog.search.elastic import api as index
from catalog.search.facets import FACETS
from catalog.search.parameters import PAGE_SIZES, read
from catalog.search.presenters import Results
from catalog.search.ranking import api as ranking
from catalog.search.saved.api import ROUTES as SAVED
from catalog.search.suggestions import groups
from portal.kit.api import Route
from portal.kit.people import signed_in

_TEXT = OpenApiParameter("q", description='Words, "phrases", -excluded ones, OR. Empty: everything by popularity.')
_PARAMETERS = [
    _TEXT,
    *(
        OpenApiParameter(
            facet.name, many=True, enum=list(facet.values) if facet.values else None, description=facet.label
        )
        for facet in FACETS
    ),
    OpenApiParameter("sort", enum=[sort.value for sort in Sort]),
    OpenApiParameter("page", int),
    OpenApiParameter("size", int, enum=PAGE_SIZES),
]


def _text(pieces: Marked) -> str:
    return "".join(piece.text for piece in pieces)


class HitSerializer(serializers.Serializer[Hit]):
    """A result."""

    id = serializers.IntegerField(source="asset.pk")
    name = serializers.CharField(source="asset.name")
    path = serializers.CharField(source="asset.path")
    type = serializers.CharField(source="asset.kind")
    description = serializers.CharField(source="asset.document.description")
    certification = serializers.CharField(source="asset.certification")
    domain = serializers.SerializerMethodField()
    owners = serializers.ListField(child=serializers.CharField())
    updated_at = serializers.DateTimeField()
    row_estimate = serializers.IntegerField(source="asset.row_estimate", allow_null=True)
    column_count = serializers.IntegerField(source="asset.column_count")
    matched_columns = serializers.SerializerMethodField()
    score = serializers.FloatField()

    def get_domain(self, hit: Hit) -> str | None:
        """Return the domain's name if the person may know of it."""
        return hit.asset.domain.name if hit.asset.domain and hit.shows_domain else None

    def get_matched_columns(self, hit: Hit) -> list[str]:
        """Return the columns that match, the first few."""
        return [_text(column.name) for column in hit.columns]


class FacetValueSerializer(serializers.Serializer[Any]):
    """A value with its count."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # shadows the field's own label, as the page names it
    count = serializers.IntegerField()
    selected = serializers.BooleanField()


class AnswerSerializer(serializers.Serializer[Answer]):
    """A page of results with counts."""

    total = serializers.IntegerField(help_text="At most 10,000; then is_about is true.")
    is_about = serializers.BooleanField(help_text="There are more results than are counted.")
    page = serializers.IntegerField()
    is_guess = serializers.BooleanField(help_text="Nothing matched; these look alike.")
    correction = serializers.CharField()
    results = HitSerializer(many=True, source="hits")


class SearchAnswerSerializer(AnswerSerializer):
    """A page of results with counts and facets."""

    facets = serializers.DictField(child=FacetValueSerializer(many=True))


class SuggestionSerializer(serializers.Serializer[Any]):
    """A suggestion and the page it leads to."""

    label = serializers.CharField()  # type: ignore[assignment]  # as above
    url = serializers.CharField()
    hint = serializers.CharField()


_TEXTS = {name: {"type": "string"} for name in ("label", "url", "hint")}
_SUGGESTIONS = {
    "type": "object",
    "additionalProperties": {"type": "array", "items": {"type": "object", "properties": _TEXTS}},
}


@method_decorator(never_cache, name="dispatch")
class SearchViewSet(ViewSet):
    """Search the catalog."""

    @extend_schema(parameters=_PARAMETERS, responses=SearchAnswerSerializer, operation_id="search")
    def list(self, request: Request) -> Response:
        """Find assets; several values of a facet mean any of them."""
        asked = read(request.query_params, signed_in(request))
        answer = queries.search(asked)
        facets = Results(asked, answer, request.query_params).facets
        values = {facet.name: FacetValueSerializer(facet.options, many=True).data for facet in facets}
        return Response(AnswerSerializer(answer).data | {"facets": values})

    @extend_schema(parameters=[_TEXT], responses={200: _SUGGESTIONS})
    @action(detail=False)
    def suggest(self, request: Request) -> Response:
        """Complete the beginning of a text, in groups."""
        found = groups(signed_in(request), request.query_params.get("q", ""))
        return Response({group.label: SuggestionSerializer(group.options, many=True).data for group in found})


ROUTES: list[Route] = [*dictionary.ROUTES, *index.ROUTES, ("search", SearchViewSet, "search"), *ranking.ROUTES, *SAVED]
