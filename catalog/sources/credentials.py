"""Credentials at rest: encrypted with the first of settings.CREDENTIALS_KEYS, readable with any of them.

To change the key, put the new one in front, run `rotate_credentials`, then drop the old one.
"""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from portal.kit.errors import DomainError


class CredentialsUnreadable(DomainError):
    """A stored password can't be decrypted, or there is no usable key."""

    code = "credentials_unreadable"
    status = 409


def encrypt(password: str) -> str:
    """Return the password encrypted with the newest key; raise CredentialsUnreadable when no key is usable."""
    return _keys().encrypt(password.encode()).decode()


def decrypt(token: str) -> str:
    """Return the password, empty for none stored; raise CredentialsUnreadable when its key is gone."""
    if not token:
        return ""
    try:
        return _keys().decrypt(token.encode()).decode()
    except InvalidToken:
        raise _key_is_gone() from None


def rotate(token: str) -> str:
    """Return the same password encrypted with the newest key; raise CredentialsUnreadable when its key is gone."""
    if not token:
        return ""
    try:
        return _keys().rotate(token.encode()).decode()
    except InvalidToken:
        raise _key_is_gone() from None


def _keys() -> MultiFernet:
    keys: list[str] = settings.CREDENTIALS_KEYS
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:  # none at all, or one that is no key; its text must not get into a log
        raise CredentialsUnreadable(
            "CREDENTIALS_KEYS holds no usable key, so passwords of sources can't be read or stored. "
            "An administrator finds the remedy with the doctor command.",
            code="credentials_key_invalid",
        ) from None


def _key_is_gone() -> CredentialsUnreadable:
    return CredentialsUnreadable(
        "The stored password can't be read: the key it was encrypted with is gone. "
        "Put the key back into CREDENTIALS_KEYS, or enter the password again.",
        field="password",
    )
