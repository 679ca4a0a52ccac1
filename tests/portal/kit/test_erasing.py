"""Deleting in sets."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection, models
from django.db.models import ForeignObjectRel
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import assign_perm

from access.people.models import User
from catalog.assets.models import Asset, Column, Description, Domain, Schema
from catalog.sources.models import Source
from portal.kit import erasing
from portal.kit.erasing import erase
from portal.kit.errors import Conflict
from tests.factories.catalog import make_asset, make_domain, make_schema, make_source

pytestmark = pytest.mark.django_db


def make_warehouse(tables: int) -> Source:
    """Store a source with a schema, tables and a description."""
    source = make_source()
    schema = make_schema(source=source)
    assets = [make_asset(schema=schema, columns=["id", "name"]) for _ in range(tables)]
    Description.objects.create(asset=assets[0], text="Written by hand")
    return source


def rows() -> dict[str, int]:
    """Count the rows of every table but those that keep history, or add up what comes and goes."""
    others = ("Historical", "Headcount", "Tally")
    counted = (model for model in apps.get_models() if not model.__name__.startswith(others))
    return {model._meta.label: model._base_manager.count() for model in counted}


def test_what_hangs_on_it_goes_and_the_rest_stays() -> None:
    make_warehouse(2)
    before = rows()
    doomed = make_warehouse(3)
    assert Column.objects.count() == 10
    erase(Source.objects.filter(pk=doomed.pk))
    assert rows() == before


def test_the_number_of_statements_does_not_grow_with_the_rows() -> None:
    numbers = []
    for tables in (1, 20):
        source = make_warehouse(tables)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            erase(Source.objects.filter(pk=source.pk))
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
    assert not Asset.objects.exists()


def test_references_that_may_be_empty_are_emptied() -> None:
    domain = make_domain()
    asset = make_asset(domain=domain)
    erase(Domain.objects.filter(pk=domain.pk))
    asset.refresh_from_db()
    assert asset.domain is None


def test_a_reference_that_forbids_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = make_asset().schema
    real = erasing._relations_to

    def forbidding(model: type[models.Model]) -> list[ForeignObjectRel]:
        relations: list[Any] = list(real(model))
        for relation in relations:
            if relation.related_model is Asset:
                monkeypatch.setattr(relation, "on_delete", models.PROTECT)
        return relations

    monkeypatch.setattr(erasing, "_relations_to", forbidding)
    with pytest.raises(Conflict, match="as long as assets refer to it"):
        erase(Schema.objects.filter(pk=schema.pk))
    assert Schema.objects.get() == schema


def test_relations_of_many_to_many_go_too(analyst: User) -> None:
    team = Group.objects.create(name="Team")
    analyst.groups.add(team)
    assign_perm("sources.view_source", team, make_source())
    erase(Group.objects.filter(pk=team.pk))
    assert not Group.objects.exists()
    assert analyst.groups.count() == 0
