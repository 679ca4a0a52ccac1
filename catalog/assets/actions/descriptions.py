"""Writing what people say of assets and columns. The source's own words are never touched."""

from django.db import IntegrityError, transaction
from django.db.models import Max

from catalog.assets.actions.history import credit
from catalog.assets.actions.news import changed, tell_followers
from catalog.assets.models import Asset, Description, Layer
from catalog.assets.policies import Powers
from catalog.assets.visibility import may_see
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.kit.people import Person
from portal.kit.policies import require

DESCRIBED = register("asset.described", "described {object}")
COLUMN_DESCRIBED = register("asset.column_described", "described column {column} of {object}")
DESCRIPTION_REMOVED = register("asset.description_removed", "removed the description of {subject}")
DESCRIPTION_RESTORED = register("asset.description_restored", "restored an earlier description of {subject}")
LONGEST = 20_000


class Outdated(Conflict):
    """Somebody else was faster; `text` and `version` are what they left."""

    code = "outdated"

    def __init__(self, text: str, version: int) -> None:
        super().__init__("Somebody has changed this text since you opened it. Compare both, then save again.")
        self.text = text
        self.version = version


@transaction.atomic
def describe(*, asset: Asset, text: str, version: int, by: Person, column_name: str = "") -> Description | None:
    """Write the human description of an asset or column; an empty text removes it, so that other layers show.

    `version` is the one the text was edited from, 0 for none. Raises Outdated, Invalid, NotAllowed, NotFound.
    """
    _check(asset, column_name, by)
    return _write(asset, column_name, _cleaned(text), version, by, why="")


@transaction.atomic
def restore(*, asset: Asset, history_id: int, by: Person) -> Description | None:
    """Bring back an earlier human description; raise NotFound when it is not of this asset."""
    old = Description.history.filter(asset_id=asset.pk, layer=Layer.HUMAN, history_id=history_id).first()
    if old is None:
        raise NotFound("There is no such earlier description.")
    _check(asset, old.column_name, by)
    row = _locked(asset, old.column_name)
    why = f"Restored the text of {old.history_date:%d %B %Y, %H:%M} UTC"
    return _write(asset, old.column_name, old.text, row.version if row else 0, by, why=why)


def _check(asset: Asset, column_name: str, by: Person) -> None:
    if not may_see(by, asset):
        raise NotFound("There is no such asset.")
    require(Powers(by, asset).describe)
    known = not column_name or asset.columns.filter(name=column_name).exists()
    if not known and not asset.descriptions.filter(column_name=column_name).exists():
        raise NotFound(f"{asset} has no column {column_name}.")


def _cleaned(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Invalid(f"The text is {len(text):,} letters long; at most {LONGEST:,} fit.", field="text")
    if "\x00" in text:
        raise Invalid("The text holds a null character, which can't be stored.", field="text")
    return text


def _locked(asset: Asset, column_name: str) -> Description | None:
    rows = Description.objects.select_for_update().filter(asset=asset, column_name=column_name, layer=Layer.HUMAN)
    return rows.first()


def _write(asset: Asset, column_name: str, text: str, version: int, by: Person, *, why: str) -> Description | None:
    row = _locked(asset, column_name)
    if version != (row.version if row else 0):
        raise Outdated(row.text if row else "", row.version if row else 0)
    before = row.text if row else ""
    if text == before:
        return row
    written = _store(row, asset, column_name, text, by, why) if text else None
    if row and not text:
        credit(row, by=by, why=why)
        row.delete()
    _follow_up(asset, column_name, before, text, by, why)
    return written


def _store(row: Description | None, asset: Asset, column_name: str, text: str, by: Person, why: str) -> Description:
    """Save the text under a version never used before, so that a removed text can't be mistaken for its successor."""
    if row is None:
        past = Description.history.filter(asset_id=asset.pk, column_name=column_name, layer=Layer.HUMAN)
        row = Description(asset=asset, column_name=column_name, layer=Layer.HUMAN)
        row.version = past.aggregate(last=Max("version"))["last"] or 0
    row.version += 1
    row.text, row.edited_by_id = text, by.pk
    credit(row, by=by, why=why)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as twin:
        raise Outdated("", 0) from twin
    return row


def _follow_up(asset: Asset, column_name: str, before: str, after: str, by: Person, why: str) -> None:
    subject = f"{asset}.{column_name}" if column_name else str(asset)
    if not after:
        verb = DESCRIPTION_REMOVED
    elif why:
        verb = DESCRIPTION_RESTORED
    else:
        verb = COLUMN_DESCRIBED if column_name else DESCRIBED
    values = {"before": {"description": before}, "after": {"description": after}}
    details = values | {"column": column_name, "subject": subject}
    record(verb, by=by, obj=asset, reason=why, details=details)
    changed([asset.pk])
    what = "described" if after else "removed the description of"
    tell_followers(asset, what=f"described:{column_name}"[:60], text=f"{by} {what} {subject}", by=by)
