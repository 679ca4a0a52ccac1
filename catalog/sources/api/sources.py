"""Sources over the API."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, permissions, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.sources import actions, inspections, queries
from catalog.sources.api.serializers import (
    NextPasswordSerializer,
    ReportSerializer,
    ServerReportSerializer,
    SourceSerializer,
    TimesSerializer,
    TriedSerializer,
)
from catalog.sources.models import ServerReport, Source
from catalog.sources.policies import may_manage
from catalog.sources.schedules import next_times
from portal.kit import clock
from portal.kit.errors import NotFound
from portal.kit.people import signed_in
from portal.kit.policies import require


class ManagesUnlessReading(permissions.BasePermission):
    """Refuse to write, before anything is read, with the policy's reason."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Return whether the method only reads, or the person manages sources; raise NotAllowed otherwise."""
        if request.method not in permissions.SAFE_METHODS:
            require(may_manage(signed_in(request)))
        return True


class SourceViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    GenericViewSet[Source],
):
    """Sources that the caller may know of."""

    permission_classes = [permissions.IsAuthenticated, ManagesUnlessReading]
    queryset = Source.objects.none()
    serializer_class = SourceSerializer
    shown: list[Source] | None = None

    def get_queryset(self) -> QuerySet[Source]:
        """Return what the person may know of."""
        return queries.visible_sources(signed_in(self.request))

    def paginate_queryset(self, queryset: Any) -> Any:
        """Keep the page's rows, so that their health is told together."""
        rows = super().paginate_queryset(queryset)
        self.shown = rows
        return rows

    @extend_schema(parameters=[OpenApiParameter("confirmation", str, required=True, description="The source's name.")])
    def destroy(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Delete a source with all that was harvested from it."""
        confirmation = request.query_params.get("confirmation", "")
        actions.delete(self.get_object(), by=signed_in(request), confirmation=confirmation)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=ReportSerializer)
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str = "") -> Response:
        """Test the stored connection."""
        report = actions.test_connection(self.get_object(), by=signed_in(request))
        return Response(ReportSerializer(report).data)

    @extend_schema(responses=TimesSerializer)
    @action(detail=True)
    def times(self, request: Request, pk: str = "") -> Response:
        """List the next five times at which the source is due."""
        times = next_times(self.get_object(), clock.now())
        return Response(TimesSerializer({"times": times}).data)

    @extend_schema(responses=ServerReportSerializer)
    @action(detail=True)
    def report(self, request: Request, pk: str = "") -> Response:
        """Return what the last inspection of the server found. For those who manage sources."""
        require(may_manage(signed_in(request)))
        found = ServerReport.objects.filter(source=self.get_object()).first()
        if found is None:
            raise NotFound("The server has not been inspected yet.")
        return Response(ServerReportSerializer(found).data)

    @extend_schema(request=None, responses=ServerReportSerializer)
    @action(detail=True, methods=["post"])
    def inspect(self, request: Request, pk: str = "") -> Response:
        """Inspect the server now."""
        found = inspections.inspect(self.get_object(), by=signed_in(request))
        return Response(ServerReportSerializer(found).data)

    @extend_schema(request=NextPasswordSerializer, responses={204: None})
    @action(detail=True, methods=["put"])
    def secret(self, request: Request, pk: str = "") -> Response:
        """Keep the next password; it takes over when the server refuses the present one."""
        given = NextPasswordSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        actions.enter_next_password(self.get_object(), by=signed_in(request), **given.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    @secret.mapping.delete
    def forget_secret(self, request: Request, pk: str = "") -> Response:
        """Withdraw the next password."""
        actions.forget_next_password(self.get_object(), by=signed_in(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=TriedSerializer)
    @action(detail=True, methods=["post"], url_path="secret/test", url_name="secrettest")
    def test_secret(self, request: Request, pk: str = "") -> Response:
        """Sign in with each password by itself."""
        return Response(TriedSerializer(actions.test_passwords(self.get_object(), by=signed_in(request))).data)
