"""Jobs: one worker at a time, progress in sight, an end that is stored, a lost one sent again."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError, connections, transaction
from django.utils import timezone
from pytest_django import Settings

from access.people.models import User
from portal.kit import jobs
from portal.kit.errors import Conflict, Invalid, Unavailable
from portal.kit.jobs import progress as progress_module
from portal.kit.jobs import queue
from portal.kit.jobs.ending import pause_before
from portal.kit.jobs.running import MOST_LOSSES
from portal.kit.models import JobLine, JobRun, JobState

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs that were handed to the broker."""
    runs: list[int] = []
    monkeypatch.setattr(queue, "send", lambda run: runs.append(run.pk))
    return runs


@pytest.fixture
def run(sent: list[int]) -> JobRun:
    return jobs.start(kind="test", subject="Something", task="test.nothing", by=None)


def _state(run: JobRun) -> str:
    return JobRun.objects.get(pk=run.pk).state


def test_body_that_ends_is_a_success(run: JobRun) -> None:
    with jobs.running(run.pk) as progress:
        assert _state(run) == JobState.RUNNING
        progress.step("Half", done=1, total=2)
        progress.line("A line")
    run.refresh_from_db()
    assert (run.state, run.done, run.total, run.message) == (JobState.SUCCEEDED, 1, 2, "Half")
    assert run.finished_at is not None
    assert [line.text for line in run.lines.all()] == ["A line"]


def test_error_in_words_is_stored_and_not_raised(run: JobRun) -> None:
    with jobs.running(run.pk):
        raise Invalid("The host is wrong.", code="host_invalid")
    run.refresh_from_db()
    assert (run.state, run.error_code, run.error_message) == (JobState.FAILED, "host_invalid", "The host is wrong.")


def test_unexpected_error_is_stored_without_its_text_and_raised(run: JobRun) -> None:
    with pytest.raises(ZeroDivisionError), jobs.running(run.pk):
        raise ZeroDivisionError("secret detail")
    run.refresh_from_db()
    assert (run.state, run.error_code) == (JobState.FAILED, "unexpected")
    assert "ZeroDivisionError" in run.error_message
    assert "secret detail" not in run.error_message


def test_failure_of_our_database_leaves_the_run_to_be_sent_again(run: JobRun) -> None:
    with pytest.raises(OperationalError), jobs.running(run.pk):
        raise OperationalError("terminated")
    assert _state(run) == JobState.RUNNING


def test_second_worker_is_turned_away_while_the_first_works(run: JobRun) -> None:
    def take() -> None:
        try:
            with jobs.running(run.pk):
                outcome.append("taken")
        except jobs.AlreadyTaken:
            outcome.append("turned away")
        finally:
            connections.close_all()

    outcome: list[str] = []
    with jobs.running(run.pk):
        other = threading.Thread(target=take)
        other.start()
        other.join()
    assert outcome == ["turned away"]
    assert _state(run) == JobState.SUCCEEDED


def test_finished_run_is_not_run_again(run: JobRun) -> None:
    with jobs.running(run.pk):
        pass
    with pytest.raises(jobs.AlreadyTaken), jobs.running(run.pk):
        pytest.fail("The body must not run.")
    assert JobRun.objects.get(pk=run.pk).attempts == 1


def test_waiting_run_is_cancelled_at_once(run: JobRun, admin: User) -> None:
    jobs.cancel(run, by=admin)
    assert _state(run) == JobState.CANCELLED
    with pytest.raises(Conflict):
        jobs.cancel(run, by=admin)


def test_running_run_stops_at_its_next_step(run: JobRun, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_module, "HEARTBEAT_SECONDS", 0.05)
    reached = []
    with jobs.running(run.pk) as progress:
        jobs.cancel(run, by=admin)
        progress._cancelled.wait(5)
        progress.step("More")
        reached.append("more")
    assert reached == []
    assert _state(run) == JobState.CANCELLED
    assert list(JobLine.objects.filter(run=run).values_list("text", flat=True)) == [
        "Ada Min asked to stop the run.",
        "Stopped as asked. What was applied before stays applied.",
    ]


def test_progress_shows_while_the_work_is_still_in_its_transaction(
    run: JobRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress_module, "HEARTBEAT_SECONDS", 0.05)
    with jobs.running(run.pk) as progress:
        progress.step("Far", done=7, total=9)
        seen = _until(lambda: _seen_from_outside(run.pk) == ("Far", 7, 9))
    assert seen


def _seen_from_outside(run_id: int) -> tuple[str, int, int]:
    rows: list[tuple[str, int, int]] = []

    def look() -> None:
        rows.append(JobRun.objects.values_list("message", "done", "total").get(pk=run_id))
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return rows[0]


def _until(holds: Callable[[], bool]) -> bool:
    pause = threading.Event()
    return any(holds() or pause.wait(0.05) for _ in range(100))


@pytest.mark.parametrize(
    ("facts", "is_revived"),
    [
        ({"state": JobState.QUEUED}, True),
        ({"state": JobState.RUNNING, "heartbeat_at": timezone.now() - timedelta(minutes=5)}, True),
        ({"state": JobState.RUNNING, "heartbeat_at": timezone.now() + timedelta(days=1)}, False),
        ({"state": JobState.CANCELLING, "heartbeat_at": None}, True),
        ({"state": JobState.SUCCEEDED}, False),
        ({"state": JobState.FAILED}, False),
    ],
)
def test_only_what_nobody_works_on_is_sent_again(
    facts: dict[str, object], is_revived: bool, run: JobRun, sent: list[int]
) -> None:
    sent.clear()
    JobRun.objects.filter(pk=run.pk).update(sent_at=timezone.now() - timedelta(minutes=5), **facts)
    assert jobs.revive_stalled() == int(is_revived)
    assert sent == ([run.pk] if is_revived else [])
    assert jobs.revive_stalled() == 0


def test_run_is_sent_after_the_commit_and_not_before(sent: list[int]) -> None:
    with transaction.atomic():
        run = jobs.start(kind="test", subject="Something", task="test.nothing", by=None)
        assert sent == []
    assert sent == [run.pk]


def test_run_that_kills_its_worker_again_and_again_is_given_up(run: JobRun) -> None:
    JobRun.objects.filter(pk=run.pk).update(attempts=MOST_LOSSES, state=JobState.RUNNING)
    with pytest.raises(jobs.AlreadyTaken), jobs.running(run.pk):
        pytest.fail("The body must not run.")
    run.refresh_from_db()
    assert (run.state, run.error_code) == (JobState.FAILED, "worker_lost")


# Failures that may pass


@pytest.fixture
def _three_tries(settings: Settings) -> None:
    settings.JOB_TRIES, settings.JOB_RETRY_SECONDS, settings.JOB_RETRY_MOST_SECONDS = 3, 100, 150


def _away(run: JobRun, failed: list[tuple[int, str]]) -> None:
    with jobs.running(run.pk, failed=lambda run, error: failed.append((run.pk, error.code))):
        raise Unavailable("The server is starting.", code="server_not_ready")


@pytest.mark.usefixtures("_three_tries")
def test_passing_failure_is_tried_again_until_the_tries_are_used_up(run: JobRun, sent: list[int]) -> None:
    failed: list[tuple[int, str]] = []
    for tries in (1, 2):
        before = timezone.now()
        _away(run, failed)
        run.refresh_from_db()
        assert (run.state, run.tries, run.error_message, failed) == (JobState.QUEUED, tries, "", [])
        assert run.not_before is not None
        assert before <= run.not_before <= timezone.now() + timedelta(seconds=(100, 150)[tries - 1])
        assert run.message == f"Tries again at {run.not_before:%H:%M:%S} UTC ({tries + 1} of 3)"
        JobRun.objects.filter(pk=run.pk).update(not_before=timezone.now())
    _away(run, failed)
    run.refresh_from_db()
    assert (run.state, run.error_code, run.error_message) == (
        JobState.FAILED,
        "server_not_ready",
        "The server is starting.",
    )
    assert (failed, run.not_before, run.attempts) == ([(run.pk, "server_not_ready")], None, 3)


@pytest.mark.usefixtures("_three_tries")
def test_waiting_run_is_left_alone_until_its_time_and_sent_once_then(run: JobRun, sent: list[int]) -> None:
    _away(run, [])
    later = timezone.now() + timedelta(minutes=1)
    JobRun.objects.filter(pk=run.pk).update(sent_at=timezone.now() - timedelta(minutes=5), not_before=later)
    sent.clear()
    assert (jobs.revive_stalled(), sent) == (0, [])
    with pytest.raises(jobs.AlreadyTaken), jobs.running(run.pk):
        pytest.fail("The body must not run before its time.")
    JobRun.objects.filter(pk=run.pk).update(not_before=timezone.now())
    assert (jobs.revive_stalled(), jobs.revive_stalled(), sent) == (1, 0, [run.pk])
    with jobs.running(run.pk):
        pass
    run.refresh_from_db()
    assert (run.state, run.tries) == (JobState.SUCCEEDED, 1)
    assert [line.text for line in run.lines.all()][-1] == "The run is tried again."


@pytest.mark.usefixtures("_three_tries")
def test_waiting_run_is_cancelled(run: JobRun, admin: User, sent: list[int]) -> None:
    _away(run, [])
    jobs.cancel(run, by=admin)
    JobRun.objects.filter(pk=run.pk).update(sent_at=timezone.now() - timedelta(minutes=5))
    sent.clear()
    assert (_state(run), jobs.revive_stalled(), sent) == (JobState.CANCELLED, 0, [])


def test_tries_do_not_count_as_losses_of_the_worker(run: JobRun) -> None:
    JobRun.objects.filter(pk=run.pk).update(attempts=MOST_LOSSES + 1, tries=2, state=JobState.RUNNING)
    with jobs.running(run.pk):
        pass
    assert _state(run) == JobState.SUCCEEDED


@pytest.mark.usefixtures("_three_tries")
def test_pauses_double_up_to_a_limit_and_are_spread_below_it() -> None:
    for tries, limit in [(1, 100), (2, 150), (9, 150)]:
        pauses = [pause_before(tries).total_seconds() for _ in range(200)]
        assert all(0 <= pause <= limit for pause in pauses)
        assert max(pauses) - min(pauses) > limit / 2


def test_failure_is_told_of_with_what_lay_behind_it(run: JobRun) -> None:
    causes: list[BaseException | None] = []
    with (
        pytest.raises(ZeroDivisionError),
        jobs.running(run.pk, failed=lambda run, error: causes.append(error.__cause__)),
    ):
        raise ZeroDivisionError
    assert [type(cause) for cause in causes] == [ZeroDivisionError]


def test_what_runs_at_a_server_is_stopped_and_its_error_means_nothing(
    run: JobRun, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress_module, "HEARTBEAT_SECONDS", 0.05)
    interrupted = threading.Event()

    def stop() -> None:
        interrupted.set()
        raise RuntimeError("the driver's own trouble")

    with jobs.running(run.pk) as progress, progress.stopped_by(stop):
        jobs.cancel(run, by=admin)
        assert interrupted.wait(10)
        raise Unavailable("canceling statement due to user request")
    run.refresh_from_db()
    assert (run.state, run.error_code) == (JobState.CANCELLED, "cancelled")


def test_lending_hand_stops_with_the_run_and_tells_nothing(run: JobRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_module, "HEARTBEAT_SECONDS", 0.05)
    JobRun.objects.filter(pk=run.pk).update(state=JobState.RUNNING)
    with jobs.Progress(run.pk, owns_run=False) as progress:
        progress.step("Lending a hand")
        JobRun.objects.filter(pk=run.pk).update(state=JobState.QUEUED)
        with pytest.raises(jobs.Cancelled):
            progress.pause(10)
    run.refresh_from_db()
    assert (run.message, run.heartbeat_at) == ("", None)
