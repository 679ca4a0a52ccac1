from collections.abc import Callable

import pytest
from django.db import connection

from portal.kit.models import JobRun
from portal.management import first_harvest

# Rows are committed, for the supervisor reads them by a connection of its own.
pytestmark = pytest.mark.django_db(transaction=True)


def database_url() -> str:
    known = connection.settings_dict
    return f"postgresql://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


def step_through(*moves: Callable[[], object]) -> Callable[[], None]:
    """Makes a move each time the supervisor tends its children."""
    waiting = list(moves)

    def tend() -> None:
        if waiting:
            waiting.pop(0)()

    return tend


def show(*moves: Callable[[], object]) -> None:
    first_harvest.show(database_url(), tend=step_through(*moves))


def test_it_follows_the_run_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    run = JobRun.objects.create(kind="harvest", subject="company", task="t")
    runs = JobRun.objects.filter(pk=run.pk)

    show(
        lambda: None,
        lambda: runs.update(state="running", done=2, total=8, message="schema crm"),
        lambda: runs.update(state="succeeded", done=8, message="80 tables"),
    )

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "First harvest: waiting for a worker"
    assert lines[-1] == "First harvest: 80 tables"


def test_it_waits_for_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (JobRun.objects.create(kind="harvest", subject=name, task="t") for name in ("company", "lake"))

    show(
        lambda: JobRun.objects.filter(pk=first.pk).update(state="running", done=1, total=2, message="schema crm"),
        lambda: JobRun.objects.filter(pk=first.pk).update(state="succeeded", done=2, message="80 tables"),
        lambda: JobRun.objects.filter(pk=second.pk).update(state="running", message="schema airport"),
        lambda: JobRun.objects.filter(pk=second.pk).update(state="succeeded", message="6 data sets"),
    )

    assert capsys.readouterr().out.splitlines()[-1] == "First harvest: 6 data sets"


def test_a_harvest_that_an_earlier_run_has_finished_is_not_told_again(capsys: pytest.CaptureFixture[str]) -> None:
    JobRun.objects.create(kind="harvest", subject="company", task="t", state="succeeded", message="80 tables")

    show()

    assert capsys.readouterr().out == ""


def test_a_failure_is_told_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    run = JobRun.objects.create(kind="harvest", subject="company", task="t")

    show(lambda: None, lambda: JobRun.objects.filter(pk=run.pk).update(state="failed", error_message="No such host."))

    assert capsys.readouterr().out.splitlines()[-1] == "First harvest: failed: No such host."


def test_without_any_harvest_it_does_not_wait_for_ever(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_harvest, "_BEGINS_WITHIN", 0.0)

    show()

    assert "has not begun" in capsys.readouterr().out
