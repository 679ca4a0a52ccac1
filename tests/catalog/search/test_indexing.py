"""The index follows the catalog."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.people.models import User
from catalog.assets.actions.news import changed
from catalog.assets.models import Asset, Column, Description, Ownership
from catalog.search.actions import index, rebuild
from catalog.search.models import Document, Word
from catalog.search.queries import state
from portal.kit import outbox
from tests.catalog.search.conftest import ask, index_all, names
from tests.factories.catalog import make_asset, make_domain, make_schema


def test_new_asset_is_found_once_the_outbox_is_delivered(analyst: User) -> None:
    asset = make_asset("orders", comment="From the shop")
    changed([asset.pk])
    assert ask(analyst, "orders").total == 0
    assert (state().missing, state().waiting, state().is_complete) == (1, 1, False)
    outbox.deliver()
    assert names(ask(analyst, "orders")) == ["orders"]
    assert state().is_complete


def test_human_description_is_found_instead_of_the_harvested(analyst: User) -> None:
    asset = make_asset("orders", comment="Harvested sentence", columns=["a"])
    index_all()
    Description.objects.create(asset=asset, text="Written by a *steward*")
    Description.objects.create(asset=asset, column_name="a", text="Margin of the article")
    index([asset.pk])
    assert names(ask(analyst, "steward")) == ["orders"]
    assert names(ask(analyst, "margin")) == ["orders"]
    assert ask(analyst, "harvested").total == 0
    assert Document.objects.get().description == "Written by a steward"


def test_columns_owners_source_and_domain_are_found(analyst: User, steward: User) -> None:
    domain = make_domain("Procurement")
    asset = make_asset("bills", schema=make_schema(domain=domain), columns=["vatAmount"])
    Ownership.objects.create(domain=domain, role="owner", person=steward)
    Column.objects.update(comment="Value added tax")
    index([asset.pk])
    for text in ("vat amount", "tax", "procurement", "stella", "postgresql", "warehouse"):
        assert names(ask(analyst, text)) == ["bills"], text
    assert ask(analyst, "bills").hits[0].owners == ("Stella Ward",)


def test_own_owners_stand_before_those_of_the_domain(steward: User, officer: User) -> None:
    domain = make_domain()
    asset = make_asset(schema=make_schema(domain=domain))
    Ownership.objects.create(domain=domain, role="owner", person=officer)
    Ownership.objects.create(asset=asset, role="steward", person=steward)
    index([asset.pk])
    assert Document.objects.get().owners == [f"person:{steward.pk}"]


def test_gone_asset_leaves_the_index_and_comes_back(analyst: User) -> None:
    asset = make_asset("orders")
    index_all()
    Asset.objects.update(gone_at=timezone.now())
    assert ask(analyst, "orders").total == 0
    assert (state().surplus, state().documents) == (0, 0)
    index([asset.pk])
    assert not Document.objects.exists()
    Asset.objects.update(gone_at=None)
    index([asset.pk])
    assert names(ask(analyst, "orders")) == ["orders"]


def test_unchanged_assets_are_not_written_again() -> None:
    assets = [make_asset(columns=["a", "b"]) for _ in range(3)]
    assert index(asset.pk for asset in assets) == 3
    assert index(asset.pk for asset in assets) == 0
    Asset.objects.filter(pk=assets[0].pk).update(comment="Now described")
    assert index(asset.pk for asset in assets) == 1


def test_as_many_statements_a_batch_whatever_its_size() -> None:
    few = [make_asset(columns=["a"]).pk for _ in range(2)]
    many = [make_asset(columns=["a"]).pk for _ in range(12)]
    for ids in (few, many):
        with CaptureQueriesContext(connection) as queries:
            index(ids)
        assert len(queries) == 6  # two of work, two of patience, two of a savepoint


def test_table_of_1600_columns_and_endless_comments_is_indexed(analyst: User) -> None:
    asset = make_asset(
        "wide", columns=[f"measurement_{n:04}_{'x' * 40}" for n in range(1600)], comment="words " * 90_000
    )
    Column.objects.update(comment="".join(chr(0x4E00 + n % 20_000) + " " for n in range(3_000)))
    index([asset.pk])
    assert names(ask(analyst, "measurement 0007")) == ["wide"]


def test_rebuild_mends_everything_and_tells_its_progress(analyst: User) -> None:
    kept, gone = make_asset("kept"), make_asset("gone")
    index_all()
    Asset.objects.filter(pk=gone.pk).update(gone_at=timezone.now())
    Asset.objects.filter(pk=kept.pk).update(comment="Changed behind the outbox")
    make_asset("missed")
    told: list[tuple[int, int]] = []
    assert rebuild(lambda done, total: told.append((done, total))) == 2
    assert told == [(2, 2)]
    assert state().is_complete
    assert names(ask(analyst, "outbox")) == ["kept"]


def test_command_rebuilds(analyst: User, capsys: pytest.CaptureFixture[str]) -> None:
    make_asset("orders")
    call_command("reindex")
    assert "1/1 assets" in capsys.readouterr().out
    assert names(ask(analyst, "orders")) == ["orders"]


def test_vocabulary_holds_words_of_names_once() -> None:
    make_asset("customer_orders_2024", columns=["customerId"])
    index_all()
    assert set(Word.objects.values_list("word", flat=True)) == {"customer", "orders"}
