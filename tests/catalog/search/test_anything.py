"""Whatever is typed, search answers."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.people.models import User
from catalog.assets.models import Asset
from catalog.search.language import understand
from catalog.search.queries import suggest
from tests.catalog.search.conftest import ask, index_all, names
from tests.factories.catalog import make_asset

pytestmark = pytest.mark.usefixtures("engine")

NASTY = [
    '- [ ] + & : / \\ " *',
    "customer-id",
    "customer[id]",
    "a+b & c",
    "x:y:*",
    "'",
    "''",
    "\\",
    "%",
    "_",
    "%s",
    "%(name)s",
    "{}",
    "{0}",
    "$1",
    '"',
    '""',
    '"""',
    '"open',
    "-",
    "--",
    '-"x',
    "or",
    "OR OR",
    "or a or",
    "not",
    "and",
    "-a -b",
    "a or -b",
    "😀",
    "😀 orders",
    "e\u0301",
    "\u200b",
    "\u00a0",
    "\u3000orders\u3000",
    "ﬁle",
    "İstanbul",
    "½",
    "\x01\x02",
    "a\x00b",
    "\ue000mark\ue001",
    "x" * 10_000,
    "a " * 5_000,
    '"a ' * 3_000,
    "- " * 5_000,
    "ä" * 10_000,
    "(" * 9_999,
    "'; DROP TABLE assets_asset; --",
    "<script>alert(1)</script>",
    "the",
    "of the",
    "1",
    "2024-01-01",
    "192.168.0.1",
    "https://example.org/a?b=c#d",
    "a.b.c",
    "a@b.example",
    "<->",
    "a <-> b",
    "!a",
    "a | b",
    "(a",
    "a:*A",
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_text_is_answered(analyst: User, text: str) -> None:
    make_asset("customer_orders", columns=["id"], comment="One row an order.")
    index_all()
    answer = ask(analyst, text)
    assert answer.total == len(answer.hits) <= 1
    assert len(suggest(analyst, text).assets) <= 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(
        st.sampled_from("ab -\"'|&!():*<>\\\0%_[]{}+/.,;😀é\u3000OR \n") | st.characters(exclude_categories=["Cs"]),
        max_size=60,
    )
)
def test_any_text_is_answered(analyst: User, text: str) -> None:
    answer = ask(analyst, text)
    assert answer.total == 0
    assert suggest(analyst, text).columns == ()


@pytest.mark.parametrize(
    "name", ["$$$", "a-b", "Kunde (alt)", "table", "select", "x" * 63, "1st", "été", "名前", 'a"b', "😀"]
)
def test_any_name_is_found_by_itself(analyst: User, name: str) -> None:
    make_asset(name)
    make_asset("other")
    index_all()
    assert names(ask(analyst, name))[:1] == [name]
    assert Asset.objects.count() == 2


def test_long_text_is_cut() -> None:
    assert len(understand("word " * 2_000).wanted) == 24
