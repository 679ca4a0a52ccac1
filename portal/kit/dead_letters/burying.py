"""Burying what failed, and settling what has been done since."""

import traceback
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, JSONField, Value, When

from portal.kit import clock
from portal.kit.errors import DomainError
from portal.kit.models import DeadLetter

_LONGEST_TRACE = 20_000  # characters


def bury(topic: str, *, subject: str, key: str, payload: dict[str, Any], error: Exception) -> None:
    """Keep failed work, in the caller's transaction; the same failure again adds to the open letter of its key.

    `payload` is what a replay needs and holds no secret. What somebody has edited meanwhile stays as edited.
    """
    facts = _facts(subject, error)
    if _added(topic, key, payload, facts):
        return
    try:
        with transaction.atomic():
            DeadLetter.objects.create(
                topic=topic, key=key[:200], payload=payload, first_failed_at=facts["last_failed_at"], **facts
            )
    except IntegrityError:  # somebody was faster
        _added(topic, key, payload, facts)


def settle(topic: str, keys: Iterable[str], *, because: str) -> None:
    """Close the open letters of work that has been done otherwise."""
    DeadLetter.objects.filter(topic=topic, key__in=list(keys), state=DeadLetter.State.OPEN).update(
        state=DeadLetter.State.REPLAYED, decided_at=clock.now(), reason=because
    )


def _added(topic: str, key: str, payload: dict[str, Any], facts: dict[str, Any]) -> bool:
    kept = Case(
        When(original_payload=None, then=Value(payload, JSONField())), default=F("payload"), output_field=JSONField()
    )
    found = DeadLetter.objects.filter(topic=topic, key=key[:200], state=DeadLetter.State.OPEN)
    return bool(found.update(attempts=F("attempts") + 1, payload=kept, **facts))


def _facts(subject: str, error: Exception) -> dict[str, Any]:
    in_words = isinstance(error, DomainError)
    return {
        "subject": subject[:300],
        "error_code": (error.code if isinstance(error, DomainError) else type(error).__name__)[:60],
        "error_message": str(error) if in_words else f"It failed with an unexpected error ({type(error).__name__}).",
        "trace": trace_of(error),
        "last_failed_at": clock.now(),
    }


def trace_of(error: BaseException) -> str:
    """Return where an error and its causes came from, without their texts: those may hold values of the data."""
    parts: list[str] = []
    each: BaseException | None = error
    while each is not None:
        parts.append("".join(traceback.format_tb(each.__traceback__)) + type(each).__qualname__)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return "\n\nwhile handling this:\n".join(reversed(parts))[-_LONGEST_TRACE:]
