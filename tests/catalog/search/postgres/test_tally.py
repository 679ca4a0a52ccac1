"""The tally and the followed columns are right at any moment, whatever changes."""

import random

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.assets.models import Asset, Column, Domain
from catalog.assets.visibility import relabel
from catalog.search.models import ColumnName, Document, Tally, Word
from catalog.search.postgres import checking, indexing, tallying
from tests.catalog.search.conftest import index_all
from tests.factories.catalog import make_asset, make_domain, make_schema


def counted() -> dict[tuple[str, str], int]:
    """What documents say."""
    found: dict[tuple[str, str], int] = {}
    for scope, names in Document.objects.values_list("scope", "column_names"):
        for place in (scope, "*"):
            for name in ["", *names]:
                found[place, name] = found.get((place, name), 0) + 1
    return found


def tallied() -> dict[tuple[str, str], int]:
    """What the tally says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT scope, name, sum(number) FROM search_tally GROUP BY 1, 2 HAVING sum(number) <> 0")
        return {(scope, name): int(number) for scope, name, number in cursor.fetchall()}


def _change(chance: random.Random, domains: list[Domain]) -> None:
    ids = list(Asset.objects.values_list("pk", flat=True))
    some = chance.sample(ids, min(len(ids), chance.randint(1, 4)))
    match chance.randint(0, 6):
        case 0:
            Asset.objects.filter(pk__in=some).update(gone_at=timezone.now())
        case 1:
            Asset.objects.filter(pk__in=some).update(gone_at=None)
            indexing.index(some)
        case 2:
            Asset.objects.filter(pk__in=some).update(domain=chance.choice(domains))
            relabel(some)
        case 3:
            Domain.objects.filter(pk=chance.choice(domains).pk).update(is_private=chance.random() < 0.5)
            relabel(ids)
        case 4:
            Column.objects.filter(asset__in=some).delete()
            indexing.index(some)
        case 5:
            tallying.compact()
        case 6:
            Asset.objects.filter(pk=some[0]).delete()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_tally_and_followed_columns_stay_exact(seed: int) -> None:
    chance = random.Random(seed)
    with transaction.atomic():
        domains = [make_domain(is_private=n % 2 == 0) for n in range(3)]
        schema = make_schema(domain=domains[0])
        for _ in range(8):
            make_asset(schema=schema, columns=chance.sample(["a", "B", "c_d", "eF"], 2))
        index_all()
        for _ in range(12):
            _change(chance, domains)
            assert tallied() == counted()
        for document in Document.objects.select_related("asset"):
            assert document.scope == document.asset.scope
            assert document.domain_id == document.asset.domain_id
            assert document.asset.gone_at is None
        transaction.set_rollback(True)


def test_compacting_leaves_one_row_a_count() -> None:
    for _ in range(3):
        index_all()
        make_asset(columns=["a"])
    index_all()
    assert tallying.compact()
    assert tallied() == counted()
    assert Tally.objects.count() == len(counted())
    Document.objects.all().delete()
    assert tallying.compact()
    assert not Tally.objects.exists()


def test_check_mends_what_is_wrong() -> None:
    kept, missing = make_asset("kept", columns=["a"]), make_asset("missing", columns=["b"])
    index_all()
    Document.objects.filter(asset=missing).delete()
    Tally.objects.create(scope="*", name="a", number=5)
    repaired = checking.check()
    assert (repaired.missing, repaired.surplus) == (1, 0)
    assert repaired.counts == 1
    assert tallied() == counted()
    assert set(Document.objects.values_list("asset_id", flat=True)) == {kept.pk, missing.pk}
    assert checking.check().counts == 0


def test_names_that_no_document_holds_are_forgotten() -> None:
    asset = make_asset("orders", columns=["paidOn"])
    make_asset("customers", columns=["full_name"])
    index_all()
    assert ColumnName.objects.get(pk="paidon").key == "paid on"
    asset.delete()
    assert checking.forget_unused_names() == 3
    assert list(ColumnName.objects.values_list("name", flat=True)) == ["full_name"]
    assert set(Word.objects.values_list("word", flat=True)) == {"customers", "full", "name"}


@pytest.mark.django_db(transaction=True)
def test_who_indexes_gives_way_to_who_holds_a_document() -> None:
    first, second = make_asset("first"), make_asset("second")
    index_all()
    Asset.objects.filter(pk=second.pk).update(comment="Changed")
    other = connection.copy()
    try:
        with transaction.atomic(), other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE search_document SET path = path WHERE asset_id = %s", [second.pk])
            with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
                indexing.index([first.pk, second.pk])
            cursor.execute("ROLLBACK")
        assert indexing.index([first.pk, second.pk]) == 1
    finally:
        other.close()
    assert tallied() == counted()
