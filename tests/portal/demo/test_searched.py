from pathlib import Path

import pytest
from django.conf import settings

from catalog.harvest.models import Run
from catalog.harvest.process import harvest
from catalog.search.models import AskedQuery, OpenedResult, SavedSearch
from portal.demo import warehouse as demo
from portal.demo.enrich import enrich
from portal.demo.searched import ASKED, KEPT, look_for_things
from portal.demo.seed import seed
from portal.kit import jobs
from tests.portal.demo.built import PASSWORD, Built


@pytest.mark.django_db(transaction=True)
def test_people_of_the_demo_search_once_and_open_what_they_found(
    warehouse: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)
    seed(warehouse_url=demo.ensure_reader(warehouse.url, password=PASSWORD))
    assert look_for_things() is False
    run = Run.objects.select_related("source").get()
    with jobs.running(run.job_id) as progress:
        harvest(run, progress)
    assert enrich() is True

    assert look_for_things() is True
    assert look_for_things() is False

    assert AskedQuery.objects.count() == len(ASKED)
    opened = {(row.asked.text, row.asset.name) for row in OpenedResult.objects.select_related("asked", "asset")}
    assert opened == {(asked.text, asked.opened.partition(".")[2]) for asked in ASKED if asked.opened}
    assert SavedSearch.objects.count() == len(KEPT)
    assert all(search.matches for search in SavedSearch.objects.all())
