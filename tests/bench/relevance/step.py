"""An engine asked, in a process of its own: `python -m tests.bench.relevance.step ENGINE POSTMASTER`.

Loads the catalog unless it is there, and prints one line of JSON.
"""

import json
import sys
from typing import Any

import django

django.setup()

from catalog.assets.models import Asset  # noqa: E402
from catalog.search.elastic import ElasticEngine  # noqa: E402
from catalog.search.elastic.building import build  # noqa: E402
from tests.bench.relevance import corpus, judgements  # noqa: E402
from tests.bench.relevance.ablation import TEXT_ALONE, alone, without  # noqa: E402
from tests.bench.relevance.asking import Asked, Found  # noqa: E402
from tests.bench.relevance.judgements import CLASSES, NAMES, Query, figures  # noqa: E402

SPLITS = ("tune", "held-out")


def measure(engine: str) -> dict[str, Any]:
    """Ask everything and return the figures."""
    queries = judgements.queries()
    loaded = corpus.found_again() if Asset.objects.exists() else corpus.load()
    if engine == ElasticEngine.name:
        build(lambda done, total: None)
    asked = Asked(loaded, queries)
    return {
        "engines": sorted(asked.engines),
        "splits": [_figures(asked.found, [one for one in queries if _split(one) == split]) for split in SPLITS],
        "names": [_figures(asked.found, [one for one in queries if _split(one) == split and one.kind in NAMES])
                  for split in SPLITS],
        "classes": {kind: [_figures(asked.found, [one for one in queries if (one.kind, _split(one)) == (kind, split)])
                           for split in SPLITS] for kind in CLASSES},
        "text_alone": _ndcg(asked.again(TEXT_ALONE), queries),
        "without": [(signal, _ndcg(asked.again(weights), queries)) for signal, weights in without()],
        "alone": [(signal, _ndcg(asked.again(weights), queries)) for signal, weights in alone()],
        "worst": [(one.key, one.ndcg(asked.found[one.key]), asked.found[one.key][:3])
                  for one in sorted(queries, key=lambda one: one.ndcg(asked.found[one.key]))[:15]],
    }  # fmt: skip


def _split(query: Query) -> str:
    return SPLITS[query.is_held_out]


def _figures(found: Found, queries: list[Query]) -> tuple[int, float, float]:
    result = figures(found, queries)
    return result.number, result.ndcg, result.reciprocal_rank


def _ndcg(found: Found, queries: list[Query]) -> list[float]:
    return [figures(found, [one for one in queries if _split(one) == split]).ndcg for split in SPLITS]


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
