"""What protects a signed-in browser: CSRF tokens, headers, markup without inline code, no way off the site, cookies."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from access.people.models import User
from tests.conftest import PASSWORD
from tests.security.conftest import House, for_route
from tests.security.routes import READ_BY_MACHINES, Route, routes

PAGES = [route for route in routes() if not route.is_api]
EVIL = "https://evil.example/"
_INLINE = {
    "a style attribute": re.compile(r"<[^>]+\sstyle\s*="),
    "an event handler": re.compile(r"<[a-z][^>]*\s(?:on[a-z]+|hx-on[^=]*)\s*=", re.IGNORECASE),
    "a script without an address": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>"),
    "a style sheet within the page": re.compile(r"<style(?![^>]*\snonce=)[^>]*>"),
    "a javascript: address": re.compile(r"""["']\s*javascript:""", re.IGNORECASE),
    "an address of another site": re.compile(r"""<(?:script|link|img|iframe)[^>]+(?:src|href)=["'](?:https?:)?//"""),
}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def _url(house: House, route: Route) -> str:
    return route.url(for_route(house.shown, route.name))


def _all_gets(house: House) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [(route.name, house.clients["admin"].get(_url(house, route))) for route in routes()]
    found += [(route.name, Client().get(_url(house, route))) for route in PAGES if route.is_open]
    found += [("404", house.clients["admin"].get("/nothing/")), ("403", house.clients["analyst"].get("/people/"))]
    return found


def test_every_post_needs_the_csrf_token(house: House) -> None:
    client = house.clients["admin"]
    client.handler.enforce_csrf_checks = True
    for route in PAGES:
        if route.name in READ_BY_MACHINES:
            assert client.post(_url(house, route)).status_code in (403, 405, 415), route.name
            continue
        assert not route.is_csrf_exempt, route.name
        response = client.post(_url(house, route))
        assert response.status_code == 403, route.name
        assert "This page was open for too long" in response.content.decode(), route.name


def test_every_answer_carries_the_headers(house: House) -> None:
    for name, response in _all_gets(house):
        assert {header: response.headers.get(header) for header in _HEADERS} == _HEADERS, name
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy, name
        directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
        assert (directives["default-src"], directives["object-src"], directives["base-uri"]) == ("'none'",) * 3, name
        assert (directives["frame-ancestors"], directives["form-action"]) == ("'none'", "'self'"), name
        assert re.fullmatch(r"'self'( 'nonce-[^']+')?", directives["script-src"]), name


def test_no_page_has_inline_code_or_foreign_files(house: House) -> None:
    pages = 0
    for name, response in _all_gets(house):
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            continue
        body = response.content.decode()
        pages += bool(body)
        assert [what for what, pattern in _INLINE.items() if pattern.search(body)] == [], name
    assert pages > 50


def test_no_parameter_leads_off_the_site(house: House) -> None:
    way = dict.fromkeys(("next", "url", "return", "redirect", "to"), EVIL)
    for route in PAGES:
        url = _url(house, route)
        for client in (house.clients["admin"], Client()):
            for response in (client.get(url, way), client.post(f"{url}?next={EVIL}", way)):
                there = urlsplit(response.headers.get("Location", ""))
                assert (there.scheme, there.netloc) == ("", ""), route.name


def test_planted_session_is_not_taken_over(analyst: User) -> None:
    """An attacker's anonymous session, known to him, is not the one that gets signed in."""
    attacker = Client()
    session = attacker.session
    session["planted"] = True
    session.save()
    victim = Client()
    victim.cookies["sessionid"] = session.session_key or ""
    victim.post("/sign-in/", {"username": analyst.email, "password": PASSWORD})
    assert victim.get("/account/").status_code == 200
    attacker.cookies["sessionid"] = session.session_key or ""
    assert attacker.get("/account/").status_code == 302


def test_session_cookie_is_kept_from_scripts_and_other_sites(client: Client, analyst: User) -> None:
    client.post("/sign-in/", {"username": analyst.email, "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 12 * 60 * 60)


def test_pages_with_secrets_are_stored_nowhere(house: House) -> None:
    made = house.clients["admin"].post("/account/tokens/", {"name": "export", "days": "30"})
    linked = house.clients["admin"].post(f"/people/{house.shown['person_id']}/link/")
    assert "atr_" in made.content.decode()
    assert "/set-password/" in linked.content.decode()
    assert "no-store" in made.headers["Cache-Control"]
    assert "no-store" in linked.headers["Cache-Control"]
