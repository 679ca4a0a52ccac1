"""The weights of ranking over the API: those in effect, and their history."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from catalog.search.models import Weighting
from catalog.search.ranking import in_effect
from catalog.search.ranking.policies import may_tune
from catalog.search.ranking.queries import history
from catalog.search.ranking.weights import KNOBS
from portal.kit.api import Route
from portal.kit.people import signed_in
from portal.kit.policies import require

_ENTRIES = 100


class WeightSerializer(serializers.Serializer[Any]):
    """A weight in effect."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # shadows the field's own label, as the page names it
    help = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.FloatField()
    default = serializers.FloatField()
    lowest = serializers.FloatField()
    highest = serializers.FloatField()


class WeightingSerializer(serializers.ModelSerializer[Weighting]):
    """Weights that somebody saved: those that differ from the default."""

    made_by = serializers.CharField(source="made_by.name", default=None)

    class Meta:
        model = Weighting
        fields = ["id", "weights", "note", "made_by", "made_at"]


class RankingViewSet(ViewSet):
    """What comes first in search; for people who may change it."""

    @extend_schema(responses=WeightSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List the weights in effect, each with its meaning."""
        require(may_tune(signed_in(request)))
        weights = in_effect()
        names = ("name", "label", "help", "unit", "default", "lowest", "highest")
        rows = [
            {name: getattr(knob, name) for name in names} | {"value": getattr(weights, knob.name)} for knob in KNOBS
        ]
        return Response(WeightSerializer(rows, many=True).data)

    @extend_schema(responses=WeightingSerializer(many=True))
    @action(detail=False)
    def history(self, request: Request) -> Response:
        """List who changed them when and why, the last hundred, newest first."""
        require(may_tune(signed_in(request)))
        return Response(WeightingSerializer(history()[:_ENTRIES], many=True).data)


ROUTES: list[Route] = [("search-ranking", RankingViewSet, "search-ranking")]
