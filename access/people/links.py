"""One-time links by which a person sets a password."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from access.people.models import User


class OneTimeLinks(PasswordResetTokenGenerator):
    """A link dies by its first use, by the next sign-in, by the end of all sessions and with the account."""

    key_salt = "access.people.links"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.session_epoch}{user.is_active}"


links = OneTimeLinks()


def path_for(person: User) -> str:
    """Return the path of a fresh link for the person; whoever opens it may set the password."""
    number = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("people:set_password", args=[number, links.make_token(person)])
