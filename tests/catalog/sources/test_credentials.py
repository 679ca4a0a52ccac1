"""Passwords at rest."""

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from catalog.sources import credentials
from catalog.sources.credentials import CredentialsUnreadable

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_a_password_comes_back_and_is_not_in_its_token(settings: Settings) -> None:
    settings.CREDENTIALS_KEYS = [OLD]
    token = credentials.encrypt("hemlig ö")
    assert "hemlig" not in token
    assert credentials.decrypt(token) == "hemlig ö"


def test_no_password_stays_none() -> None:
    assert (credentials.decrypt(""), credentials.rotate("")) == ("", "")


def test_rotation_moves_a_token_to_the_first_key(settings: Settings) -> None:
    settings.CREDENTIALS_KEYS = [OLD]
    token = credentials.encrypt("secret")
    settings.CREDENTIALS_KEYS = [NEW, OLD]
    rotated = credentials.rotate(token)
    settings.CREDENTIALS_KEYS = [NEW]
    assert credentials.decrypt(rotated) == "secret"
    with pytest.raises(CredentialsUnreadable) as caught:
        credentials.decrypt(token)
    assert (caught.value.code, caught.value.field) == ("credentials_unreadable", "password")


def test_rotation_without_the_old_key_is_refused(settings: Settings) -> None:
    settings.CREDENTIALS_KEYS = [OLD]
    token = credentials.encrypt("secret")
    settings.CREDENTIALS_KEYS = [NEW]
    with pytest.raises(CredentialsUnreadable):
        credentials.rotate(token)


@pytest.mark.parametrize("keys", [[], ["not a key"]])
def test_unusable_keys_are_told_without_showing_them(settings: Settings, keys: list[str]) -> None:
    settings.CREDENTIALS_KEYS = keys
    with pytest.raises(CredentialsUnreadable) as caught:
        credentials.encrypt("secret")
    assert caught.value.code == "credentials_key_invalid"
    assert "not a key" not in caught.value.message
    assert caught.value.__cause__ is None
