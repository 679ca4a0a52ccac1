from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """Joins the audit log's links and the command palette."""

    name = "catalog.sources"
    label = "sources"

    def ready(self) -> None:
        """Register the ways to a source."""
        from catalog.sources import places
        from governance.audit import links
        from portal.kit import palette

        links.register("sources.source", places.links)
        palette.register("Sources", places.palette_items)
