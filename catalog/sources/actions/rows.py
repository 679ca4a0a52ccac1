"""Rows of sources as the actions read and write them, and the one check of a whole source."""

from itertools import count

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from catalog.sources import requirements
from catalog.sources.models import Source
from portal.kit.errors import Invalid, NotFound

_UNCHECKED = {"password_encrypted", "next_password_encrypted", "next_harvest_at", "slug"}


def locked(source: Source) -> Source:
    """Return the row as it is, locked until the transaction ends; raise NotFound when it was deleted."""
    return stored(source, Source.objects.select_for_update())


def stored(source: Source, sources: QuerySet[Source] | None = None) -> Source:
    """Return the row as it is: the object at hand may carry a form's unsaved values."""
    row = (Source.objects.all() if sources is None else sources).filter(pk=source.pk).first()
    if row is None:
        raise NotFound("This source has been deleted meanwhile.")
    return row


def check(source: Source) -> None:
    """Raise Invalid with the field that is wrong."""
    try:
        source.full_clean(exclude=_UNCHECKED)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        field = name if name != NON_FIELD_ERRORS else "name"  # the one constraint is about the name
        raise Invalid(" ".join(messages), field=field) from None
    requirements.check(source)


def save(source: Source, only: list[str] | None = None) -> None:
    """Store it; raise Invalid when another source took its name meanwhile."""
    try:
        with transaction.atomic():
            source.save(update_fields=only)
    except IntegrityError:
        raise Invalid("There is a source of this name already. Choose another.", field="name") from None


def free_slug(name: str) -> str:
    """Return a slug of the name that no source has."""
    wanted = slugify(name)[:90] or "source"
    taken = set(Source.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    options = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    return next(slug for slug in options if slug not in taken)
