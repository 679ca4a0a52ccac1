"""Plants the people, domains and the source of the demo, through the rooms' actions. Knows nothing of assets yet."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from psycopg.conninfo import conninfo_to_dict

from access.people.models import User
from catalog.assets import actions as assets
from catalog.assets.models import Domain, OwnershipRole, Schema
from catalog.harvest import actions as harvest
from catalog.sources import actions as sources
from catalog.sources.credentials import CredentialsUnreadable, decrypt
from catalog.sources.models import Source
from portal.demo import company
from portal.demo.company import MEMBERS, ONE_CLICK, PARTS, Part
from portal.demo.enrich import enrich
from portal.demo.staff import hire
from portal.settings import environment


def seed(warehouse_url: str) -> list[str]:
    """Plant the demo once and queue its first harvest; later only keep the source's address up to date.

    What people have changed since is left alone. Return a line a login. Raises what `sources.create` raises.
    """
    password = demo_password()
    source = Source.objects.filter(slug=company.SOURCE_SLUG).first()
    if source is None:
        _plant(warehouse_url, password)
    else:
        _reconnect(source, warehouse_url)
        enrich()
    width = max(len(member.email) for member in ONE_CLICK)
    return [f"{member.email:<{width}}  {password}  {member.name}, {member.role_names}" for member in ONE_CLICK]


def demo_password() -> str:
    """One password for all people of the demo, made for this installation."""
    return environment.key_file(settings.VAR_DIR / "keys" / "demo_people", lambda: secrets.token_urlsafe(9))


@transaction.atomic
def _plant(warehouse_url: str, password: str) -> None:
    people = hire(password)
    source = _source(warehouse_url, by=people[company.ENGINEER])
    for part in PARTS:
        _domain(part, source, people)
    harvest.start(source, by=people[company.ENGINEER])


def _source(warehouse_url: str, *, by: User) -> Source:
    return sources.create(
        by=by,
        name=company.SOURCE,
        description=company.SOURCE_DESCRIPTION,
        harvest_every_minutes=company.HARVEST_EVERY_MINUTES,
        **_address(warehouse_url),
    )


def _domain(part: Part, source: Source, people: Mapping[str, User]) -> None:
    """Make the domain and give it its schemas before they are harvested, so that a private one is never seen open."""
    admin = people[company.ADMINISTRATOR]
    domain = Domain.objects.filter(name=part.name).first()
    if domain is None:
        facts = assets.DomainFacts(name=part.name, description=part.description)
        domain = assets.make_domain(facts=facts, is_private=bool(part.only_team), by=admin)
        for role, key in ((OwnershipRole.OWNER, part.owner), (OwnershipRole.STEWARD, part.steward)):
            assets.name_owner(thing=domain, role=role, holder=people[key], by=admin)
        if part.only_team:
            assets.admit(thing=domain, holder=Group.objects.get(name=part.only_team), by=admin)
    for name in part.schemas:
        schema, _ = Schema.objects.get_or_create(source=source, name=name)
        assets.place_schema(schema=schema, domain=domain, by=admin)


def _reconnect(source: Source, warehouse_url: str) -> None:
    """The embedded server may have moved to another port, and the reader may have got another password."""
    address = _address(warehouse_url)
    try:
        password = decrypt(source.password_encrypted)
    except CredentialsUnreadable:
        password = ""
    known = {name: getattr(source, name) for name in ("host", "port", "database", "username")}
    if address != known | {"password": password, "tls": source.tls}:
        sources.change(source, by=User.objects.get(email=_email(company.ENGINEER)), **address)


def _email(key: str) -> str:
    return next(member.email for member in MEMBERS if member.key == key)


def _address(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    return {
        "host": str(parts["host"]),
        "port": int(parts.get("port") or 5432),
        "database": str(parts["dbname"]),
        "username": str(parts["user"]),
        "password": str(parts["password"]),
        "tls": Source.Tls.PREFER,
    }
