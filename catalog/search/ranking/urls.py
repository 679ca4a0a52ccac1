from django.urls import path

from catalog.search.ranking import views

urlpatterns = [
    path("search/ranking/", views.ranking, name="ranking"),
    path("search/ranking/<int:weighting_id>/restore/", views.restore, name="ranking_restore"),
    path("search/ranking/defaults/", views.restore_defaults, name="ranking_defaults"),
]
