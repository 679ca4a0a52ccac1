import sys

import pytest

from portal.management.console import Bar


def test_without_a_terminal_the_first_and_the_last_step_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    bar = Bar("Tables")

    for done in range(5):
        bar(done, 4, f"table {done}")
    bar.finish("4 made")

    assert capsys.readouterr().out.splitlines() == [
        "Tables [............................] 0/4 table 0",
        "Tables [############################] 4/4 table 4",
        "Tables: 4 made",
    ]


def test_on_a_terminal_one_line_is_redrawn(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    bar = Bar("Tables")

    bar(1, 2)
    bar(2, 2)
    bar.finish("2 made")

    assert capsys.readouterr().out == (
        "\r\033[KTables [##############..............] 1/2\r\033[KTables [############################] 2/2"
        "\r\033[KTables: 2 made\n"
    )


def test_an_unknown_total_shows_what_is_done_now(capsys: pytest.CaptureFixture[str]) -> None:
    Bar("Harvest")(0, 0, "waiting for a worker")

    assert capsys.readouterr().out == "Harvest: waiting for a worker\n"
