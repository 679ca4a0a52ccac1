"""Every address of the portal."""

from django.urls import include, path

urlpatterns = [
    path("", include("portal.pages")),
    path("", include("portal.kit.urls")),
    path("", include("catalog.sources.urls")),
    path("", include("catalog.assets.urls")),
    path("", include("catalog.search.urls")),
    path("", include("catalog.harvest.urls")),
    path("", include("governance.audit.urls")),
    path("", include("access.people.urls")),
    path("api/", include("portal.api")),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
