from django.urls import path

from catalog.search.columns import views

urlpatterns = [
    path("columns/", views.columns, name="columns"),
    path("columns/<path:name>/", views.column, name="column"),
]
