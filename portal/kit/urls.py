"""The pages of notifications and of failed work."""

from django.urls import path

from portal.kit import views
from portal.kit.dead_letters.urls import urlpatterns as dead_letters

app_name = "kit"
urlpatterns = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/badge/", views.notification_badge, name="notification_badge"),
    path("notifications/<int:notification_id>/", views.notification, name="notification"),
    path("notifications/read/", views.notifications_read, name="notifications_read"),
    *dead_letters,
]
