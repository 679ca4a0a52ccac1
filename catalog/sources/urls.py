from django.urls import path

from catalog.sources import views

app_name = "sources"
urlpatterns = [
    path("sources/", views.index, name="list"),
    path("sources/new/", views.new, name="new"),
    path("sources/<int:source_id>/", views.detail, name="detail"),
    path("sources/<int:source_id>/edit/", views.edit, name="edit"),
    path("sources/<int:source_id>/test/", views.test, name="test"),
    path("sources/<int:source_id>/delete/", views.delete, name="delete"),
]
