from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """Makes the built-in engines known; joins the audit log's links and the command palette."""

    name = "catalog.sources"
    label = "sources"

    def ready(self) -> None:
        """Register the engines and the ways to a source."""
        from catalog.sources import places
        from catalog.sources.engines import catalogue
        from governance.audit import links
        from portal.kit import palette

        catalogue.join()
        links.register("sources.source", places.links)
        palette.register("Sources", places.palette_items)
