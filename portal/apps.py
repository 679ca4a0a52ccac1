"""The roof as a Django app, so that its commands are found and its Celery application is the current one."""

from django.apps import AppConfig

from portal.celery import app as celery_app

__all__ = ["PortalConfig", "celery_app"]


class PortalConfig(AppConfig):
    """Composes every room."""

    name = "portal"
    label = "portal"
