"""Addresses of change sets, within those of the harvest."""

from django.urls import path

from catalog.harvest.changesets import views
from catalog.harvest.changesets.renames import views as renames

urlpatterns = [
    path("harvest/reviews/", views.reviews, name="reviews"),
    path("harvest/runs/<int:run_id>/plan/", views.plan, name="plan"),
    path("harvest/runs/<int:run_id>/decide/", views.decide, name="decide"),
    path("harvest/runs/<int:run_id>/undo/", views.undo, name="undo"),
    path("harvest/sources/<int:source_id>/dry-run/", views.dry_run, name="dry_run"),
    path("harvest/renames/<int:rename_id>/", renames.rename, name="rename"),
    path("harvest/renames/<int:rename_id>/decide/", renames.decide_rename, name="decide_rename"),
]
