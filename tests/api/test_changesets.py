"""Change sets and renames over the API: the pages' rules and numbers."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access.people.models import User
from catalog.harvest.models import Rename, Run
from catalog.sources.models import Source
from tests.conftest import make_person
from tests.factories.changesets import make_offer, make_plan
from tests.factories.company import PERSONAS, Company, make_company

SignIn = Callable[[User], Client]
SETS = "/api/v1/change-sets/"
RENAMES = "/api/v1/renames/"


@pytest.fixture
def company(db: None) -> Company:
    return make_company({name: make_person(f"{name.title()} Person", *roles) for name, roles in PERSONAS.items()})


@pytest.fixture
def held(company: Company) -> Run:
    return make_plan(company, Run.Outcome.HELD)


@pytest.fixture
def offer(company: Company) -> Rename:
    return make_offer(company)


def _post(client: Client, path: str, **data: object) -> tuple[int, dict[str, object]]:
    answer = client.post(path, data, content_type="application/json")
    return answer.status_code, answer.json()


def test_plan_is_of_what_the_person_may_see(company: Company, held: Run, signed_in: SignIn) -> None:
    for name, numbers, rows in (("steward", (1, 1, 2), 4), ("officer", (2, 2, 3), 7)):
        client = signed_in(company.people[name])
        told = client.get(f"{SETS}{held.pk}/").json()
        assert tuple(told["planned"].values()) == numbers
        assert (told["outcome"], told["is_waiting"]) == ("held", True)
        planned = client.get(f"{SETS}{held.pk}/planned/").json()["results"]
        assert len(planned) == rows
        key = next(row for row in planned if row["part"] == "key")
        assert (key["after"] == {}) == (name == "steward")
        assert ("patients" in str(planned)) == (name == "officer")
    assert len(client.get(f"{SETS}{held.pk}/planned/", {"kind": "removed", "schema": "sales"}).json()["results"]) == 2


def test_waiting_runs_are_listed(company: Company, held: Run, signed_in: SignIn) -> None:
    client = signed_in(company.people["steward"])
    assert [row["id"] for row in client.get(SETS, {"waiting": "true"}).json()["results"]] == [held.pk]
    Run.objects.filter(pk=held.pk).update(outcome="rejected")
    assert client.get(SETS, {"waiting": "true"}).json()["results"] == []
    assert [row["id"] for row in client.get(SETS).json()["results"]] == [held.pk]


def test_engineer_plans_and_steward_does_not(company: Company, signed_in: SignIn) -> None:
    code, told = _post(signed_in(company.people["steward"]), SETS, source=company.source.pk)
    assert (code, told["code"], Run.objects.filter(kind="dry_run").count()) == (403, "not_allowed", 0)
    code, told = _post(signed_in(company.people["engineer"]), SETS, source=company.source.pk)
    assert (code, told["kind"], told["state"]) == (201, "dry_run", "queued")
    code, told = _post(signed_in(company.people["engineer"]), SETS, source=company.source.pk)
    assert (code, Run.objects.filter(kind="dry_run").count()) == (409, 1)


def test_approval_and_rejection(company: Company, held: Run, signed_in: SignIn) -> None:
    client = signed_in(company.people["steward"])
    assert _post(client, f"{SETS}{held.pk}/approve/")[0] == 400
    code, told = _post(client, f"{SETS}{held.pk}/approve/", reason="Looked at")
    assert (code, told["trigger"], told["about"]) == (201, "approval", held.pk)
    code, told = _post(client, f"{SETS}{held.pk}/reject/", reason="Too late")
    assert (code, told["code"]) == (409, "decided")
    told = client.get(f"{SETS}{held.pk}/").json()
    assert (told["outcome"], told["reason"], told["decided_by"]) == ("approved", "Looked at", "Steward Person")


def test_undo_is_refused_in_words_or_queued(company: Company, signed_in: SignIn) -> None:
    client = signed_in(company.people["steward"])
    code, told = _post(client, f"{SETS}{company.run.pk}/undo/", reason="x")
    assert (code, told["code"]) == (409, "not_undoable")
    assert "no longer kept" in str(told["detail"])
    assert client.get(f"{SETS}{company.run.pk}/").json()["why_not_undoable"] == told["detail"]
    Run.objects.filter(pk=company.run.pk).update(has_journal=True)
    code, told = _post(client, f"{SETS}{company.run.pk}/undo/", reason="x")
    assert (code, told["kind"], told["about"]) == (201, "undo", company.run.pk)


@pytest.mark.parametrize("name", ["analyst", "officer", "outsider"])
def test_others_decide_nothing(name: str, company: Company, held: Run, offer: Rename, signed_in: SignIn) -> None:
    client = signed_in(company.people[name])
    Run.objects.filter(pk=company.run.pk).update(has_journal=True)
    for path in (
        f"{SETS}{held.pk}/approve/", f"{SETS}{held.pk}/reject/", f"{SETS}{company.run.pk}/undo/",
        f"{RENAMES}{offer.pk}/accept/", f"{RENAMES}{offer.pk}/reject/",
    ):  # fmt: skip
        code, told = _post(client, path, reason="x")
        assert (code, told["code"]) == (403, "not_allowed")
    assert (Run.objects.get(pk=held.pk).outcome, Rename.objects.get().state) == ("held", "offered")
    assert not Run.objects.filter(about__isnull=False).exists()


def test_hidden_source_and_hidden_side_are_the_same_as_none(
    company: Company, held: Run, offer: Rename, signed_in: SignIn
) -> None:
    client = signed_in(company.people["steward"])
    Rename.objects.update(new_asset=company.patients)
    Source.objects.filter(pk=company.source.pk).update(is_private=True)
    for hidden, missing in ((f"{SETS}{held.pk}/", f"{SETS}98765/"), (f"{RENAMES}{offer.pk}/", f"{RENAMES}98765/")):
        answers = [client.get(path) for path in (hidden, missing)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    assert _post(client, f"{RENAMES}{offer.pk}/accept/")[0] == 404
    assert _post(client, f"{SETS}{held.pk}/approve/", reason="x")[0] == 404
    assert client.get(RENAMES).json()["results"] == []
    assert (Run.objects.get(pk=held.pk).outcome, Rename.objects.get().state) == ("held", "offered")


def test_rename_is_read_and_accepted(company: Company, offer: Rename, signed_in: SignIn) -> None:
    client = signed_in(company.people["steward"])
    assert [row["id"] for row in client.get(RENAMES).json()["results"]] == [offer.pk]
    assert [row["id"] for row in client.get(f"{SETS}{offer.run_id}/renames/").json()["results"]] == [offer.pk]
    told = client.get(f"{RENAMES}{offer.pk}/").json()
    assert told["would_carry"] == {"descriptions": 1}
    assert told["evidence"] == ["All 4 columns are the same, in the same order"]
    code, accepted = _post(client, f"{RENAMES}{offer.pk}/accept/")
    assert (code, accepted["state"], accepted["carried"]) == (200, "accepted", {"descriptions": 1})
    assert accepted["new_asset"] == offer.old_asset_id
    assert _post(client, f"{RENAMES}{offer.pk}/accept/")[0] == 409


def test_lists_ask_as_often_for_many_as_for_one(company: Company, held: Run, offer: Rename, signed_in: SignIn) -> None:
    client = signed_in(company.people["steward"])
    asked = {}
    for path in (SETS, RENAMES):
        with CaptureQueriesContext(connection) as few:
            assert len(client.get(path).json()["results"]) == 1
        asked[path] = len(few)
    for number in range(4):
        make_plan(company, Run.Outcome.HELD)
        make_offer(company, f"also_{number}_")
    for path in (SETS, RENAMES):
        with CaptureQueriesContext(connection) as many:
            assert len(client.get(path).json()["results"]) == 5
        assert len(many) == asked[path]


def test_numbers_in_the_list_are_those_of_each_run(company: Company, held: Run, signed_in: SignIn) -> None:
    for name, numbers in (("steward", [1, 1, 2]), ("officer", [2, 2, 3])):
        (told,) = signed_in(company.people[name]).get(SETS).json()["results"]
        assert (list(told["planned"].values()), told["is_waiting"]) == (numbers, True)


@pytest.mark.parametrize("verb", ["approve", "reject", "undo"])
def test_who_may_not_decide_is_told_so_before_the_reason_is_read(
    verb: str, company: Company, held: Run, signed_in: SignIn
) -> None:
    code, told = _post(signed_in(company.people["officer"]), f"{SETS}{held.pk}/{verb}/")
    held.refresh_from_db()
    assert (code, told["code"], held.outcome) == (403, "not_allowed", "held")
