"""The type by which lower storeys speak of a person. The model itself lives on the top floor."""

from typing import cast

from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest

Person = AbstractUser


def signed_in(request: HttpRequest) -> Person:
    """Return the person behind a request that has passed the sign-in wall."""
    return cast("Person", request.user)
