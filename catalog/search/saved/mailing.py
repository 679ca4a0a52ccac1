"""The mail about new matches. It is written when it leaves, and names what its reader may see then."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from catalog.assets.models import Asset
from catalog.search.models import Cadence, SavedSearch
from portal.kit import mail
from portal.kit.mail import Facts, Letter
from portal.kit.people import Person

KIND = "saved_search"
_LOOKED_AT = 200
"""Of the new matches of a search so many are looked at again; more are only said to be there."""
_NAMED = 10


@dataclass(frozen=True)
class Found:
    """A search with what is new in it, as the mail shows it."""

    name: str
    url: str
    number: str
    assets: list[tuple[str, str, str]]
    """Name, path, address."""
    more: bool


def send(found: Mapping[int, list[int]]) -> None:
    """Put one mail about these searches of one person (by id: their new matches), if any of them wants mail."""
    searches = SavedSearch.objects.filter(pk__in=list(found), by_mail=True).defer("matches") if found else []
    wanted = {search.pk: search for search in searches}
    if not wanted:
        return
    first = next(iter(wanted.values()))
    facts = {str(pk): found[pk][:_LOOKED_AT] for pk in wanted}
    mail.send([first.person_id], kind=KIND, key=f"{KIND}:{first.pk}:{_stamp(first.told_at)}", facts={"found": facts})


def _stamp(moment: datetime | None) -> str:
    return f"{moment:%Y%m%dT%H%M%S%f}" if moment else ""


@mail.composes(KIND)
def composed(person: Person, facts: Facts) -> Letter | None:
    """Write what is new to the person, or nothing when they may see none of it now or don't want it any more."""
    ids = {int(pk): asset_ids for pk, asset_ids in facts["found"].items()}
    rows = SavedSearch.objects.filter(pk__in=list(ids), person_id=person.pk, by_mail=True).exclude(tells=Cadence.NEVER)
    wanted = {asset_id for asset_ids in ids.values() for asset_id in asset_ids}
    seen = Asset.objects.visible_to(person).present().only("name", "path").in_bulk(list(wanted))
    found = list(_found(rows.defer("matches", "news"), ids, seen))
    if not found:
        return None
    name = found[0].name if len(found) == 1 else f"{len(found)} saved searches"
    context = {"found": found, "settings_url": mail.address_of(reverse("search:saved"))}
    return Letter(f"New matches: {name}", "search/saved/_mail", context)


def _found(searches: Iterable[SavedSearch], ids: Mapping[int, list[int]], seen: Mapping[int, Asset]) -> Iterator[Found]:
    for search in searches:
        assets = [seen[asset_id] for asset_id in ids[search.pk] if asset_id in seen]
        if assets:
            yield Found(
                name=search.name,
                url=mail.address_of(reverse("search:saved_open", args=[search.pk])),
                number=_number(len(assets), is_capped=len(ids[search.pk]) == _LOOKED_AT),
                assets=[
                    (asset.name, asset.path, mail.address_of(reverse("assets:detail", args=[asset.pk])))
                    for asset in assets[:_NAMED]
                ],
                more=len(assets) > _NAMED,
            )


def _number(number: int, *, is_capped: bool) -> str:
    if number == 1:
        return "1 new match"
    return f"{'at least ' if is_capped else ''}{number:,} new matches"
