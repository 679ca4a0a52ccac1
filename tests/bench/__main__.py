"""Dispatch to a benchmark by its name."""

import argparse
import sys
from importlib import import_module

BENCHES = ("harvest", "store", "engines", "search", "visibility", "relevance")


def main() -> int:
    """Run one; the exit code is 1 when a goal was missed. Goals are for the full size: --quick misses none."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", choices=BENCHES)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size, to see that it runs")
    asked = parser.parse_args()
    goals = import_module(f"tests.bench.{asked.name}").run(quick=asked.quick)
    print("", *goals, sep="\n")
    return 0 if asked.quick or all(goal.is_met for goal in goals) else 1


sys.exit(main())
