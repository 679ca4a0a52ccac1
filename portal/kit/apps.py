from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "portal.kit"
    label = "kit"

    def ready(self) -> None:
        """Have the outbox deliver mail."""
        from portal.kit import mail  # noqa: F401 - registers its handler
