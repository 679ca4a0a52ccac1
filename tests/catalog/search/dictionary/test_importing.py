"""A CSV is looked at, then added as a whole or not at all."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.people.models import User
from catalog.search.dictionary import importing
from catalog.search.models import Equivalence
from governance.audit.models import Event
from portal.kit.errors import Conflict, Invalid, NotAllowed
from tests.factories.dictionary import make_entry

GOOD = "Short,Long,Kind,Note,Edited by\ncust,customer,,,\nclient,customer,Synonym,said so,Ana\ndob,date of birth,,,\n"


def test_new_known_and_wrong_lines_are_told() -> None:
    make_entry("DOB", "date of birth")
    text = (
        "\ufefflong,short,kind\ncustomer,cust,abbreviation\ndate of birth,dob,\n,x,\ny,y,\nb,a,word\ncust,Customer,\n"
    )
    plan = importing.plan(text)
    assert [(row.line, row.facts.short, row.facts.long) for row in plan.new] == [(2, "cust", "customer")]
    assert [row.line for row in plan.known] == [3]
    assert [(row.line, row.error) for row in plan.wrong] == [
        (4, "Long: Write a word, in letters or digits."),
        (5, "Long: This is the same as its other side."),
        (6, "Kind: Choose abbreviation or synonym."),
        (7, "The same as line 2."),
    ]
    assert Equivalence.objects.count() == 1


def test_new_entries_are_added(steward: User) -> None:
    make_entry("dob", "date of birth")
    assert importing.carry_out(GOOD, by=steward) == 2
    rows = set(Equivalence.objects.values_list("kind", "short", "long", "note", "edited_by"))
    assert {row for row in rows if row[4]} == {
        ("abbreviation", "cust", "customer", "", steward.pk),
        ("synonym", "client", "customer", "said so", steward.pk),
    }
    assert Event.objects.get().details == {"entries": 2}
    assert importing.carry_out(GOOD, by=steward) == 0


def test_a_wrong_line_keeps_everything_out(steward: User) -> None:
    with pytest.raises(Conflict):
        importing.carry_out(GOOD + "x,x,,,\n", by=steward)
    assert not Equivalence.objects.exists()


def test_others_may_not(analyst: User) -> None:
    with pytest.raises(NotAllowed):
        importing.carry_out(GOOD, by=analyst)
    assert not Equivalence.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["", "short,long\n", "a,b\nc,d\n", 'short,long\n"open,end\n', "short,long\n" + "a,b\n" * 5_001, "x" * 300_001],
)
def test_what_is_no_dictionary_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        importing.plan(text)
    assert caught.value.field == "file"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("ab,\"\n\r'=;\t é") | st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        plan = importing.plan("short,long,note\n" + text)
    except Invalid:
        return
    assert len(plan.new) + len(plan.wrong) + len(plan.known) == len(plan.rows) > 0
