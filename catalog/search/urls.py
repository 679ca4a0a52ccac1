from django.urls import include, path

from catalog.search import builder, views

app_name = "search"
urlpatterns = [
    path("", include("catalog.search.elastic.urls")),
    path("search/", views.results, name="results"),
    path("search/number/", views.number, name="number"),
    path("search/fields/", views.fields, name="fields"),
    path("search/build/", builder.build, name="build"),
    path("search/help/", views.query_help, name="help"),
    path("search/suggest/", views.suggest, name="suggest"),
    path("", include("catalog.search.columns.urls")),
    path("", include("catalog.search.dictionary.urls")),
    path("", include("catalog.search.saved.urls")),
    path("", include("catalog.search.analytics.urls")),
    path("", include("catalog.search.ranking.urls")),
]
