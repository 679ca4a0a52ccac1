from django.urls import path

from catalog.sources import views

app_name = "sources"
urlpatterns = [
    path("sources/", views.index, name="list"),
    path("sources/new/", views.new, name="new"),
    path("sources/<int:source_id>/", views.detail, name="detail"),
    path("sources/<int:source_id>/edit/", views.edit, name="edit"),
    path("sources/<int:source_id>/schedule/", views.schedule, name="schedule"),
    path("sources/<int:source_id>/limits/", views.limits, name="limits"),
    path("sources/<int:source_id>/secret/", views.secret, name="secret"),
    path("sources/<int:source_id>/secret/test/", views.test_secret, name="secret_test"),
    path("sources/<int:source_id>/secret/forget/", views.forget_secret, name="secret_forget"),
    path("sources/<int:source_id>/inspect/", views.inspect, name="inspect"),
    path("sources/<int:source_id>/test/", views.test, name="test"),
    path("sources/<int:source_id>/delete/", views.delete, name="delete"),
]
