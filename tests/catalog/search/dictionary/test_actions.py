"""Keeping the dictionary: who may, what is refused, and that search follows at once."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from access.people.models import User
from catalog.search.dictionary import actions, queries
from catalog.search.dictionary.actions import EntryFacts
from catalog.search.dictionary.reading import dictionary
from catalog.search.language import understand
from catalog.search.models import Equivalence
from governance.audit.models import Event
from portal.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.factories.dictionary import make_entry

FACTS = EntryFacts("abbreviation", "cust", "customer", "From the mart")


def verbs() -> list[str]:
    """Return what the audit log says, the first first."""
    return list(Event.objects.order_by("occurred_at", "pk").values_list("verb", flat=True))


def variants(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the variants of a query's only term."""
    ((term,),) = (each.terms for each in understand(text).alternatives)
    return term.variants


def test_an_entry_acts_at_once_from_its_adding_to_its_removal(steward: User) -> None:
    assert variants("cust") == ()
    entry = actions.add(facts=FACTS, by=steward)
    assert variants("cust") == (("customer",),)
    changed = actions.change(entry=entry, facts=EntryFacts("synonym", "cust", "client"), by=steward)
    assert variants("cust") == (("client",),)
    number = actions.remove(entry=changed, by=steward)
    assert variants("cust") == ()
    back = actions.restore(history_id=number, by=steward)
    assert (back.kind, back.short, back.long, back.edited_by) == ("synonym", "cust", "client", steward)
    assert variants("cust") == (("client",),)
    assert verbs() == ["dictionary.added", "dictionary.changed", "dictionary.removed", "dictionary.restored"]
    assert Event.objects.get(verb="dictionary.changed").details["before"]["long"] == "customer"
    assert [change.sentence for change in queries.history(back)] == ["added cust = client"]
    assert set(Equivalence.history.values_list("history_user", flat=True)) == {steward.pk}


def test_words_typed_apart_that_the_dictionary_knows_together() -> None:
    make_entry("dob", "date of birth")
    (term,) = understand("date of birth").alternatives[0].terms
    assert (term.words, term.variants) == (("date", "of", "birth"), (("dob",),))
    assert [part.words for part in term.parts] == [("date",), ("of",), ("birth",)]
    assert [each.words for each in understand("customer date of birth 2020").alternatives[0].terms] == [
        ("customer",),
        ("date", "of", "birth"),
        ("2020",),
    ]
    (quoted,) = understand('"date of birth"').alternatives[0].terms
    assert (quoted.variants, quoted.parts) == ((), ())
    assert understand("-dob").alternatives[0].terms[0].variants == (("date", "of", "birth"),)
    assert [len(each.parts) for each in understand("date -x of birth").alternatives[0].terms] == [0, 0, 0, 0]


def test_the_dictionary_is_read_again_only_after_a_change(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_entry()
    known = dictionary()
    with django_assert_num_queries(1):
        assert dictionary() is known
    Equivalence.objects.get().delete()
    with django_assert_num_queries(2):
        assert dictionary().others(("cust",)) == ()
    with django_assert_num_queries(0):
        understand("$$$ ")


def test_what_was_rolled_back_is_forgotten() -> None:
    with transaction.atomic():
        make_entry()
        assert variants("cust") == (("customer",),)
        transaction.set_rollback(True)
    assert variants("cust") == ()
    make_entry("cust", "custom")
    assert variants("cust") == (("custom",),)


def test_only_stewards_keep_it(steward: User, analyst: User, engineer: User, admin: User, outsider: User) -> None:
    entry = make_entry("dob", "date of birth")
    tries: list[Callable[[User], object]] = [
        lambda by: actions.add(facts=FACTS, by=by),
        lambda by: actions.change(entry=entry, facts=FACTS, by=by),
        lambda by: actions.remove(entry=entry, by=by),
        lambda by: actions.restore(history_id=1, by=by),
        lambda by: actions.add_defaults(by=by),
        lambda by: actions.fill([FACTS], by=by),
    ]
    for attempt in tries:
        for person in (analyst, engineer, outsider):
            with pytest.raises(NotAllowed):
                attempt(person)
    assert [str(each) for each in Equivalence.objects.all()] == ["dob = date of birth"]
    assert verbs() == []
    assert actions.add(facts=FACTS, by=steward).edited_by == steward


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (EntryFacts("nonsense", "a1", "b1"), "kind"),
        (EntryFacts("synonym", "$$", "dollar"), "short"),
        (EntryFacts("synonym", "x", " \0 "), "long"),
        (EntryFacts("synonym", "x" * 61, "y"), "short"),
        (EntryFacts("synonym", "x", "y", "n" * 301), "note"),
        (EntryFacts("synonym", "x", "a b c d e f g"), "long"),
        (EntryFacts("synonym", "custNo", "cust_no"), "long"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(facts: EntryFacts, field: str, steward: User) -> None:
    with pytest.raises(Invalid) as caught:
        actions.add(facts=facts, by=steward)
    assert caught.value.field == field
    assert not Equivalence.objects.exists()


@pytest.mark.parametrize(("short", "long"), [("CUST", "Customer"), ("customer", "cust"), ("cust_", "cústomer")])
def test_the_same_in_another_order_or_spelling_is_refused(short: str, long: str, steward: User) -> None:
    make_entry()
    other = make_entry("dob", "date of birth")
    with pytest.raises(Conflict, match="cust = customer is in the dictionary already"):
        actions.add(facts=EntryFacts("synonym", short, long), by=steward)
    with pytest.raises(Conflict):
        actions.change(entry=other, facts=EntryFacts("synonym", short, long), by=steward)
    assert Equivalence.objects.count() == 2


def test_an_edit_of_what_has_moved_on_is_refused(steward: User, admin: User) -> None:
    entry = actions.add(facts=FACTS, by=steward)
    seen = entry.edited_at
    actions.change(entry=entry, facts=EntryFacts("synonym", "cust", "client"), by=steward, seen=seen)
    with pytest.raises(Conflict, match="Stella Ward changed this entry in the meantime"):
        actions.change(entry=entry, facts=FACTS, by=steward, seen=seen)
    assert Equivalence.objects.get().long == "client"
    actions.remove(entry=entry, by=steward)
    with pytest.raises(NotFound):
        actions.change(entry=entry, facts=FACTS, by=steward)


def test_nothing_is_noted_when_nothing_changes(steward: User) -> None:
    entry = actions.add(facts=FACTS, by=steward)
    actions.change(entry=entry, facts=FACTS, by=steward)
    assert (verbs(), entry.history.count()) == (["dictionary.added"], 1)


def test_defaults_come_once_and_what_was_removed_stays_away(steward: User) -> None:
    make_entry("customer", "cust")
    added = actions.add_defaults()
    assert added == len(queries.DEFAULTS) - 1
    assert Event.objects.get().actor_name == "Atrium"
    Equivalence.objects.get(short="dob").delete()
    Equivalence.objects.get(short="acct").delete()
    assert actions.add_defaults(by=steward) == 0
    assert not Equivalence.objects.filter(short="dob").exists()


def test_defaults_are_good_entries() -> None:
    facts = [EntryFacts(*each) for each in queries.DEFAULTS]
    for each in facts:
        actions.check(each)
        assert each == each.tidied
    assert len({each.forms for each in facts}) == len(facts) >= 150


def test_customer_account_number_both_ways() -> None:
    actions.add_defaults()
    terms = understand("customer account number").alternatives[0].terms
    assert [("cust",) in term.variants for term in terms] == [True, False, False]
    assert [("acct",) in term.variants for term in terms] == [False, True, False]
    assert [("no",) in term.variants for term in terms] == [False, False, True]
    assert ("customer", "account", "number") in variants("custAcctNo")
    assert [term.variants[0] for term in understand("cust acct no").alternatives[0].terms] == [
        ("customer",),
        ("account",),
        ("number",),
    ]


def test_one_after_the_other_writes() -> None:
    with transaction.atomic():
        actions.lock()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            assert cursor.fetchone() == (1,)
