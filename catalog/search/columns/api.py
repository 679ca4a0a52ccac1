"""The same column everywhere, over the API."""

from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from catalog.assets.models import Column, LogicalType
from catalog.assets.visibility import shown_domain
from catalog.search.columns import queries
from catalog.search.columns.parameters import SIZES, read
from catalog.search.columns.queries import TypeCount, Uses
from portal.kit.api import Route
from portal.kit.people import signed_in

_PARAMETERS = [
    OpenApiParameter("name", required=True, description="In any spelling: customer_id, customerId."),
    OpenApiParameter("type", enum=LogicalType.values, description="What the column holds."),
    OpenApiParameter("described", enum=["yes", "no"]),
    OpenApiParameter("certification", description="certified, deprecated or none."),
    OpenApiParameter("sort", enum=list(queries.ORDERS)),
    OpenApiParameter("page", int),
    OpenApiParameter("size", int, enum=SIZES),
]


class TypeCountSerializer(serializers.Serializer[TypeCount]):
    """What the column holds in how many of the tables that were read."""

    type = serializers.CharField(source="logical_type")
    data_types = serializers.ListField(child=serializers.CharField())
    tables = serializers.IntegerField()
    described = serializers.IntegerField()


class ColumnUseSerializer(serializers.Serializer[Column]):
    """The column in one table."""

    asset = serializers.IntegerField(source="asset_id")
    path = serializers.CharField(source="asset.path")
    name = serializers.CharField()
    data_type = serializers.CharField()
    type = serializers.CharField(source="logical_type")
    description = serializers.CharField(source="shown_text")
    certification = serializers.CharField(source="asset.certification")
    domain = serializers.SerializerMethodField()
    owners = serializers.ListField(source="asset.document.owner_names", child=serializers.CharField())

    def get_domain(self, column: Column) -> str | None:
        """Return the domain's name if the person may know of it."""
        domain = shown_domain(self.context["person"], column.asset.domain)
        return domain.name if domain else None


class UsesSerializer(serializers.Serializer[Any]):
    """Where a column of a name is."""

    tables = serializers.IntegerField(help_text="That you can see, whatever is chosen.")
    is_about = serializers.BooleanField()
    names = serializers.ListField(child=serializers.CharField(), help_text="The spellings in use.")
    types = TypeCountSerializer(many=True, help_text="Of the 2,000 most looked-at tables.")
    results = ColumnUseSerializer(many=True)


@method_decorator(never_cache, name="dispatch")
class ColumnViewSet(ViewSet):
    """Columns by name."""

    @extend_schema(parameters=_PARAMETERS, responses=UsesSerializer, operation_id="columns")
    def list(self, request: Request) -> Response:
        """Give the tables with a column of a name; the same answer for none and for hidden ones."""
        person, name = signed_in(request), request.query_params.get("name", "").replace("\0", "")
        asked = read(request.query_params)
        uses = queries.uses(person, name) or Uses(name, (), 0)
        rows = queries.columns_of(person, name, asked.narrowing, offset=asked.offset, limit=asked.size)[0]
        context = {"person": person}
        return Response(UsesSerializer({**vars(uses), "results": rows}, context=context).data)


ROUTES: list[Route] = [("columns", ColumnViewSet, "columns")]
