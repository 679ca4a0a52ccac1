"""What each permission allows, as the rest of a sentence that begins with "may"."""

SENTENCES: dict[str, dict[str, str]] = {
    "The catalog": {
        "assets.browse_catalog": "look people and teams up, to name them",
        "assets.view_everything": "see private domains and sources and all their assets",
        "assets.edit_description": "describe any asset and column in sight",
        "assets.edit_ownership": "say who answers for an asset",
        "assets.certify_asset": "certify and deprecate assets",
        "assets.classify_asset": "say how sensitive an asset is",
        "assets.manage_domain": "make domains and say who may see them",
    },
    "Sources and harvests": {
        "sources.manage_source": "add, change, test and delete sources",
        "harvest.view_runs": "see harvests and what they changed",
        "harvest.run_harvest": "start, stop and retry harvests",
        "harvest.review_changes": "approve, reject and undo what harvests change, and accept renames",
    },
    "Search": {
        "search.edit_dictionary": "say which words search takes for each other",
        "search.view_analytics": "see what people search for and do not find",
        "search.tune_ranking": "change what comes first in search",
        "search.manage_index": "rebuild and check the search index",
    },
    "The audit log": {
        "audit.view_log": "read the audit log",
        "audit.export_log": "export the audit log",
    },
    "The portal": {
        "people.manage_people": "manage people, roles and teams",
        "kit.view_gallery": "see the gallery of components",
        "kit.manage_dead_letters": "inspect, edit, replay and discard failed work",
        "kit.view_system": "see the state of the system",
    },
}


def sentence_of(permission: str) -> str:
    """Return what a permission allows; its code when it has no sentence yet."""
    return next((known[permission] for known in SENTENCES.values() if permission in known), permission)
