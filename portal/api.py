"""The API: every room's routes under /api/v1/, described at /api/schema/ and explained at /api/docs/."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from access.people import api as people
from catalog.assets import api as assets
from catalog.harvest import api as harvest
from catalog.search import api as search
from catalog.sources import api as sources
from governance.audit import api as audit
from portal.views.api_docs import api_docs

router = SimpleRouter()
for room in (sources, assets, search, harvest, audit, people):
    for prefix, viewset, basename in room.ROUTES:
        router.register(prefix, viewset, basename)

app_name = "api"
urlpatterns = [
    path("v1/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", api_docs, name="docs"),
]
