from django.apps import AppConfig


class HarvestConfig(AppConfig):
    name = "catalog.harvest"
    label = "harvest"

    def ready(self) -> None:
        """Make the connectors known and join the sources room."""
        from catalog.harvest import registration

        registration.join()
