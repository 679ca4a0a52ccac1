"""Testing a connection: what we found, step by step, in words."""

from dataclasses import dataclass

from catalog.sources.engines import engine_of
from catalog.sources.models import Source
from portal.kit.errors import DomainError

_STEPS = ("Reach the server", "Secure the line", "Sign in", "Open the database", "Read the catalog")
_REACH, _SECURE, _SIGN_IN, _OPEN, _READ = range(5)
_STEP_OF_FIELD = {
    "host": _REACH, "port": _REACH, "tls": _SECURE, "username": _SIGN_IN, "password": _SIGN_IN, "database": _OPEN,
}  # fmt: skip
_STEP_OF_CODE = {
    "not_admitted": _SIGN_IN, "too_many_connections": _OPEN, "server_not_ready": _REACH, "connection_failed": _REACH,
    "no_rights": _READ, "server_too_old": _READ, "driver_missing": _REACH, "engine_unknown": _REACH,
}  # fmt: skip
_UNTRIED = ("host_invalid", "credentials_unreadable", "credentials_key_invalid")


@dataclass(frozen=True)
class Findings:
    """What a server is and what our user may read there. `tls` is empty for a plain line, None where there is none."""

    server: str
    tls: str | None
    schemas: int
    tables: int
    missing_rights: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """A step of the test: done, problem or todo, with what there is to say."""

    number: int
    label: str
    state: str
    text: str = ""

    @property
    def word(self) -> str:
        """Say the state, or what was found."""
        return self.text or {"done": "Fine", "problem": "Failed"}.get(self.state, "Not tried")


@dataclass(frozen=True)
class Report:
    """The outcome of a test: findings, or the error that ended it."""

    findings: Findings | None = None
    error: DomainError | None = None

    @property
    def ok(self) -> bool:
        return self.error is None

    @property
    def steps(self) -> list[Step]:
        """Return how far the test came."""
        failed = _failed_step(self.error) if self.error else len(_STEPS)
        untried = self.error is not None and self.error.code in _UNTRIED
        words = _words(self.findings) if self.findings else {}
        return [
            Step(number + 1, label, self._state(number, failed, untried=untried), words.get(number, ""))
            for number, label in enumerate(_STEPS)
        ]

    def _state(self, number: int, failed: int, *, untried: bool) -> str:
        if number == failed:
            return "problem"
        is_plain = number == _SECURE and self.findings is not None and self.findings.tls == ""
        return "done" if number < failed and not untried and not is_plain else "todo"


def look(source: Source) -> Report:
    """Connect to a source, stored or not, and say what was found; nothing is raised."""
    try:
        return Report(findings=engine_of(source).reach().look(source))
    except DomainError as error:
        return Report(error=error)


def _failed_step(error: DomainError) -> int:
    return _STEP_OF_CODE.get(error.code, _STEP_OF_FIELD.get(error.field or "", _READ))


def _words(findings: Findings) -> dict[int, str]:
    line = {None: "Not needed", "": "Not encrypted"}.get(findings.tls, f"TLS {findings.tls}")
    return {
        _REACH: findings.server,
        _SECURE: line,
        _READ: f"{findings.schemas} schema{'' if findings.schemas == 1 else 's'}, {findings.tables} tables and views",
    }
