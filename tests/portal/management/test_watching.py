"""The doctor says whether numbers and traces arrive."""

import socket
from pathlib import Path

from django.test import override_settings

from portal.management.doctor import watching
from portal.management.doctor.findings import Level
from portal.management.place import Place


def test_numbers_need_a_directory(tmp_path: Path) -> None:
    with override_settings(METRICS_DIR=tmp_path / "run" / "metrics"):
        (finding,) = watching.numbers(Place(tmp_path))
    assert finding.level is Level.OK


def test_no_collector_is_fine(tmp_path: Path) -> None:
    with override_settings(TRACES_ENDPOINT=""):
        (finding,) = watching.traces(Place(tmp_path))
    assert finding.level is Level.OK


def test_named_collector_must_answer(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with override_settings(TRACES_ENDPOINT=f"http://127.0.0.1:{port}"):
            (there,) = watching.traces(Place(tmp_path))
    with override_settings(TRACES_ENDPOINT=f"http://127.0.0.1:{port}"):
        (gone,) = watching.traces(Place(tmp_path))
    assert (there.level, gone.level) == (Level.OK, Level.WARN)
    assert f"127.0.0.1:{port}" in gone.text
    assert gone.mend
