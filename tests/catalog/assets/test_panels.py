"""What other rooms add to the page of an asset."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import Client
from django.utils.html import format_html
from django.utils.safestring import SafeString

from access.people.models import User
from catalog.assets import panels
from catalog.assets.models import Asset
from tests.factories.catalog import make_asset

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_tabs", {})
    monkeypatch.setattr(panels, "_panels", {"content": {}, "aside": {}})


def _quality(request: HttpRequest, asset: Asset) -> SafeString:
    return format_html("<p>Quality of {}</p>", asset.name)


def test_tabs_and_panels_show_where_they_belong(analyst: User, signed_in: Callable[[User], Client]) -> None:
    asset = make_asset("a<b")
    panels.add_tab(panels.Tab("Lineage", "assets:history", lambda person, asset: 7))
    panels.add_panel("quality", _quality)
    panels.add_panel("quality", _quality, place="aside")
    panels.add_panel("nothing", lambda request, asset: SafeString(""))
    text = signed_in(analyst).get(f"/assets/{asset.pk}/").content.decode()
    assert 'Lineage<span class="n">7</span>' in text
    assert text.count("<p>Quality of a&lt;b</p>") == 2


def test_the_same_name_replaces(analyst: User) -> None:
    asset = make_asset()
    panels.add_tab(panels.Tab("Lineage", "assets:history", lambda person, asset: 1))
    panels.add_tab(panels.Tab("Lineage", "assets:history", lambda person, asset: 2))
    assert [tab.count for tab in panels.tabs_for(analyst, asset) if tab.label == "Lineage"] == [2]
