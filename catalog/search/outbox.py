"""The index follows the catalog: whoever changes what search shows puts `asset.changed` with the asset's id."""

from django.db import transaction

from catalog.assets.actions.news import ASSET_CHANGED
from catalog.search import actions
from catalog.search.saved import checking
from portal.kit import outbox
from portal.kit.models import OutboxMessage


@outbox.handles(ASSET_CHANGED)
def index_changed(messages: list[OutboxMessage]) -> None:
    """Index the assets of a batch of messages."""
    actions.index(int(message.key) for message in messages)
    transaction.on_commit(checking.soon)
