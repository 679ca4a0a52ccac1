"""The copy in numbers, for Prometheus."""

from collections.abc import Iterator

from catalog.search.elastic.queries import state
from portal.kit import metrics

_ENGINES = ("postgresql", "elasticsearch")


def read() -> Iterator[metrics.Metric]:
    """Read from the database, in a few cheap queries."""
    copy = state()
    yield metrics.gauge(
        "atrium_search_lag_seconds",
        "For how long the oldest change has waited to reach Elasticsearch.",
        [({}, copy.lag_seconds)],
    )
    yield metrics.gauge(
        "atrium_search_pending", "Documents that Elasticsearch has not heard of yet.", [({}, copy.waiting)]
    )
    yield metrics.gauge(
        "atrium_search_serving",
        "Which engine answers searches.",
        [({"engine": name}, float(copy.answers == name)) for name in _ENGINES],
    )
