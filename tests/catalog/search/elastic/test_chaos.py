"""The node is killed at the worst moments: people see results, and the index comes right by itself."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from access.people.models import User
from catalog.assets.actions.domains import set_privacy
from catalog.assets.models import Asset
from catalog.search import actions
from catalog.search.backend import Found, Question, Unavailable
from catalog.search.elastic import ElasticEngine, building, connection, draining, finding, keeping
from catalog.search.elastic.tasks import rebuild_mirror
from catalog.search.language import understand
from catalog.search.models import Document, Mirror, Pending
from catalog.search.rights import rights_of
from portal.kit.models import JobRun, JobState
from tests.catalog.search.conftest import ask, counts, index_all, names
from tests.catalog.search.elastic import node as nodes
from tests.engines import elasticsearch
from tests.factories.catalog import make_asset, make_domain, make_schema

pytestmark = pytest.mark.heavy
_CATCHING_UP = "The search engine is catching up; the database answers."


@pytest.fixture
def node(settings: Any) -> Iterator[nodes.Node]:
    """A node that is set up and has no index yet; it runs again afterwards."""
    shared = elasticsearch.shared()
    nodes.set_up(settings, shared)
    yield shared
    if not shared.is_running:
        shared.restart()
    connection.reading.reset()
    nodes.clear(shared, settings.ELASTICSEARCH_PREFIX)


def _make(number: int) -> list[Asset]:
    made = [make_asset(f"orders_{place}", comment="Sold in the shop") for place in range(number)]
    index_all()
    return made


def _same(node: nodes.Node) -> None:
    index = Mirror.objects.get().serving
    assert nodes.ids_in(node, index) == dict(Document.objects.values_list("asset_id", "revision"))


def test_killed_mid_query_the_database_answers_the_same_request(node: nodes.Node, analyst: User) -> None:
    _make(12)
    building.build(nodes.silent)
    assert ask(analyst, "orders").engine == "elasticsearch"
    node.pause()  # the question is on its way when the end comes
    killer = threading.Timer(1, node.kill)
    killer.start()
    answer = ask(analyst, "orders")
    killer.join()
    assert (answer.engine, answer.total, len(answer.hits)) == ("postgresql", 12, 12)
    assert answer.note == "The search engine does not answer; the database does."
    assert ask(analyst, "orders").total == 12  # nobody waits for it again
    node.restart()
    connection.reading.reset()
    assert ask(analyst, "orders").engine == "elasticsearch"


def test_slow_node_is_left_alone(node: nodes.Node, analyst: User, settings: Any) -> None:
    _make(3)
    building.build(nodes.silent)
    settings.ELASTICSEARCH_TIMEOUT = 0.5
    node.pause()
    try:
        assert ask(analyst, "orders").engine == "postgresql"
        assert connection.reading.is_open
    finally:
        node.resume()


@pytest.mark.django_db(transaction=True)
def test_killed_mid_rebuild_it_goes_on_by_itself(
    node: nodes.Node, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JOB_RETRY_SECONDS = 0
    monkeypatch.setattr(building, "_BATCH", 10)
    assets = _make(100)
    assert keeping.keep() == "kept"
    run = JobRun.objects.get(kind=keeping.KIND)
    told = building.build

    def killed(progress: building.Progress, **how: bool) -> int:
        def step(done: int, total: int) -> None:
            if done >= 30:
                node.kill()

        return told(step, **how)

    monkeypatch.setattr(building, "build", killed)
    rebuild_mirror(run.pk)
    monkeypatch.setattr(building, "build", told)
    run.refresh_from_db()
    mirror = Mirror.objects.get()
    assert (run.state, mirror.serving) == (JobState.QUEUED, "")
    assert 0 < mirror.copied < 100
    Asset.objects.filter(pk=assets[0].pk).delete()  # it was copied already
    make_asset("orders_new")
    index_all()
    assert keeping.keep() == "away"
    node.restart()
    connection.writing.reset()
    assert keeping.keep() == "kept"
    rebuild_mirror(run.pk)
    run.refresh_from_db()
    assert (run.state, Mirror.objects.get().serving) == (JobState.SUCCEEDED, mirror.building)
    _same(node)
    assert nodes.is_told()


def test_what_narrows_while_it_is_behind_never_shows(node: nodes.Node, analyst: User, admin: User) -> None:
    secret = make_domain("Mergers")
    schema = make_schema("deals", domain=secret)
    for place in range(3):
        make_asset(f"deal_{place}", schema=schema)
    _make(2)
    building.build(nodes.silent)
    draining.drain()
    assert ask(analyst).engine == "elasticsearch"
    assert ask(analyst).total == 5
    set_privacy(domain=secret, is_private=True, by=admin)
    answer = ask(analyst)
    assert (answer.engine, answer.note, answer.total) == ("postgresql", _CATCHING_UP, 2)
    assert counts(answer, "domain") == {"none": 2}
    draining.drain()
    answer = ask(analyst)
    assert (answer.engine, answer.total, counts(answer, "domain")) == ("elasticsearch", 2, {"none": 2})


def test_what_narrows_while_it_answers_never_shows(
    node: nodes.Node, analyst: User, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = make_domain("Mergers")
    make_asset("deal", schema=make_schema("deals", domain=secret))
    _make(2)
    building.build(nodes.silent)

    def late(index: str, question: Question) -> Found:
        found = finding.find(index, question)
        set_privacy(domain=secret, is_private=True, by=admin)
        assert found.total == 3
        return found

    monkeypatch.setattr("catalog.search.elastic.finding", SimpleNamespace(find=late))
    answer = ask(analyst)
    assert (answer.engine, answer.total) == ("postgresql", 2)


def test_node_that_is_down_from_the_start(settings: Any, analyst: User) -> None:
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:1"
    connection.reading.reset()
    connection.writing.reset()
    _make(2)
    assert keeping.keep() == "away"
    answer = ask(analyst, "orders")
    assert (answer.engine, answer.total) == ("postgresql", 2)
    assert answer.note == "The search engine is being filled; the database answers."


def test_damage_is_found_and_mended_after_an_outage(node: nodes.Node, analyst: User) -> None:
    assets = _make(30)
    building.build(nodes.silent)
    index = Mirror.objects.get().serving
    with nodes.raw(node) as client:
        client.delete(index=index, id=str(assets[3].pk))
        client.index(index=index, id="999999999", document={"asset_id": 999999999, "revision": 1, "scope": "open"})
        client.indices.refresh(index=index)
    draining.note_failure("It was away.")
    assert ask(analyst, "orders").engine == "postgresql"
    assert keeping.keep() == "mended 2"
    _same(node)
    assert ask(analyst, "orders").engine == "elasticsearch"
    assert Mirror.objects.get().repaired == 2


def test_index_that_is_gone_is_not_made_by_a_write(node: nodes.Node, analyst: User) -> None:
    _make(3)
    building.build(nodes.silent)
    index = Mirror.objects.get().serving
    with nodes.raw(node) as client:
        client.indices.delete(index=index)
    make_asset("orders_more")
    index_all()
    assert ask(analyst, "orders").total == 4
    draining.drain()
    with nodes.raw(node) as client:
        assert not client.indices.exists(index=index)
    assert Mirror.objects.get().serving == ""
    building.build(nodes.silent)
    _same(node)


def test_new_mapping_is_built_beside_the_old_one(
    node: nodes.Node, analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make(3)
    building.build(nodes.silent)
    before = Mirror.objects.get().serving
    for module in ("mapping", "standing", "building", "keeping"):
        monkeypatch.setattr(f"catalog.search.elastic.{module}.MAPPING_VERSION", 99)
    assert ask(analyst, "orders").engine == "postgresql"
    keeping.keep()
    assert JobRun.objects.filter(kind=keeping.KIND, state=JobState.QUEUED).exists()
    building.build(nodes.silent)
    answer = ask(analyst, "orders")
    assert (answer.engine, sorted(names(answer))) == ("elasticsearch", ["orders_0", "orders_1", "orders_2"])
    with nodes.raw(node) as client:
        assert not client.indices.exists(index=before)


def test_without_elasticsearch_nothing_is_noted(settings: Any) -> None:
    Mirror.objects.create(pk=1, serving="one")
    _make(1)
    assert Pending.objects.exists()
    settings.ELASTICSEARCH_URL = ""
    assert keeping.keep() == "none"
    _make(1)
    assert not Pending.objects.exists()
    assert not Mirror.objects.exists()


def test_changes_reach_it_after_the_commit(
    node: nodes.Node, analyst: User, django_capture_on_commit_callbacks: Any
) -> None:
    _make(1)
    building.build(nodes.silent)
    fresh = make_asset("orders_fresh")
    with django_capture_on_commit_callbacks(execute=True):
        actions.index([fresh.pk])
    assert nodes.is_told()
    assert set(names(ask(analyst, "orders"))) == {"orders_0", "orders_fresh"}
    Asset.objects.filter(pk=fresh.pk).delete()
    draining.drain()
    assert names(ask(analyst, "orders")) == ["orders_0"]
    _same(node)


def test_lag_hands_over_to_the_database(node: nodes.Node, analyst: User, settings: Any) -> None:
    _make(1)
    building.build(nodes.silent)
    settings.SEARCH_LAG_SECONDS = -1
    make_asset("orders_more")
    index_all()
    answer = ask(analyst, "orders")
    assert (answer.engine, answer.note, answer.total) == ("postgresql", _CATCHING_UP, 2)
    with pytest.raises(Unavailable, match="catching up"):
        ElasticEngine().ids(Question(rights_of(analyst), understand("orders")), 5)
