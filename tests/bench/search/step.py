"""One measured step in a process of its own: `python -m tests.bench.search.step NAME ARGUMENTS`; one line of JSON."""

import json
import os
import sys
from collections.abc import Callable

import django

django.setup()

from tests.bench.search import asking, copying, lag, questions  # noqa: E402
from tests.bench.search.build import people  # noqa: E402
from tests.bench.search.costs import process_cpu  # noqa: E402

Answer = dict[str, object]


def ask(each: str, engine: str) -> Answer:
    """Ask so many of each kind; CPU of the node is told for all together."""
    node = int(os.environ.get("BENCH_NODE", "0"))
    began = process_cpu(node) if node else 0.0
    found = asking.ask(people(), questions.queries(int(each)), engine)
    return found | {"node_cpu": process_cpu(node) - began if node else 0.0}


def suggest(each: str) -> Answer:
    return asking.suggest(people(), questions.beginnings(2 * int(each)))


def plain(each: str) -> Answer:
    """Ask the commonest words and beginnings in the peer's way."""
    return asking.ask_plainly(people(), questions.queries(int(each)), questions.beginnings(), {"common"})


def rebuild(node: str) -> Answer:
    return copying.rebuild(int(node))


def bare(node: str) -> Answer:
    return copying.bare(int(node))


def lagging(engine: str, seconds: str) -> Answer:
    return lag.lag(people().everything[0], engine, int(seconds))


_STEPS: dict[str, Callable[..., Answer]] = {
    "ask": ask,
    "suggest": suggest,
    "plain": plain,
    "rebuild": rebuild,
    "bare": bare,
    "lag": lagging,
}


if __name__ == "__main__":
    print(json.dumps(_STEPS[sys.argv[1]](*sys.argv[2:])))
