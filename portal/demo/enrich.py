"""Makes the harvested demo look lived in: texts, owners, certifications, followers. Run after the first harvest."""

from collections.abc import Mapping
from typing import TypeAlias

from django.db import transaction

from access.people.models import User
from catalog.assets import actions
from catalog.assets.models import Asset, Description, OwnershipRole, Sensitivity
from portal.demo import company
from portal.demo.remarks import CERTIFIED, CLASSIFIED, COLUMNS, DEPRECATED, DESCRIPTIONS, FOLLOWED, OWNERS, VISITS


def enrich() -> bool:
    """Add what people would have written, once and all or nothing. False while the harvest has found nothing yet.

    Assets that the harvest did not find are passed over; what people wrote themselves is left alone.
    """
    assets = {
        f"{asset.schema.name}.{asset.name}": asset
        for asset in Asset.objects.filter(source__slug=company.SOURCE_SLUG, gone_at=None).select_related("schema")
    }
    if not assets:
        return False
    people = {person.email.partition("@")[0]: person for person in _members()}
    if people.keys() < {member.key for member in company.MEMBERS} or _is_enriched(people[company.STEWARD]):
        return True
    with transaction.atomic():
        for write in (_descriptions, _owners, _marks, _readers):
            write(assets, people)
    return True


def _members() -> list[User]:
    return list(User.objects.filter(email__in=[member.email for member in company.MEMBERS], is_active=True))


def _is_enriched(steward: User) -> bool:
    written: bool = Description.history.filter(asset__source__slug=company.SOURCE_SLUG, edited_by=steward).exists()
    return written


Assets: TypeAlias = Mapping[str, Asset]
People: TypeAlias = Mapping[str, User]


def _descriptions(assets: Assets, people: People) -> None:
    texts = [(path, "", text, author) for path, (author, text) in DESCRIPTIONS.items()]
    texts += [(path, column, text, company.STEWARD) for (path, column), text in COLUMNS.items()]
    for path, column, text, author in texts:
        asset = assets.get(path)
        if asset and not Description.objects.filter(asset=asset, column_name=column).exists():
            actions.describe(asset=asset, column_name=column, text=text, version=0, by=people[author])


def _owners(assets: Assets, people: People) -> None:
    for path, (role, holder) in OWNERS.items():
        if asset := assets.get(path):
            actions.name_owner(
                thing=asset, role=OwnershipRole(role), holder=people[holder], by=people[company.ADMINISTRATOR]
            )


def _marks(assets: Assets, people: People) -> None:
    for path, (by, note) in CERTIFIED.items():
        if asset := assets.get(path):
            actions.certify(asset=asset, note=note, by=people[by])
    for path, (by, note) in DEPRECATED.items():
        if asset := assets.get(path):
            actions.deprecate(asset=asset, note=note, by=people[by])
    for path, (by, level, note) in CLASSIFIED.items():
        if asset := assets.get(path):
            actions.classify(asset=asset, sensitivity=Sensitivity(level), note=note, by=people[by])


def _readers(assets: Assets, people: People) -> None:
    for key, paths in FOLLOWED.items():
        for path in paths:
            if asset := assets.get(path):
                actions.follow(asset=asset, by=people[key])
    for key, path, times in VISITS:
        for _ in range(times if path in assets else 0):
            actions.visit(asset=assets[path], by=people[key])
