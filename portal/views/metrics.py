"""Everything Prometheus may scrape, for people who may look at the system."""

from django.http import HttpResponse
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request
from rest_framework.views import APIView

from catalog.harvest import measures
from catalog.search.elastic import gauges as search
from portal.kit import gauges
from portal.kit.metrics import CONTENT_TYPE_LATEST, exposition


class Metrics(APIView):
    """Signed in by a token or a session; anybody else learns nothing."""

    schema = None

    def get(self, request: Request) -> HttpResponse:
        """Answer in Prometheus's text format."""
        if not request.user.is_authenticated:
            raise NotAuthenticated
        if not request.user.has_perm("kit.view_system"):
            raise PermissionDenied
        return HttpResponse(
            exposition([*gauges.read(), *measures.read(), *search.read()]), content_type=CONTENT_TYPE_LATEST
        )


metrics = Metrics.as_view()
