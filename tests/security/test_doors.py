"""Which addresses open for whom: `doors.json` holds the status of every address for every persona.

A new address fails until it is written there, in sight of the reviewer; ATRIUM_WRITE_DOORS=1 writes what is found now.
Things that stand in an address are open ones; hidden ones are met in test_hidden.py. Whatever is sent is `SENT`.
"""

import json
import os
from copy import deepcopy
from pathlib import Path

from django.db import transaction

from tests.factories.company import PERSONAS
from tests.security.conftest import House, for_route
from tests.security.routes import Route, routes

FILE = Path(__file__).parent / "doors.json"
JSON = "application/json"
SENT = {
    "name": "Renamed",
    "description": "New",
    "text": "New",
    "version": 0,
    "email": "new@example.com",
    "domain": "none",
    "state": "certified",
    "role": "owner",
    "confirmation": "Company warehouse",
}


def test_every_door_opens_for_those_it_is_meant_for(house: House) -> None:
    tried = [(route, method) for route in routes() for method in route.methods]
    found = {f"{method.upper()} {route.name}": _row(house, route, method) for route, method in tried}
    found = {name: row for name, row in found.items() if set(row.split()) != {"405"}}
    if os.environ.get("ATRIUM_WRITE_DOORS"):
        FILE.write_text(json.dumps({"": " ".join(PERSONAS)} | found, indent=2) + "\n")
    written = json.loads(FILE.read_text())
    assert written.pop("") == " ".join(PERSONAS)
    assert found == written


def _row(house: House, route: Route, method: str) -> str:
    url = route.url(for_route(house.shown, route.name))
    return " ".join(str(_status(house, persona, route, method, url)) for persona in PERSONAS)


def _status(house: House, persona: str, route: Route, method: str, url: str) -> int:
    """Try the door and undo what was done behind it, a sign-out included."""
    client = house.clients[persona]
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        content = {"content_type": JSON} if route.is_api else {}
        holder = f"person:{house.shown['person_id']}"
        sent = {} if method == "get" else {"data": SENT | {"holder": holder, "holder_key": holder}, **content}
        status: int = getattr(client, method)(url, **sent).status_code
        transaction.set_rollback(True)
    client.cookies = cookies
    return status
