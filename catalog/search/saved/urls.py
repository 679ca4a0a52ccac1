from django.urls import path

from catalog.search.saved import views

urlpatterns = [
    path("search/saved/", views.index, name="saved"),
    path("search/saved/new/", views.new, name="saved_new"),
    path("search/saved/restore/", views.restore, name="saved_restore"),
    path("search/saved/<int:search_id>/", views.opened, name="saved_open"),
    path("search/saved/<int:search_id>/edit/", views.edit, name="saved_edit"),
    path("search/saved/<int:search_id>/delete/", views.delete, name="saved_delete"),
]
