"""The index over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from catalog.search.elastic import actions
from catalog.search.elastic.policies import may_manage
from catalog.search.elastic.queries import CopyState, state
from portal.kit.api import Route
from portal.kit.people import signed_in
from portal.kit.policies import require


class IndexSerializer(serializers.Serializer[CopyState]):
    """How the search index stands."""

    is_set_up = serializers.BooleanField(help_text="Whether there is an Elasticsearch.")
    answers = serializers.ChoiceField(["postgresql", "elasticsearch"], help_text="The engine that answers now.")
    note = serializers.CharField(help_text="Why Elasticsearch does not answer; empty while it does.")
    documents = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Documents that Elasticsearch has not heard of yet.")
    lag_seconds = serializers.FloatField(help_text="For how long the oldest of them has waited.")
    mapping_version = serializers.IntegerField()
    is_building = serializers.BooleanField()
    percent = serializers.IntegerField(allow_null=True, help_text="Of the index that is being filled.")
    built_at = serializers.DateTimeField(source="mirror.built_at", allow_null=True, default=None)
    checked_at = serializers.DateTimeField(source="mirror.checked_at", allow_null=True, default=None)
    repaired = serializers.IntegerField(source="mirror.repaired", default=0, help_text="By the last comparison.")


class CheckSerializer(serializers.Serializer[Any]):
    """What a comparison found."""

    differed = serializers.IntegerField(help_text="Documents that differed and were mended.")


class IndexViewSet(ViewSet):
    """Look after the search index."""

    @extend_schema(responses=IndexSerializer, operation_id="search_index")
    def list(self, request: Request) -> Response:
        """Say which engine answers and how far behind the index is."""
        require(may_manage(signed_in(request)))
        return Response(IndexSerializer(state()).data)

    @extend_schema(request=None, responses={202: IndexSerializer})
    @action(detail=False, methods=["post"])
    def rebuild(self, request: Request) -> Response:
        """Build the index anew while the old one answers."""
        actions.rebuild(by=signed_in(request))
        return Response(IndexSerializer(state()).data, status=202)

    @extend_schema(request=None, responses=CheckSerializer)
    @action(detail=False, methods=["post"])
    def check(self, request: Request) -> Response:
        """Compare the index with the catalog and mend what differs."""
        return Response({"differed": actions.check(by=signed_in(request))})


ROUTES: list[Route] = [("search/index", IndexViewSet, "search-index")]
