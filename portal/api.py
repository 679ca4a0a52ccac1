"""The API: every room's routes under /api/v1/, described at /api/schema/ and explained at /api/docs/."""

from django.urls import include, path, re_path
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import DefaultRouter

from access.people import api as people
from catalog.assets import api as assets
from catalog.harvest import api as harvest
from catalog.search import api as search
from catalog.sources import api as sources
from governance.audit import api as audit
from portal.kit.api import Nothing
from portal.kit.dead_letters import api as dead_letters
from portal.views.api_docs import api_docs

router = DefaultRouter()
router.include_format_suffixes = False
for room in (sources, assets, search, harvest, audit, people, dead_letters):
    for prefix, viewset, basename in room.ROUTES:
        router.register(prefix, viewset, basename)


class Description(SpectacularAPIView):
    """The OpenAPI description, as JSON unless YAML is asked for; a refusal is a problem like everywhere."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiYamlRenderer]


app_name = "api"
urlpatterns = [
    path("v1/", include(router.urls)),
    path("schema/", Description.as_view(), name="schema"),
    path("docs/", api_docs, name="docs"),
    re_path(r"^(?!(?:v1|schema|docs)$)", Nothing.as_view(), name="nothing"),
]
