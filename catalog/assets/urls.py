"""The pages of assets, of the tree above them, and of domains."""

from django.urls import include, path

from catalog.assets.views import access, activity, asset, browse, columns, curation, descriptions, domains, history
from catalog.assets.views import owners as owner_views

app_name = "assets"

_asset = [
    path("", asset.detail, name="detail"),
    path("follow/", asset.follow_asset, name="follow"),
    path("columns/", columns.columns, name="columns"),
    path("history/", history.history, name="history"),
    path("history/<int:history_id>/restore/", history.restore_text, name="restore"),
    path("activity/", activity.activity, name="activity"),
    path("description/", descriptions.description, name="description"),
    path("owners/", owner_views.asset_owners, name="owners"),
    path("certification/", curation.certification, name="certification"),
    path("sensitivity/", curation.sensitivity, name="sensitivity"),
    path("domain/", curation.asset_domain, name="asset_domain"),
    path("access/", access.asset_access, name="asset_access"),
]
_domain = [
    path("", domains.domain, name="domain"),
    path("edit/", domains.edit, name="domain_edit"),
    path("privacy/", domains.privacy, name="domain_privacy"),
    path("remove/", domains.remove, name="domain_remove"),
    path("owners/", owner_views.domain_owners, name="domain_owners"),
    path("access/", access.domain_access, name="domain_access"),
]
urlpatterns = [
    path("browse/", browse.tree, name="browse"),
    path("browse/sources/<int:source_id>/", browse.source, name="browse_source"),
    path("browse/sources/<int:source_id>/access/", access.source_access, name="source_access"),
    path("browse/schemas/<int:schema_id>/", browse.schema, name="browse_schema"),
    path("browse/schemas/<int:schema_id>/domain/", curation.schema_domain, name="schema_domain"),
    path("browse/holders/", owner_views.holders, name="holders"),
    path("domains/", domains.domains, name="domains"),
    path("domains/new/", domains.new, name="domain_new"),
    path("domains/<int:domain_id>/", include(_domain)),
    path("assets/<int:asset_id>/", include(_asset)),
]
