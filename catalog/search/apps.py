from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "catalog.search"
    label = "search"

    def ready(self) -> None:
        """Follow the outbox, and offer assets to the palette."""
        from catalog.search import outbox  # noqa: F401 - registers its handler
        from catalog.search.palette import found
        from portal.kit import palette

        palette.register("Tables and views", found)
