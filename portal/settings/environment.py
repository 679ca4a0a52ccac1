"""The one way in which Atrium reads its environment: variables, database addresses and key files."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """Return the variable; raise ImproperlyConfigured when it is unset and has no default."""
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """Return True for 1, true, yes or on."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated parts of a variable."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def secret(name: str, default: Callable[[], str] | None = None) -> str:
    """Return NAME, else what the file named by NAME_FILE holds, else the default.

    Raises ImproperlyConfigured when there is none of them, or when the file can't be read.
    """
    path = os.environ.get(f"{name}_FILE")
    if os.environ.get(name) or not (path or default):
        return text(name)
    if not path:
        return default() if default else ""
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"The file of {name}_FILE can't be read: {error.strerror}.") from None


def database(url: str) -> dict[str, Any]:
    """Turn postgresql://user:password@host:port/name?option=value into a Django database."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://: PostgreSQL is the only database.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_HEALTH_CHECKS": True,
    }


def new_secret_key() -> str:
    """Return a fresh key for signing cookies."""
    return secrets.token_urlsafe(50)


def new_credentials_key() -> str:
    """Return a fresh key for encrypting credentials at rest."""
    return Fernet.generate_key().decode()


def key_file(path: Path, make: Callable[[], str]) -> str:
    """Return the key in a file readable by its owner only, made on first use."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as handle:
        key = make()
        handle.write(key)
    return key
