"""Random changes of who may see what, by the portal's own actions. Each returns whether texts of search change too."""

from collections.abc import Callable

from django.contrib.auth.models import Group
from django.utils import timezone

from access.people.actions import administration
from access.people.actions import teams as team_actions
from access.people.models import User
from catalog.assets.actions import access, domains, news, owners, placement
from catalog.assets.models import Asset, Domain, Ownership, OwnershipRole
from catalog.sources.actions.access import set_privacy as set_source_privacy
from catalog.sources.models import Source
from portal.kit.errors import Conflict
from tests.security.leaks.house import House


def random_step(house: House) -> str:
    """Do something; return what, for whoever reads why a test failed."""
    step = house.choice.choice(_STEPS)
    try:
        return f"{step.__name__}: {step(house)}"
    except Conflict:  # there already, or nothing to take back
        return f"{step.__name__}: nothing"


def _thing(house: House) -> Asset | Domain:
    things: list[Asset | Domain] = [_asset(house), house.choice.choice(house.domains)]
    return house.choice.choice(things)


def _holder(house: House) -> User | Group:
    holders: list[User | Group] = [_person(house), house.choice.choice(house.teams)]
    return house.choice.choice(holders)


def _asset(house: House) -> Asset:
    return Asset.objects.get(pk=house.choice.choice(sorted(house.own)))


def _person(house: House) -> User:
    return User.objects.get(pk=house.choice.choice(house.people).pk)


def _admit(house: House) -> str:
    things: list[Asset | Domain | Source] = [_thing(house), house.choice.choice(house.sources)]
    thing = house.choice.choice(things)
    holder = _holder(house)
    access.admit(thing=thing, holder=holder, by=house.admin)
    return f"{holder} to {thing}"


def _shut_out(house: House) -> str:
    """Take back any grant there is."""
    things: list[Asset | Domain | Source] = [*house.domains, *house.sources, *Asset.objects.filter(pk__in=house.own)]
    holders: list[User | Group] = [*house.people, *house.teams]
    found = [(thing, holder) for thing in things for holder in holders]
    house.choice.shuffle(found)
    for thing, holder in found:
        try:
            access.shut_out(thing=thing, holder=holder, by=house.admin)
        except Conflict:
            continue
        return f"{holder} from {thing}"
    return "nothing"


def _name_owner(house: House) -> str:
    thing, holder = _thing(house), _holder(house)
    owners.name_owner(thing=thing, role=OwnershipRole.OWNER, holder=holder, by=house.admin)
    return f"{holder} for {thing}"


def _dismiss_owner(house: House) -> str:
    rows = list(Ownership.objects.order_by("pk"))
    if not rows:
        return "nothing"
    row = house.choice.choice(rows)
    owners.dismiss_owner(ownership=row, by=house.admin)
    return str(row)


def _place(house: House) -> str:
    asset, domain = _asset(house), house.choice.choice([None, *house.domains])
    placement.place_asset(asset=asset, domain=domain, by=house.admin)
    return f"{asset} in {domain}"


def _place_schema(house: House) -> str:
    schema, domain = house.choice.choice(house.schemas), house.choice.choice([None, *house.domains])
    schema.refresh_from_db()
    placement.place_schema(schema=schema, domain=domain, by=house.admin)
    return f"{schema} in {domain}"


def _flip_domain(house: House) -> str:
    domain = house.choice.choice(house.domains)
    domain.refresh_from_db()
    domains.set_privacy(domain=domain, is_private=not domain.is_private, by=house.admin)
    return f"{domain}, private now: {domain.is_private}"


def _flip_source(house: House) -> str:
    source = house.choice.choice(house.sources)
    source.refresh_from_db()
    set_source_privacy(source, by=house.admin, is_private=not source.is_private)
    return f"{source}, private now: {source.is_private}"


def _join(house: House) -> str:
    team, person = house.choice.choice(house.teams), _person(house)
    team_actions.add(team, person, by=house.admin)
    return f"{person} to {team}"


def _leave(house: House) -> str:
    team = house.choice.choice(house.teams)
    members = list(User.objects.filter(groups=team).order_by("pk"))
    if not members:
        return "nothing"
    team_actions.remove(team, members[0], by=house.admin)
    return f"{members[0]} from {team}"


def _go(house: House) -> str:
    """As a harvest does when a table is no more, or is back."""
    asset = _asset(house)
    asset.gone_at = None if asset.gone_at else timezone.now()
    Asset.objects.filter(pk=asset.pk).update(gone_at=asset.gone_at)
    news.changed([asset.pk])
    return f"{asset}, gone: {bool(asset.gone_at)}"


def _deactivate(house: House) -> str:
    person = _person(house)
    act = administration.deactivate if person.is_active else administration.activate
    act(person, by=house.admin)
    return f"{person}, active before: {person.is_active}"


_STEPS: tuple[Callable[[House], str], ...] = (
    *(_admit, _admit, _admit, _shut_out, _shut_out, _name_owner, _dismiss_owner, _place, _place_schema),
    *(_flip_domain, _flip_source, _join, _join, _leave, _go, _deactivate),
)
