"""Every address of the portal, read from the resolver: the tests of this folder meet a new one by themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

PAGE_METHODS = ("get", "post")


READ_BY_MACHINES = {"portal:metrics"}
"""Opened by a token too, so the view asks for a sign-in by itself; nothing can be sent there."""


@dataclass(frozen=True)
class Route:
    """An address by name, with the names of its parts that change and the methods worth trying."""

    name: str
    parameters: tuple[str, ...]
    methods: tuple[str, ...]
    is_api: bool
    is_open: bool
    is_csrf_exempt: bool

    def url(self, values: dict[str, Any]) -> str:
        """Return the address with these values for its parts."""
        return reverse(self.name, kwargs={name: values[name] for name in self.parameters})


def routes() -> list[Route]:
    """Return all named addresses but the API's catch-all, which is tried apart."""
    found = {route.name: route for route in _walk(get_resolver("portal.urls"), "", (), False)}
    return [found[name] for name in sorted(found) if name != "api:nothing"]


def _walk(resolver: URLResolver, namespace: str, parameters: tuple[str, ...], is_api: bool) -> Iterator[Route]:
    for one in resolver.url_patterns:
        held = parameters + _parameters(one)
        below_api = is_api or str(one.pattern) == "api/"
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _walk(one, inner, held, below_api)
        elif one.name:
            yield _route(one, f"{namespace}{one.name}", held, below_api)


def _parameters(one: URLPattern | URLResolver) -> tuple[str, ...]:
    return tuple(one.pattern.converters) or tuple(one.pattern.regex.groupindex)


def _route(one: URLPattern, name: str, parameters: tuple[str, ...], is_api: bool) -> Route:
    view = one.callback
    actions: dict[str, str] | None = getattr(view, "actions", None)
    methods = tuple(method for method in actions if method != "head") if actions else PAGE_METHODS
    return Route(
        name=name,
        parameters=parameters,
        methods=methods,
        is_api=is_api and name != "api:docs",
        is_open=not getattr(view, "login_required", True),
        is_csrf_exempt=getattr(view, "csrf_exempt", False),
    )
