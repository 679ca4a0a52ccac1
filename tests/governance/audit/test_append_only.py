"""The database itself refuses to change the ledger."""

from collections.abc import Callable

import pytest
from django.db import ProgrammingError, connection, transaction

from governance.audit.models import Event
from tests.governance.audit.events import make_event


def run(statement: str) -> Callable[[Event], object]:
    """Return an attempt by SQL."""

    def attempt(event: Event) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return attempt


def save_changed(event: Event) -> None:
    event.actor_name = "Somebody Else"
    event.save()


ATTEMPTS: dict[str, Callable[[Event], object]] = {
    "UPDATE": run("UPDATE audit_event SET actor_name = 'Somebody Else'"),
    "UPDATE of the moment": run("UPDATE audit_event SET occurred_at = now()"),
    "DELETE": run("DELETE FROM audit_event"),
    "TRUNCATE": run("TRUNCATE audit_event"),
    "number and change at once": run("UPDATE audit_event SET seq = 1, reason = 'other'"),
    "save()": save_changed,
    "delete()": lambda event: event.delete(),
    "update()": lambda event: Event.objects.update(verb="test.other"),
    "queryset.delete()": lambda event: Event.objects.all().delete(),
    "bulk_update()": lambda event: Event.objects.bulk_update([Event(pk=event.pk, reason="other")], ["reason"]),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ATTEMPTS)
def test_every_way_to_change_an_entry_is_refused(name: str) -> None:
    event = make_event(reason="as it was")
    before = list(Event.objects.values())
    with pytest.raises(ProgrammingError, match="The audit log is append-only"), transaction.atomic():
        ATTEMPTS[name](event)
    assert list(Event.objects.values()) == before


@pytest.mark.django_db
def test_an_entry_is_numbered_once() -> None:
    event = make_event()
    assert Event.objects.filter(pk=event.pk).update(seq=1) == 1
    for number in (2, None):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Event.objects.filter(pk=event.pk).update(seq=number)
    assert Event.objects.get().seq == 1
