from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "access.people"
    label = "people"

    def ready(self) -> None:
        """Listen for lockouts."""
        from access.people import lockout  # noqa: F401 - imported for its receiver
