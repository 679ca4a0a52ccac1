from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group

from access.people.models import User
from catalog.assets.actions import DomainFacts, make_domain, name_owner, set_privacy
from catalog.assets.models import Asset, Description, Domain, Ownership, Schema
from catalog.assets.visibility import may_see
from catalog.harvest.models import Run
from catalog.harvest.process import harvest
from catalog.sources.credentials import decrypt
from catalog.sources.models import Source
from governance.audit.models import Event
from portal.demo import company
from portal.demo import warehouse as demo
from portal.demo.enrich import enrich
from portal.demo.remarks import CERTIFIED, CLASSIFIED, COLUMNS, DEPRECATED, DESCRIPTIONS, FOLLOWED, OWNERS, VISITS
from portal.demo.seed import seed
from portal.kit import jobs
from tests.portal.demo.built import PASSWORD, Built

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(warehouse: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)
    return demo.ensure_reader(warehouse.url, password=PASSWORD)


def _person(key: str) -> User:
    return User.objects.get(email=f"{key}@atrium.example")


def _harvest() -> None:
    run = Run.objects.select_related("source").get()
    with jobs.running(run.job_id) as progress:
        harvest(run, progress)
    run.job.refresh_from_db()
    assert run.job.state == "succeeded", run.job.error_message


def _asset(path: str) -> Asset:
    schema, name = path.split(".")
    return Asset.objects.get(schema__name=schema, name=name)


def test_there_is_one_login_a_role_and_an_outsider(url: str) -> None:
    lines = seed(warehouse_url=url)

    assert [line.split()[0] for line in lines] == [member.email for member in company.ONE_CLICK]
    assert [_person(member.key).roles for member in company.ONE_CLICK] == [
        ["analyst"], ["steward"], ["officer"], ["engineer"], ["administrator"], [],
    ]  # fmt: skip
    assert all(_person(line.split("@")[0]).check_password(line.split()[1]) for line in lines)


def test_the_source_keeps_its_password_encrypted_and_its_first_harvest_waits(url: str) -> None:
    seed(warehouse_url=url)

    source = Source.objects.get()
    assert (source.name, source.username, source.harvest_every_minutes) == ("Company warehouse", demo.READER, 60)
    assert PASSWORD not in source.password_encrypted
    assert decrypt(source.password_encrypted) == PASSWORD
    assert Run.objects.get().job.state == "queued"


def test_every_domain_has_owner_steward_and_its_schemas(url: str) -> None:
    seed(warehouse_url=url)

    for part in company.PARTS:
        domain = Domain.objects.get(name=part.name)
        assert set(domain.ownerships.values_list("role", flat=True)) == {"owner", "steward"}
        assert set(domain.schemas.values_list("name", flat=True)) == set(part.schemas)
    assert [domain.name for domain in Domain.objects.filter(is_private=True)] == ["Health"]


def test_a_second_seed_changes_nothing_that_people_have_changed(url: str) -> None:
    seed(warehouse_url=url)
    admin = _person(company.ADMINISTRATOR)
    set_privacy(domain=Domain.objects.get(name="Lending"), is_private=True, by=admin)
    Ownership.objects.filter(domain__name="Retail").delete()
    counted = [model.objects.count() for model in (User, Group, Domain, Ownership, Schema, Source, Run, Event)]

    seed(warehouse_url=url)

    assert [model.objects.count() for model in (User, Group, Domain, Ownership, Schema, Source, Run, Event)] == counted
    assert Domain.objects.get(name="Lending").is_private


def test_a_moved_server_and_a_new_password_reach_the_source(url: str, warehouse: Built) -> None:
    seed(warehouse_url=url)
    Source.objects.update(port=1)

    seed(warehouse_url=demo.ensure_reader(warehouse.url, password="another-one-4"))

    source = Source.objects.get()
    assert f":{source.port}/" in url
    assert decrypt(source.password_encrypted) == "another-one-4"


def test_a_portal_with_people_keeps_them(url: str, outsider: User) -> None:
    seed(warehouse_url=url)

    assert User.objects.count() == len(company.MEMBERS) + 1
    assert _person(company.ADMINISTRATOR).roles == ["administrator"]


@pytest.mark.django_db(transaction=True)
def test_a_harvested_demo_looks_lived_in_once_and_hides_health(url: str) -> None:
    seed(warehouse_url=url)
    assert enrich() is False

    _harvest()
    patients = _asset("health.patients")
    assert [may_see(_person(key), patients) for key in ("ana", "jonas", "miriam", "claire")] == [
        False,
        False,
        True,
        True,
    ]

    assert enrich() is True
    customers = _asset("crm.customers")
    assert customers.certification == "certified"
    assert Description.objects.get(asset=customers, column_name="").edited_by == _person("stefan")
    assert Description.objects.count() == len(DESCRIPTIONS) + len(COLUMNS)
    events = Event.objects.count()

    Description.objects.filter(asset=customers).delete()
    assert enrich() is True
    assert Event.objects.count() == events
    assert not Description.objects.filter(asset=customers).exists()


def test_every_remark_is_about_something_in_the_warehouse(warehouse: Built) -> None:
    found = warehouse.rows("SELECT relnamespace::regnamespace || '.' || relname FROM pg_class")
    known = {path for (path,) in found}
    followed = {path for paths in FOLLOWED.values() for path in paths}
    visited = {path for _, path, _ in VISITS}
    described = {path for path, _ in COLUMNS}

    assert {*DESCRIPTIONS, *OWNERS, *CERTIFIED, *CLASSIFIED, *DEPRECATED, *followed, *visited, *described} <= known


def test_domains_that_people_made_before_are_used(url: str, admin: User) -> None:
    retail = make_domain(facts=DomainFacts(name="Retail"), by=admin)
    name_owner(thing=retail, role="owner", holder=admin, by=admin)

    seed(warehouse_url=url)

    assert [row.person for row in Ownership.objects.filter(domain=retail)] == [admin]
    assert retail.schemas.get().name == "retail"
