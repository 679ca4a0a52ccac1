"""Identifiers: tokens that are shown once and the digests we keep of them."""

import hashlib
import secrets


def new_token(prefix: str) -> str:
    """Return a random secret of 256 bits that names its kind, such as atr_…."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def digest(token: str) -> str:
    """Return the SHA-256 of a token in hex; enough for random secrets, which need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
