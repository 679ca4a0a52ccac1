"""Assets and domains over the API, under the same rules as the pages."""

from catalog.assets.api.assets import AssetViewSet
from catalog.assets.api.domains import DomainViewSet
from portal.kit.api import Route

__all__ = ["ROUTES"]

ROUTES: list[Route] = [("assets", AssetViewSet, "asset"), ("domains", DomainViewSet, "domain")]
