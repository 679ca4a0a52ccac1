"""Dispatch to a benchmark by its name."""

import argparse
import sys
from importlib import import_module

BENCHES = ("harvest",)


def main() -> int:
    """Run one; the exit code is 1 when a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", choices=BENCHES)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size, to see that it runs")
    asked = parser.parse_args()
    is_met: bool = import_module(f"tests.bench.{asked.name}").run(quick=asked.quick)
    return 0 if is_met else 1


sys.exit(main())
