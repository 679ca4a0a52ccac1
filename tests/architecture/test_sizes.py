"""Modules and functions stay small enough to be read."""

import ast

from tests.architecture.sources import modules, name_of, parsed

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40


def test_no_module_is_longer_than_a_room_can_hold() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in modules()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{name_of(path)}:{node.name}": length
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}
