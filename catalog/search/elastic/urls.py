from django.urls import path

from catalog.search.elastic import views

urlpatterns = [
    path("search/index/", views.index, name="index"),
    path("search/index/rebuild/", views.rebuild, name="index_rebuild"),
    path("search/index/check/", views.check, name="index_check"),
]
