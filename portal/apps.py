"""The roof as a Django app, so that its commands are found and its Celery application is the current one."""

from django.apps import AppConfig
from django.conf import settings

from portal.celery import app as celery_app

__all__ = ["PortalConfig", "celery_app"]


class PortalConfig(AppConfig):
    """Composes every room."""

    name = "portal"
    label = "portal"

    def ready(self) -> None:
        """Have the kit's acts written into the ledger; in the demo, offer its people on the sign-in page."""
        from portal import ledger
        from portal.kit.ledger import kept_by

        kept_by(ledger.keep)
        if settings.DEMO:
            from access.people import one_click
            from portal.demo.company import ONE_CLICK

            one_click.offer([member.email for member in ONE_CLICK])
