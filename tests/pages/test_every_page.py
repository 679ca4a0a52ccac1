"""No page is left out of the tour, along which weight, queries and accessibility are checked."""

import json
from pathlib import Path

from tests.pages.tour import STOPS

DOORS = Path(__file__).parents[1] / "security" / "doors.json"
PARTS = {
    "assets:holders",
    "kit:notification_badge",
    "people:team_suggest",
    "people:zones",
    "portal:gallery_job",
    "portal:gallery_suggest",
    "portal:palette",
    "search:number",
    "search:suggest",
}
"""Pieces of pages, fetched by them."""
BEFORE_SIGN_IN = {"people:set_password", "people:sign_in", "people:welcome"}
NOT_HTML = {"portal:health", "portal:metrics", "harvest:log"}


def test_tour_stops_at_every_page() -> None:
    doors = {name: row for name, row in json.loads(DOORS.read_text()).items() if name.startswith("GET ")}
    opened = {name.removeprefix("GET ") for name, row in doors.items() if "200" in row}
    pages = {name for name in opened if not name.startswith("api:")} | {"api:docs"}
    assert pages - PARTS - BEFORE_SIGN_IN - NOT_HTML == {stop.view for stop in STOPS}
