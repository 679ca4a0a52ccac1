"""Search over the API: the same query, the same rights."""

from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from catalog.search import queries
from catalog.search.backend import Answer, ColumnHit, Hit, Kind, Marked, Sort
from catalog.search.columns import api as columns
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

_TEXT = OpenApiParameter(
    "q",
    description='Words, "phrases", -excluded ones, OR, and conditions such as owner:me, type:view, column:customer_id, '
    "sensitivity:restricted, updated:>2026-01-01, history:>=5y. Empty: everything by popularity.",
)
_PARAMETERS = [
    _TEXT,
    OpenApiParameter("kind", enum=[kind.value for kind in Kind], description="columns: by names of columns alone."),
    *(
        OpenApiParameter(
            facet.name, many=True, enum=list(facet.values) if facet.values else None, description=facet.label
        )
        for facet in FACETS
    ),
    OpenApiParameter("sort", enum=[sort.value for sort in Sort]),
    OpenApiParameter("page", int),
    OpenApiParameter("size", int, enum=PAGE_SIZES),
    OpenApiParameter("explain", bool, description="Say of every result why it stands where it does."),
]


def _text(pieces: Marked) -> str:
    return "".join(piece.text for piece in pieces)


class ColumnHitSerializer(serializers.Serializer[ColumnHit]):
    """A column that was found."""

    name = serializers.SerializerMethodField()
    type = serializers.CharField(source="data_type")
    description = serializers.CharField()

    def get_name(self, column: ColumnHit) -> str:
        """Return the bare name."""
        return _text(column.name)


class ResultReasonSerializer(serializers.Serializer[Any]):
    """A part of the score."""

    signal = serializers.CharField()
    words = serializers.CharField()
    points = serializers.FloatField()


class HitSerializer(serializers.Serializer[Hit]):
    """A result."""

    id = serializers.IntegerField(source="asset.pk")
    name = serializers.CharField(source="asset.name")
    path = serializers.CharField(source="asset.path")
    type = serializers.CharField(source="asset.kind")
    description = serializers.CharField(source="asset.document.description")
    certification = serializers.CharField(source="asset.certification")
    sensitivity = serializers.CharField(source="asset.sensitivity", help_text="Empty: not classified.")
    domain = serializers.SerializerMethodField()
    owners = serializers.ListField(child=serializers.CharField())
    updated_at = serializers.DateTimeField()
    row_estimate = serializers.IntegerField(source="asset.row_estimate", allow_null=True)
    column_count = serializers.IntegerField(source="asset.column_count")
    popularity = serializers.IntegerField(help_text="People who looked at it within 30 days.")
    completeness = serializers.IntegerField(source="asset.document.completeness", help_text="0 to 100.")
    matched_columns = serializers.SerializerMethodField(help_text="The names alone.")
    columns = ColumnHitSerializer(many=True)
    columns_found = serializers.IntegerField()
    score = serializers.FloatField()
    reasons = serializers.SerializerMethodField(help_text="Empty unless explain=true.")

    def get_domain(self, hit: Hit) -> str | None:
        """Return the domain's name if the person may know of it."""
        return hit.asset.domain.name if hit.asset.domain and hit.shows_domain else None

    def get_matched_columns(self, hit: Hit) -> list[str]:
        """Return the columns that match, the first few."""
        return [_text(column.name) for column in hit.columns]

    @extend_schema_field(ResultReasonSerializer(many=True))
    def get_reasons(self, hit: Hit) -> Any:
        """Return what the score is made of."""
        return ResultReasonSerializer(hit.reasons, many=True).data if self.context.get("explain") else []


class FacetValueSerializer(serializers.Serializer[Any]):
    """A value with its count."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # shadows the field's own label, as the page names it
    count = serializers.IntegerField()
    selected = serializers.BooleanField()


class AnswerSerializer(serializers.Serializer[Answer]):
    """A page of results with counts."""

    total = serializers.IntegerField()
    is_about = serializers.BooleanField(help_text="The total and the figures of facets are estimates.")
    page = serializers.IntegerField()
    is_guess = serializers.BooleanField(help_text="Nothing matched; these are near it.")
    guess = serializers.CharField(help_text="corrected, some_words, alike, or empty.")
    correction = serializers.CharField()
    problems = serializers.ListField(child=serializers.CharField(), help_text="What of the text was not understood.")
    note = serializers.CharField(help_text="Why another engine than usual answered.")
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
        """Find assets, or assets by their columns; several values of a facet mean any of them."""
        asked = read(request.query_params, signed_in(request))
        answer = queries.search(asked)
        facets = Results(asked, answer, request.query_params).facets
        values = {facet.name: FacetValueSerializer(facet.options, many=True).data for facet in facets}
        context = {"explain": request.query_params.get("explain") in {"true", "1"}}
        return Response(AnswerSerializer(answer, context=context).data | {"facets": values})

    @extend_schema(parameters=[_TEXT], responses={200: _SUGGESTIONS})
    @action(detail=False)
    def suggest(self, request: Request) -> Response:
        """Complete the beginning of a text, in groups."""
        found = groups(signed_in(request), request.query_params.get("q", ""))
        return Response({group.label: SuggestionSerializer(group.options, many=True).data for group in found})


ROUTES: list[Route] = [
    *dictionary.ROUTES,
    *index.ROUTES,
    ("search", SearchViewSet, "search"),
    *columns.ROUTES,
    *ranking.ROUTES,
    *SAVED,
]
