from django.urls import path

from catalog.search.analytics import views

urlpatterns = [
    path("search/analytics/", views.analytics, name="analytics"),
    path("search/opened/", views.opened, name="opened"),
    path("search/recent/", views.recent, name="recent"),
]
