"""The pages of change sets: what would be changed as far as one may see it, and who decides."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from access.people.models import User
from catalog.assets.models import Asset, SchemaChange
from catalog.harvest.changesets.queries import number_waiting
from catalog.harvest.models import PlannedChange, Rename, Run
from catalog.sources.models import Source
from portal.kit.models import JobRun, JobState
from tests.factories.catalog import make_asset
from tests.factories.changesets import make_offer, make_plan
from tests.factories.company import Company

SignIn = Callable[[User], Client]


@pytest.fixture
def held(company: Company) -> Run:
    return make_plan(company, Run.Outcome.HELD)


@pytest.fixture
def dry(company: Company) -> Run:
    return make_plan(company, Run.Outcome.PLANNED)


@pytest.fixture
def offer(company: Company) -> Rename:
    return make_offer(company)


def _page(client: Client, view: str, *args: int) -> str:
    response = client.get(reverse(view, args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_plan_shows_and_counts_what_the_person_may_see(company: Company, dry: Run, signed_in: SignIn) -> None:
    for name, numbers, sees in (("steward", (1, 1, 2), False), ("admin", (2, 2, 3), True)):
        client = signed_in(company.people[name])
        response = client.get(reverse("harvest:plan", args=[dry.pk]))
        tally = response.context["change_set"].tally
        assert (tally.added, tally.changed, tally.removed) == numbers
        html = response.content.decode()
        for hidden in ("patients", "diagnoses_new", "health"):
            assert (hidden in html) == sees
        assert "brand_new" in html
        export = b"".join(client.get(reverse("harvest:plan", args=[dry.pk]), {"format": "csv"})).decode()
        assert ("patients" in export, "diagnoses_new" in export) == (sees, sees)
        assert "sales.orders_000,Removed,,yes" in export
        assert ("Key to a table you can't see" in export) != sees


def test_plan_is_filtered_by_kind_and_schema(company: Company, dry: Run, signed_in: SignIn) -> None:
    client = signed_in(company.people["admin"])
    url = reverse("harvest:plan", args=[dry.pk])
    for query, number in (({"kind": "removed"}, 3), ({"schema": "health"}, 3), ({"is_breaking": "True"}, 3)):
        assert client.get(url, query).context["table"].paginator.count == number


def test_hidden_schema_is_no_choice_of_the_filter(company: Company, dry: Run, signed_in: SignIn) -> None:
    response = signed_in(company.people["steward"]).get(reverse("harvest:plan", args=[dry.pk]), {"schema": "health"})
    assert response.context["table"].paginator.count == PlannedChange.objects.exclude(schema_name="health").count()
    assert '<option value="health"' not in response.content.decode()


def test_dry_run_offers_to_apply_to_those_who_harvest(company: Company, dry: Run, signed_in: SignIn) -> None:
    assert "Apply this now" in _page(signed_in(company.people["engineer"]), "harvest:run", dry.pk)
    assert "Apply this now" not in _page(signed_in(company.people["steward"]), "harvest:run", dry.pk)


def test_engineer_starts_a_dry_run(company: Company, signed_in: SignIn) -> None:
    client = signed_in(company.people["engineer"])
    page = _page(client, "sources:detail", company.source.pk)
    url = reverse("harvest:dry_run", args=[company.source.pk])
    assert f'action="{url}"' in page
    response = client.post(url)
    run = Run.objects.latest("pk")
    assert (run.kind, response.headers["Location"]) == ("dry_run", reverse("harvest:run", args=[run.pk]))
    again = client.post(url, follow=True)
    assert "waiting or running" in again.content.decode()
    assert Run.objects.filter(kind="dry_run").count() == 1


@pytest.mark.parametrize("name", ["analyst", "steward", "officer", "outsider"])
def test_others_start_no_dry_run(name: str, company: Company, signed_in: SignIn) -> None:
    response = signed_in(company.people[name]).post(reverse("harvest:dry_run", args=[company.source.pk]))
    assert response.status_code == 403
    assert not Run.objects.filter(kind="dry_run").exists()


def test_held_run_says_why_and_is_found_by_reviewers(company: Company, held: Run, signed_in: SignIn) -> None:
    client = signed_in(company.people["steward"])
    page = _page(client, "harvest:run", held.pk)
    assert "more than 20 %" in page
    assert f'action="{reverse("harvest:decide", args=[held.pk])}"' in page
    assert f'href="/harvest/runs/{held.pk}/"' in _page(client, "harvest:reviews")
    assert [number_waiting(company.people[name]) for name in ("steward", "engineer", "analyst")] == [1, 1, 0]


def test_run_of_a_hidden_source_waits_for_nobody_who_does_not_see_it(
    company: Company, held: Run, signed_in: SignIn
) -> None:
    Source.objects.filter(pk=company.source.pk).update(is_private=True)
    client = signed_in(company.people["steward"])
    assert "Nothing waits for you" in _page(client, "harvest:reviews")
    assert number_waiting(company.people["steward"]) == 0
    for view in ("harvest:plan", "harvest:undo"):
        assert client.get(reverse(view, args=[held.pk])).status_code == 404
    response = client.post(reverse("harvest:decide", args=[held.pk]), {"decision": "approve", "reason": "x"})
    assert (response.status_code, Run.objects.get(pk=held.pk).outcome) == (404, "held")


@pytest.mark.parametrize(("decision", "outcome"), [("approve", "approved"), ("reject", "rejected")])
def test_steward_decides(decision: str, outcome: str, company: Company, held: Run, signed_in: SignIn) -> None:
    client = signed_in(company.people["steward"])
    client.post(reverse("harvest:decide", args=[held.pk]), {"decision": decision, "reason": "Looked at it"})
    held.refresh_from_db()
    assert (held.outcome, held.reason, held.decided_by) == (outcome, "Looked at it", company.people["steward"])
    assert Run.objects.filter(about=held, trigger="approval").exists() == (outcome == "approved")
    assert "Looked at it" in _page(client, "harvest:run", held.pk)


def test_decision_without_a_reason_is_sent_back(company: Company, held: Run, signed_in: SignIn) -> None:
    client = signed_in(company.people["steward"])
    response = client.post(reverse("harvest:decide", args=[held.pk]), {"decision": "approve"}, follow=True)
    assert "Say why" in response.content.decode()
    assert Run.objects.get(pk=held.pk).outcome == "held"


@pytest.mark.parametrize("name", ["analyst", "officer", "outsider"])
def test_others_decide_nothing(name: str, company: Company, held: Run, offer: Rename, signed_in: SignIn) -> None:
    client = signed_in(company.people[name])
    for url, data in (
        (reverse("harvest:decide", args=[held.pk]), {"decision": "approve", "reason": "x"}),
        (reverse("harvest:undo", args=[company.run.pk]), {"reason": "x"}),
        (reverse("harvest:decide_rename", args=[offer.pk]), {"decision": "accept"}),
    ):
        assert client.post(url, data).status_code == 403
    for view, pk in (("harvest:reviews", 0), ("harvest:rename", offer.pk)):
        assert client.get(reverse(view, args=[pk] if pk else [])).status_code == 403
    assert (Run.objects.get(pk=held.pk).outcome, Rename.objects.get().state) == ("held", "offered")
    assert not Run.objects.filter(kind="undo").exists()


def test_officer_reads_but_is_offered_no_decision(company: Company, held: Run, signed_in: SignIn) -> None:
    page = _page(signed_in(company.people["officer"]), "harvest:run", held.pk)
    assert "more than 20 %" in page
    assert "Approve" not in page


def test_undo_asks_and_starts(company: Company, signed_in: SignIn) -> None:
    Run.objects.filter(pk=company.run.pk).update(has_journal=True, outcome="applied")
    client = signed_in(company.people["steward"])
    url = reverse("harvest:undo", args=[company.run.pk])
    assert f'href="{url}"' in _page(client, "harvest:run", company.run.pk)
    assert client.post(url, {"reason": ""}).status_code == 422
    assert not Run.objects.filter(kind="undo").exists()
    client.post(url, {"reason": "A mistake"})
    undo = Run.objects.get(kind="undo")
    assert (undo.about, undo.reason, undo.job.task, undo.job.state) == (
        company.run,
        "A mistake",
        "harvest.undo",
        "queued",
    )


def test_what_can_not_be_undone_says_why(company: Company, signed_in: SignIn) -> None:
    Run.objects.filter(pk=company.run.pk).update(outcome="applied")
    client = signed_in(company.people["steward"])
    assert "no longer kept" in _page(client, "harvest:run", company.run.pk)
    assert "no longer kept" in _page(client, "harvest:undo", company.run.pk)


def test_offer_shows_where_it_belongs(company: Company, offer: Rename, signed_in: SignIn) -> None:
    steward, analyst = (signed_in(company.people[name]) for name in ("steward", "analyst"))
    url = reverse("harvest:rename", args=[offer.pk])
    assert offer.new_asset
    for view, pk in (
        ("harvest:run", offer.run_id), ("assets:detail", offer.old_asset_id), ("assets:detail", offer.new_asset.pk),
    ):  # fmt: skip
        assert url in _page(steward, view, pk)
    assert url in _page(steward, "harvest:reviews")
    gone = _page(analyst, "assets:detail", offer.old_asset_id)
    assert "What may have replaced it" in gone
    assert url not in gone
    assert "Renamed or moved?" not in _page(analyst, "assets:detail", offer.new_asset.pk)
    page = _page(steward, "harvest:rename", offer.pk)
    assert "All 4 columns are the same" in page
    assert "Descriptions" in page


def test_offer_with_a_hidden_side_does_not_exist(company: Company, offer: Rename, signed_in: SignIn) -> None:
    Rename.objects.filter(pk=offer.pk).update(new_asset=company.patients)
    client = signed_in(company.people["steward"])
    for view, pk in (("harvest:run", offer.run_id), ("assets:detail", offer.old_asset_id)):
        page = _page(client, view, pk)
        assert "patients" not in page
        assert reverse("harvest:rename", args=[offer.pk]) not in page
    assert client.get(reverse("harvest:rename", args=[offer.pk])).status_code == 404
    response = client.post(reverse("harvest:decide_rename", args=[offer.pk]), {"decision": "accept"})
    assert (response.status_code, Rename.objects.get().state) == (404, "offered")


@pytest.mark.parametrize(("decision", "state"), [("accept", "accepted"), ("reject", "rejected")])
def test_steward_decides_about_an_offer(
    decision: str, state: str, company: Company, offer: Rename, signed_in: SignIn
) -> None:
    client = signed_in(company.people["steward"])
    response = client.post(reverse("harvest:decide_rename", args=[offer.pk]), {"decision": decision}, follow=True)
    assert response.status_code == 200
    assert Rename.objects.get().state == state
    old = Asset.objects.get(pk=offer.old_asset_id)
    assert (old.name, old.gone_at is None) == (("renamed", True) if state == "accepted" else ("was_called", False))
    assert state.capitalize() in _page(client, "harvest:rename", offer.pk) or state == "rejected"


def test_accepted_rename_is_in_the_history(company: Company, offer: Rename, signed_in: SignIn) -> None:
    client = signed_in(company.people["steward"])
    client.post(reverse("harvest:decide_rename", args=[offer.pk]), {"decision": "accept"})
    assert SchemaChange.objects.filter(asset=offer.old_asset_id, kind="renamed").exists()
    assert "renamed" in _page(client, "assets:history", offer.old_asset_id)


def test_tombstone_says_when_it_went(company: Company, signed_in: SignIn) -> None:
    gone = make_asset("long_gone", schema=company.schema, gone_at=timezone.now() - timedelta(days=3))
    page = _page(signed_in(company.people["analyst"]), "assets:detail", gone.pk)
    assert "no longer in its source" in page
    assert "3 days ago" in page


def test_running_dry_run_shows_no_decision(company: Company, dry: Run, signed_in: SignIn) -> None:
    JobRun.objects.filter(pk=dry.job_id).update(state=JobState.RUNNING)
    assert "Apply this now" not in _page(signed_in(company.people["engineer"]), "harvest:run", dry.pk)


def test_nothing_is_decided_by_a_form_that_does_not_say_what(
    company: Company, held: Run, offer: Rename, signed_in: SignIn
) -> None:
    client = signed_in(company.people["steward"])
    client.post(f"/harvest/runs/{held.pk}/decide/", {"reason": "Looked at"})
    client.post(f"/harvest/renames/{offer.pk}/decide/", {"decision": "perhaps"})
    held.refresh_from_db()
    offer.refresh_from_db()
    assert (held.outcome, offer.state) == ("held", "offered")
