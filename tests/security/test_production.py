"""The settings of a served installation refuse what would be unsafe, before anything starts."""

import os
import subprocess
import sys

import pytest

_GOOD = {
    "DATABASE_URL": "postgresql://atrium:pw@db.example/atrium",
    "REDIS_URL": "redis://redis.example/0",
    "SECRET_KEY": "k" * 50,
    "CREDENTIALS_KEYS": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I=",
    "ALLOWED_HOSTS": "atrium.example",
}


def _load(**changes: str) -> tuple[int, str]:
    environment = {"PATH": os.environ["PATH"]} | {name: value for name, value in (_GOOD | changes).items() if value}
    code = "from portal.settings import prod as s; print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0)"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_good_settings_are_accepted_and_are_strict() -> None:
    assert _load() == (0, "False True True")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"SECRET_KEY": ""}, "Set the environment variable SECRET_KEY."),
        ({"SECRET_KEY": "only-for-tests"}, "SECRET_KEY must be a private random value of at least 40 characters."),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be a private random value of at least 40 characters."),
        ({"CREDENTIALS_KEYS": ""}, "Set the environment variable CREDENTIALS_KEYS."),
        (
            {"CREDENTIALS_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="},
            "CREDENTIALS_KEYS holds the key of the test suite; make your own.",
        ),
        ({"ALLOWED_HOSTS": ""}, "Set ALLOWED_HOSTS to the names under which the portal is reached."),
        ({"ATRIUM_DEMO": "1"}, "ATRIUM_DEMO opens one-click sign-in and must not be set in production."),
        ({"DATABASE_URL": ""}, "Set the environment variable DATABASE_URL."),
        (
            {"DATABASE_URL": "sqlite:///atrium.db"},
            "DATABASE_URL must begin with postgresql://: PostgreSQL is the only database.",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_unsafe_settings_are_refused(changes: dict[str, str], complaint: str) -> None:
    status, last_line = _load(**changes)
    assert status == 1
    assert last_line == f"django.core.exceptions.ImproperlyConfigured: {complaint}"
