"""What finds what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.dictionary.meanings import Dictionary

KNOWN = Dictionary(
    [
        ("cust", "customer"),
        ("acct", "account"),
        ("acc", "account"),
        ("no", "number"),
        ("dob", "date of birth"),
        ("st", "street"),
        ("st", "state"),
    ],
    [("client", "customer"), ("birthday", "date of birth")],
)


WORDS = ["cust", "acct", "no", "dob", "st", "date", "of", "birth", "customer", "client", "1", "x"]


def others(*words: str) -> set[str]:
    return {" ".join(each) for each in KNOWN.others(words)}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("cust", {"customer", "client"}),
        ("customer", {"client", "cust"}),
        ("Client", {"customer", "cust"}),
        ("customers", {"client", "cust"}),
        ("acct", {"account", "acc"}),
        ("street", {"st"}),
        ("st", {"street", "state"}),
        ("date of birth", {"dob", "birthday"}),
        ("dates of birth", set()),
        ("dob", {"date of birth", "birthday"}),
        ("birthday", {"date of birth", "dob"}),
        ("nothing", set()),
        ("gas", set()),
    ],
)
def test_words_and_what_else_they_are(words: str, found: set[str]) -> None:
    assert others(*words.split()) == found


def test_words_that_belong_together_are_written_otherwise_piece_by_piece() -> None:
    variants = KNOWN.variants(("Cust", "Acct", "No"))
    assert ("customer", "account", "number") in variants
    assert ("custacctno",) in variants
    assert ("cust", "account", "no") in variants
    assert ("cust", "acct", "no") not in variants
    assert ("customer", "dob") in KNOWN.variants(("customer", "date", "of", "birth"))
    assert KNOWN.variants(("order", "items")) == (("orderitems",),)
    assert KNOWN.variants(("q", "1")) == ()


@given(st.lists(st.sampled_from(WORDS), max_size=10))
def test_variants_are_few_and_never_the_words_themselves(words: list[str]) -> None:
    variants = KNOWN.variants(words)
    assert len(variants) <= 24
    assert tuple(words) not in variants
    assert len(set(variants)) == len(variants)
    assert all(all(word == word.lower() for word in each) and each for each in variants)


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=8), st.text(max_size=8))
def test_any_pairs_can_be_looked_up(pairs: list[tuple[str, str]], word: str) -> None:
    assert (word,) not in Dictionary(pairs, pairs).others((word,))


def test_the_likeliest_ways_come_first() -> None:
    many = Dictionary([("cu", "customer"), ("cus", "customer"), ("ac", "account"), ("acc", "account")])
    assert many.variants(("customer", "account"))[:3] == (("customeraccount",), ("cu", "ac"), ("cus", "acc"))
    assert many.variants(("cus", "acc"))[:2] == (("cusacc",), ("customer", "account"))
