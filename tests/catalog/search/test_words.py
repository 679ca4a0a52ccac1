"""Names are taken apart the same way in Python and in SQL."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.search.words import key, key_sql, parts, unaccented, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("customer_orders", ["customer", "orders"]),
        ("custAcctNo", ["cust", "Acct", "No"]),
        ("HTTPServerLog", ["HTTP", "Server", "Log"]),
        ("userIDs", ["user", "IDs"]),
        ("shop.sales.orders", ["shop", "sales", "orders"]),
        ("q3_2024v2", ["q", "3", "2024", "v", "2"]),
        ("Umsätze (brutto)", ["Umsätze", "brutto"]),
        ("клиенты_2024", ["клиенты", "2024"]),
        ("$$$", []),
    ],
)
def test_names_are_split_where_people_read_a_word(name: str, words: list[str]) -> None:
    assert words_of(name) == words


def test_one_key_for_every_way_to_write_a_name() -> None:
    assert {key("customer_orders"), key("CustomerOrders"), key("customer orders"), key("customer.orders")} == {
        "customer orders"
    }
    assert key("$$$") == "$$$"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_parts_put_together_are_the_name(name: str) -> None:
    assert "".join(text for text, _ in parts(name)) == name


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text(
        st.sampled_from("abzABZ0129 _-.:;/äßÉØçñ\u00a0'\"%\\[](){}")
        | st.characters(codec="ascii", exclude_characters="\0"),
        max_size=40,
    )
)
def test_python_and_sql_agree(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key_sql('%(name)s::text')}", {"name": name})
        (in_sql,) = cursor.fetchone()
    assert in_sql == key(unaccented(name))
