"""How good the order of results is, by judged queries over the company's and public schemas, on each engine."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.bench.goals import Goal
from tests.bench.place import Place, place
from tests.engines import elasticsearch

_STEP = "tests.bench.relevance.step"
NDCG, MRR = 0.90, 0.90
Answer = dict[str, Any]


def run(*, quick: bool) -> list[Goal]:
    """Ask, print tables, return the figures; --quick asks PostgreSQL alone."""
    with place() as made:
        goals = _on(made, "postgresql")
        if not quick:
            goals += _on_elasticsearch(made)
    return goals


def _on_elasticsearch(made: Place) -> list[Goal]:
    """Nothing when the server can't be had."""
    with suppress(pytest.skip.Exception):
        node = elasticsearch.start()
        try:
            made.environment |= {"ELASTICSEARCH_URL": node.url, "ELASTICSEARCH_TIMEOUT": "30"}
            return _on(made, "elasticsearch")
        finally:
            node.stop()
    print("\nWithout Elasticsearch: it is not installed.", flush=True)
    return []


def _on(made: Place, engine: str) -> list[Goal]:
    answer = made.step(_STEP, engine)
    if answer["engines"] != [engine]:
        raise RuntimeError(f"Asked {engine}, and answered has {answer['engines']}.")
    print(f"\n{engine}\n", *_tables(answer), sep="\n", flush=True)
    (_, tuned, _), (_, held_out, _) = answer["splits"]
    (_, _, tuned_names), (_, _, names) = answer["names"]
    return [
        Goal("relevance", f"{engine}_ndcg10_tune", tuned),
        Goal("relevance", f"{engine}_ndcg10_held_out", held_out, NDCG, at_least=True),
        Goal("relevance", f"{engine}_mrr_names_tune", tuned_names, MRR, at_least=True),
        Goal("relevance", f"{engine}_mrr_names_held_out", names, MRR, at_least=True),
    ]


def _tables(answer: Answer) -> Iterator[str]:
    yield f"{'queries':26}{'tune':>6}{'nDCG@10':>9}{'held-out':>10}{'nDCG@10':>9}"
    for kind, (tuned, held_out) in [*answer["classes"].items(), ("all", answer["splits"])]:
        yield f"{kind:26}{tuned[0]:>6}{tuned[1]:>9.3f}{held_out[0]:>10}{held_out[1]:>9.3f}"
    yield f"\n{'nDCG@10, held-out in brackets':30}{'without it':>20}{'alone over the text':>22}"
    (_, tuned, _), (_, held_out, _) = answer["splits"]
    text = answer["text_alone"]
    for (signal, left), (_, alone) in zip(answer["without"], answer["alone"], strict=True):
        less = f"{left[0] - tuned:+.4f} ({left[1] - held_out:+.4f})"
        more = f"{alone[0] - text[0]:+.4f} ({alone[1] - text[1]:+.4f})"
        yield f"{signal:30}{less:>20}{more:>22}"
    yield f"text alone: {text[0]:.3f} ({text[1]:.3f})\n\nworst:"
    yield from (f"{ndcg:.2f} {key}: {', '.join(found) or 'nothing'}" for key, ndcg, found in answer["worst"])
