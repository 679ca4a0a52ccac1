"""Sources and engines over the API, under the same rules as the pages."""

from catalog.sources.api.engines import EngineViewSet
from catalog.sources.api.sources import SourceViewSet
from portal.kit.api import Route

__all__ = ["ROUTES", "EngineViewSet", "SourceViewSet"]

ROUTES: list[Route] = [("sources", SourceViewSet, "source"), ("engines", EngineViewSet, "engine")]
