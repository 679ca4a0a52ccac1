"""Keeping secrets out of logs and traces: by the name of a field, and by their look inside a text."""

import re
from collections.abc import Mapping

from django.http import HttpRequest

HIDDEN = "[redacted]"
_SECRET_NAME = re.compile(
    r"pass(word|wd|phrase)|secret|token|authori[sz]ation|cookie|credential|api_?key|private_?key|session_?key|csrf",
    re.IGNORECASE,
)
_IN_TEXT = (
    (re.compile(r"(\w+://[^\s/:@]*:)[^\s@]+(@)"), rf"\1{HIDDEN}\2"),  # user:password in an address
    (re.compile(r"\b(Bearer|Basic|Token)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"\batr_\w+"), HIDDEN),  # our own API tokens
    (
        re.compile(
            r"""(?ix)\b([\w-]*(?:password|passwd|secret|token|authorization|cookie|sessionid|api_?key)[\w-]*["']?\s*[=:]\s*)
            ("[^"]*"|'[^']*'|[^\s,;&)}\]]+)"""
        ),
        rf"\1{HIDDEN}",
    ),
)


def is_secret(name: str) -> bool:
    """Return whether a field of this name holds a secret."""
    return bool(_SECRET_NAME.search(name))


def text(value: str) -> str:
    """Return the text without passwords in addresses, tokens and `password=…`."""
    for pattern, replacement in _IN_TEXT:
        value = pattern.sub(replacement, value)
    return value


def cleaned(value: object, name: str = "") -> object:
    """Return a value of a log line, of any depth, without secrets."""
    if name and is_secret(name) and value not in (None, ""):
        return HIDDEN
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return {key: cleaned(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(inner) for inner in value]
    return value


def path_of(request: HttpRequest) -> str:
    """Return the path without its query and without the parts that are secrets, as in a link to set a password."""
    path = request.path
    match = request.resolver_match
    for name, value in (match.kwargs if match else {}).items():
        if is_secret(name):
            path = path.replace(f"/{value}", f"/{HIDDEN}")
    return path
