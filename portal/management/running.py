"""The whole portal on one machine: services, preparation, web server, worker and schedule, until it is told to stop."""

import fcntl
import http.client
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from portal import services
from portal.management import first_harvest
from portal.management.children import Child, Supervisor
from portal.management.console import say
from portal.management.place import REPOSITORY, Place
from portal.services.ports import free_port, is_free

USUAL_PORT = 8000
_START_SECONDS = 180.0
_SERVICES_EVERY = 2.0


class _Stopped(Exception):
    """Ctrl-C or a termination signal."""


@dataclass
class Portal:
    """One run of `demo` (with its data and one-click logins) or `up` (empty)."""

    place: Place
    port: int
    demo: bool = False
    scale: int | None = None  # None: as the warehouse is
    supervisor: Supervisor = field(default_factory=lambda: Supervisor(say))
    services_seen_at: float = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self) -> None:
        """Start everything, print where it is, and return after a stop signal. Raises ServiceError."""
        self.place.make()
        with _alone(self.place), _signals():
            try:
                self._start()
                while True:
                    self._tend()
                    time.sleep(0.5)
            except _Stopped:
                say("\nStopping")
            finally:
                self._stop()
        say("Stopped. The data are kept; the same command starts again.")

    def _start(self) -> None:
        began = time.monotonic()
        if not self.place.uses_own_servers:
            services.start(self.place.var, say=say)
        self._prepare()
        say("Starting web server, worker and schedule")
        for child in self._children():
            self.supervisor.start(child)
        self._wait_until_served()
        say(f"\nAtrium is ready after {time.monotonic() - began:.0f} s:  {self.url}\n")
        if self.demo:
            self._print_logins()
            if first_harvest.show(self.place.database_url, tend=self._tend):
                self._prepare()  # seeding goes on once there are assets to write about
        else:
            say("The first visitor of an empty portal creates the administrator.")
        say("Ctrl-C stops everything.")

    def _prepare(self) -> None:
        """Migrations, static files and demo data, in a process of its own whose memory is then free again."""
        options = ["--demo"] if self.demo else []
        options += ["--scale", str(self.scale)] if self.scale else []
        command = [sys.executable, str(REPOSITORY / "manage.py"), "prepare", *options]
        process = subprocess.Popen(command, env=self._environment(), cwd=REPOSITORY)
        try:
            if process.wait() != 0:
                raise services.ServiceError("The preparation failed; see above.")
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()

    def _children(self) -> Iterator[Child]:
        bind = ["--bind", f"127.0.0.1:{self.port}"]
        how = ["-c", "python:portal.serving", "--workers", "1", "--no-control-socket"]
        celery = ["-m", "celery", "-A", "portal.celery"]
        light = ["--without-gossip", "--without-mingle", "--max-tasks-per-child", "500"]
        yield self._child("web server", ["-m", "gunicorn", "portal.wsgi:application", *bind, *how])
        yield self._child("worker", [*celery, "worker", "-c", "2", "--loglevel", "INFO", *light])
        yield self._child("schedule", [*celery, "--quiet", "beat", "--loglevel", "WARNING", "--pidfile="])

    def _child(self, name: str, arguments: list[str]) -> Child:
        log = self.place.logs / f"{name.replace(' ', '-')}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        return Child(name, [sys.executable, *arguments], log, self._environment(), REPOSITORY)

    def _environment(self) -> dict[str, str]:
        """The children read addresses of embedded services from their file, so that a changed port reaches them."""
        mode = {"ATRIUM_DEMO": "1" if self.demo else "0", "ATRIUM_VAR": str(self.place.var)}
        settings = os.environ.get("DJANGO_SETTINGS_MODULE", "portal.settings.local")
        return {
            **os.environ,
            **mode,
            "DJANGO_SETTINGS_MODULE": settings,
            "PUBLIC_URL": os.environ.get("PUBLIC_URL", self.url),
            "PYTHONUNBUFFERED": "1",
        }

    def _wait_until_served(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not self._serves():
            if time.monotonic() > deadline:
                raise services.ServiceError(f"The web server does not answer; see {self.place.logs / 'web-server.log'}")
            self._tend()
            time.sleep(0.1)

    def _serves(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/health/")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _print_logins(self) -> None:
        logins = (self.place.run / "demo-logins").read_text()
        say(f"Demo logins, also by one click on the sign-in page:\n{textwrap.indent(logins, '  ')}")

    def _tend(self) -> None:
        self.supervisor.tend()
        now = time.monotonic()
        if not self.place.uses_own_servers and now - self.services_seen_at > _SERVICES_EVERY:
            self.services_seen_at = now
            for state in services.status(self.place.var):
                if not state.running:
                    say(f"{state.name} has ended; started again. See {state.log}")
                    services.start(self.place.var)

    def _stop(self) -> None:
        """A second signal must not cut the orderly end short."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        self.supervisor.stop()
        if not self.place.uses_own_servers:
            services.stop(self.place.var)


def choose_port(asked: int | None) -> int:
    """The asked port, which must be free, or 8000 or the next free one. Raises ServiceError."""
    if asked is not None:
        if not is_free(asked):
            raise services.ServiceError(f"Port {asked} is in use: choose another with --port.")
        return asked
    return next((port for port in range(USUAL_PORT, USUAL_PORT + 50) if is_free(port)), 0) or free_port()


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Two supervisors over the same data would run two schedules."""
    with (place.run / "portal.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise services.ServiceError(
                f"Atrium already runs with {place.var} (process {file.read().strip()})."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


@contextmanager
def _signals() -> Iterator[None]:
    def stop(number: int, frame: object) -> None:
        raise _Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def remove_data(place: Place) -> None:
    """Delete the embedded databases and what was made from them; keys stay. Raises ServiceError."""
    if place.uses_own_servers:
        raise services.ServiceError("DATABASE_URL and REDIS_URL are set: drop and create those databases yourself.")
    place.make()
    with _alone(place):
        services.remove(place.var)
        for path in _scratch(place):
            path.unlink()


def _scratch(place: Place) -> Iterator[Path]:
    yield from (path for path in place.run.iterdir() if path.is_file() and path.name != "portal.lock")
