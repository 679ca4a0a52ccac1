"""The roof's own pages."""

from django.urls import path

from portal.views import gallery, health, home, metrics, palette

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("palette/", palette.palette, name="palette"),
    path("ui/", gallery.gallery, name="gallery"),
    path("ui/job/", gallery.job, name="gallery_job"),
    path("ui/suggest/", gallery.suggest, name="gallery_suggest"),
    path("health/", health.health, name="health"),
    path("metrics", metrics.metrics, name="metrics"),
]
