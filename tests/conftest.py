"""Personas and the shared fixtures of every test."""

from collections.abc import Callable, Iterator

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client

from access.people.models import User
from access.people.roles import Role

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _only_this_machine(socket_enabled: None) -> None:
    """Sockets are open, but only to 127.0.0.1 (see --allow-hosts)."""


@pytest.fixture(scope="session", autouse=True)
def _flush_reaches_the_ledger() -> Iterator[None]:
    """Tests that commit are cleaned by TRUNCATE, which the ledger refuses: only its owner can lift that, as here."""
    flush = DatabaseOperations.execute_sql_flush

    def flush_all(self: DatabaseOperations, statements: list[str]) -> None:
        lift = "ALTER TABLE audit_event {} TRIGGER audit_event_no_truncate"
        flush(self, [lift.format("DISABLE"), *statements, lift.format("ENABLE")])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush_all)
        yield


def make_person(name: str, *roles: Role) -> User:
    """Store a person with these roles and the test password."""
    email = f"{name.lower().replace(' ', '.')}@atrium.example"
    return User.objects.create_user(email, PASSWORD, name=name, roles=list(roles))


@pytest.fixture
def analyst(db: None) -> User:
    return make_person("Ana Lyst", Role.ANALYST)


@pytest.fixture
def steward(db: None) -> User:
    return make_person("Stella Ward", Role.STEWARD)


@pytest.fixture
def officer(db: None) -> User:
    return make_person("Otto Ficer", Role.OFFICER)


@pytest.fixture
def engineer(db: None) -> User:
    return make_person("Enzo Gineer", Role.ENGINEER)


@pytest.fixture
def admin(db: None) -> User:
    return make_person("Ada Min", Role.ADMINISTRATOR)


@pytest.fixture
def outsider(db: None) -> User:
    """Signed in, without any role, team or permission."""
    return make_person("Oda Side")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """Return a client that is signed in as the person."""

    def client_of(person: User) -> Client:
        client = Client()
        client.force_login(person, backend="access.people.backends.RoleBackend")
        return client

    return client_of
