import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.management.children import Child, Supervisor

SLEEPER = "import time; time.sleep(300)"
FORKING = "import subprocess, sys, time; print(subprocess.Popen(['sleep', '300']).pid, flush=True); time.sleep(300)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(300)"
)


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def supervisor(lines: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor(lines.append)
    yield supervisor
    supervisor.stop(seconds=0.1)


def child(tmp_path: Path, script: str) -> Child:
    return Child("worker", [sys.executable, "-c", script], tmp_path / "worker.log", dict(os.environ), tmp_path)


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def pid_of(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_killed_child_is_started_again_and_that_is_told(
    supervisor: Supervisor, lines: list[str], tmp_path: Path
) -> None:
    worker = child(tmp_path, SLEEPER)
    supervisor.start(worker)
    first = pid_of(worker)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: worker.exit_code is not None)

    supervisor.tend()

    assert is_alive(pid_of(worker))
    assert pid_of(worker) != first
    assert lines == [f"The worker has ended (SIGKILL); started again. See {tmp_path / 'worker.log'}"]


def test_a_child_that_keeps_failing_waits_longer_each_time(
    supervisor: Supervisor, lines: list[str], tmp_path: Path
) -> None:
    worker = child(tmp_path, "raise SystemExit(3)")
    supervisor.start(worker)
    for _ in range(2):
        wait_for(lambda: worker.exit_code is not None)
        supervisor.tend()

    assert worker.process is None
    assert [line.split("; ")[1].split(".")[0] for line in lines] == ["started again", "again in 2 s"]
    assert "exit code 3" in lines[0]


def test_what_a_dead_child_has_forked_does_not_go_on_beside_its_successor(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    worker = child(tmp_path, FORKING)
    supervisor.start(worker)
    wait_for(lambda: worker.log.read_text().endswith("\n"))
    grandchild = int(worker.log.read_text())
    os.kill(pid_of(worker), signal.SIGKILL)
    wait_for(lambda: worker.exit_code is not None)

    supervisor.tend()

    wait_for(lambda: not is_alive(grandchild))


def test_stop_ends_also_a_child_that_ignores_the_request(supervisor: Supervisor, tmp_path: Path) -> None:
    worker = child(tmp_path, STUBBORN)
    supervisor.start(worker)
    wait_for(lambda: worker.log.read_text() == "deaf\n")
    pid = pid_of(worker)

    supervisor.stop(seconds=0.2)

    assert not is_alive(pid)
    assert supervisor.children == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent was killed")
def test_children_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, sys, time; from portal.management.children import Child, Supervisor;"
        "here = pathlib.Path(sys.argv[1]);"
        f"worker = Child('worker', [sys.executable, '-c', {SLEEPER!r}], here / 'log', dict(os.environ), here);"
        "Supervisor(print).start(worker); print(worker.process.pid, flush=True); time.sleep(300)"
    )
    repository = Path(__file__).resolve().parents[3]
    outer = Child("outer", [sys.executable, "-c", script, str(tmp_path)], tmp_path / "outer.log", {}, repository)
    outer.start()
    wait_for(lambda: outer.log.read_text().endswith("\n"))
    inner = int(outer.log.read_text())

    os.kill(pid_of(outer), signal.SIGKILL)

    wait_for(lambda: not is_alive(inner))
    assert outer.process is not None
    outer.process.wait()
