from django.urls import path

from catalog.harvest import views
from catalog.harvest.changesets.urls import urlpatterns as change_sets

app_name = "harvest"
urlpatterns = [
    path("harvest/", views.index, name="runs"),
    path("harvest/runs/<int:run_id>/", views.detail, name="run"),
    path("harvest/runs/<int:run_id>/log/", views.log, name="log"),
    path("harvest/runs/<int:run_id>/cancel/", views.cancel, name="cancel"),
    path("harvest/runs/<int:run_id>/retry/", views.retry, name="retry"),
    path("harvest/sources/<int:source_id>/start/", views.start, name="start"),
    *change_sets,
]
