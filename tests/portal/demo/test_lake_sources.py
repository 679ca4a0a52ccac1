"""The lake in the catalog: planted once, harvested, and what people do to it found out."""

from pathlib import Path

import pytest
from pytest_django import Settings

from catalog.assets.models import Asset, Domain
from catalog.harvest.models import Rename, Run
from catalog.harvest.process import harvest
from catalog.sources.models import Source
from portal.demo import company
from portal.demo.lake import Places, build
from portal.demo.lake_sources import LAB, TILLS, let_time_pass, plant_lake
from portal.demo.staff import hire
from portal.kit import jobs
from portal.kit.models import JobState

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def places(tmp_path: Path, settings: Settings) -> Places:
    settings.FILE_SOURCES = [str(tmp_path)]
    hire("only for this test")
    for part in company.PARTS:
        Domain.objects.create(name=part.name, slug=part.name.lower().replace(" ", "-"))
    made = Places(tmp_path / "lake")
    build(made)
    return made


def harvest_waiting() -> list[str]:
    """Do what the worker would; return the states of the runs."""
    waiting = Run.objects.filter(job__state=JobState.QUEUED).order_by("pk")
    for run in waiting.select_related("source"):
        with jobs.running(run.job_id) as progress:
            harvest(run, progress)
    return [run.job.state for run in Run.objects.select_related("job").order_by("pk")]


def test_planted_once_and_harvested(places: Places) -> None:
    plant_lake(places)
    plant_lake(places)
    planted = Source.objects.count()
    assert Run.objects.count() == planted
    assert let_time_pass(places) is False  # nothing has been harvested yet

    assert set(harvest_waiting()) == {"succeeded"}

    names = set(Asset.objects.filter(source__name=TILLS).values_list("name", flat=True))
    assert {"receipts", "receipt_lines", "sales_by_day"} <= names
    training = Asset.objects.get(source__name=LAB, name="credit_train")
    assert (training.domain and training.domain.name) == "ML features"


def test_what_happens_is_offered_and_held(places: Places) -> None:
    plant_lake(places)
    harvest_waiting()

    assert let_time_pass(places) is True
    assert let_time_pass(places) is False
    assert set(harvest_waiting()) == {"succeeded"}

    held = Run.objects.filter(source__name=TILLS).latest("pk")
    assert held.outcome == Run.Outcome.HELD
    assert Asset.objects.filter(source__name=TILLS, gone_at=None).count() == 10
    offer = Rename.objects.get(is_column=False)
    assert offer.old_name.endswith("scores.credit_train")
    assert offer.new_name.endswith("scores.credit_training_set")
