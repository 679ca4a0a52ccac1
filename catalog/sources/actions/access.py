"""Hiding, opening and deleting sources."""

from django.db import transaction

from catalog.sources import registry
from catalog.sources.actions.rows import locked
from catalog.sources.actions.storing import ADDRESS
from catalog.sources.models import Source
from catalog.sources.policies import may_manage
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit.erasing import erase
from portal.kit.errors import Invalid
from portal.kit.people import Person
from portal.kit.policies import require

MADE_PRIVATE = register("source.made_private", "made the source {object} private")
MADE_OPEN = register("source.made_open", "opened the source {object} to everybody signed in")
DELETED = register("source.deleted", "deleted the source {object}")


def set_privacy(source: Source, *, by: Person, is_private: bool) -> None:
    """Hide the source and what is in it from people without a grant, or open it. Labels follow in the same moment."""
    require(may_manage(by))
    with transaction.atomic():
        row = locked(source)
        if row.is_private == is_private:
            return
        row.is_private = is_private
        row.save(update_fields=["is_private"])
        for follow in registry.on_privacy_change:
            follow(row)
        record(MADE_PRIVATE if is_private else MADE_OPEN, by=by, obj=row)


def delete(source: Source, *, by: Person, confirmation: str) -> None:
    """Delete a source with all that was harvested from it; `confirmation` is its name.

    Raises Invalid on a wrong name, Conflict when a room objects (a harvest is running).
    """
    require(may_manage(by))
    with transaction.atomic():
        row = locked(source)
        if confirmation.strip() != row.name:
            raise Invalid(f"Type the name of the source, {row.name}, to delete it.", field="confirmation")
        for guard in registry.before_delete:
            guard(row)
        record(DELETED, by=by, obj=row, details={"before": {name: getattr(row, name) for name in ADDRESS}})
        erase(Source.objects.filter(pk=row.pk))
