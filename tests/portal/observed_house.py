"""A real portal with a web server, for looking at what its processes tell: lines, numbers and spans."""

import http.cookiejar
import json
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from portal.services.ports import free_port
from tests.catalog.harvest import order
from tests.catalog.harvest.house import House, wait

PASSWORD = "x"  # of the engineer whom order.py makes
_TOKEN = """
import django; django.setup()
from access.people.actions import tokens
from access.people.models import User
print(tokens.make(by=User.objects.get(email=%r), name="prometheus", days=1)[1])
"""


class ObservedHouse(House):
    """A portal with a web server beside its worker, both watched."""

    def __init__(self, root: Path, **variables: str) -> None:
        super().__init__(root)
        self.environment |= {"ATRIUM_VAR": str(root), "LOG_LEVEL": "INFO", **variables}
        self.url = f"http://127.0.0.1:{free_port()}"
        self.web_log = root / "web.log"
        self.web: subprocess.Popen[bytes] | None = None
        self.jar = http.cookiejar.CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def start_web(self) -> None:
        """Start gunicorn and wait until it serves."""
        command = [sys.executable, "-m", "gunicorn", "-c", "python:portal.serving", "--no-control-socket"]
        command += ["--bind", self.url.removeprefix("http://"), "portal.wsgi:application"]
        with self.web_log.open("ab") as log:
            self.web = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        wait(lambda: "Listening" in self.web_log.read_text(), "the web server", self.web_log)

    def get(self, path: str, **headers: str) -> str:
        """Get a page as the browser."""
        request = urllib.request.Request(self.url + path, headers=headers)
        with self.browser.open(request, timeout=60) as answer:
            return str(answer.read().decode())

    def post(self, path: str, page: str, **fields: str) -> None:
        """Send a form that stands on a page."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(page))
        assert found
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": found[1]}).encode()
        with self.browser.open(urllib.request.Request(self.url + path, body), timeout=60) as answer:
            assert answer.status == 200

    def sign_in(self) -> None:
        """Sign the engineer in."""
        self.post("/sign-in/", "/sign-in/", username=order.EMAIL, password=PASSWORD)

    def token(self) -> str:
        """Make an API token of the engineer."""
        command = [sys.executable, "-c", _TOKEN % order.EMAIL]
        done = subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout.split()[-1]

    def lines(self, log: Path) -> list[dict[str, Any]]:
        """Return what a process has logged; every line must be JSON."""
        return [json.loads(line) for line in log.read_text().splitlines() if line.strip()]

    def close(self) -> None:
        """End everything."""
        if self.web is not None:
            self.web.terminate()
            self.web.wait()
        super().close()
