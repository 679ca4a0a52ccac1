from django.urls import path

from governance.audit import views

app_name = "audit"
urlpatterns = [
    path("audit/", views.log, name="log"),
    path("audit/export/", views.export, name="export"),
    path("audit/<uuid:event_id>/", views.event, name="event"),
]
