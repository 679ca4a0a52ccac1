"""Verbs: what can be written into the ledger. Each room registers its own beside the actions that use them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verb:
    """A kind of event. `sentence` follows the actor's name and may use {object} and keys of the details."""

    code: str
    sentence: str


_registered: dict[str, Verb] = {}


def register(code: str, sentence: str) -> Verb:
    """Register a verb such as ("asset.described", "described {object}"); raise ValueError when the code is taken."""
    if code in _registered:
        raise ValueError(f"The audit verb {code} is registered twice.")
    verb = _registered[code] = Verb(code, sentence)
    return verb


def find(code: str) -> Verb | None:
    """Return the verb of a code, or None for one that this version no longer knows."""
    return _registered.get(code)


def all_verbs() -> list[Verb]:
    """Return every verb by code."""
    return [_registered[code] for code in sorted(_registered)]
