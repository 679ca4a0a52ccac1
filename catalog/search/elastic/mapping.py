"""What an index of the copy holds. A change here needs a higher MAPPING_VERSION: the copy is then built anew.

Words come from the database's own vectors, split, without accents, by their stem and as written. So both engines know
the same words, and nothing is taken apart here. Only types that every distribution of Elasticsearch has.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from elasticsearch.dsl import Integer, Keyword, Long, Mapping, Text

from portal.kit import clock

MAPPING_VERSION = 1

WORD_FIELDS = ("name", "said", "columns", "around")
"""By the weights of the database's vectors, A to D: the name; description and path; columns; what surrounds it."""
WITHOUT = "none"
"""What stands in a field of facets for nothing."""


def new_name() -> str:
    """Return a name that no index has had."""
    return f"{settings.ELASTICSEARCH_PREFIX}-assets-{MAPPING_VERSION}-{clock.now():%Y%m%d%H%M%S%f}"


def pattern() -> str:
    """Return the pattern of all names that an index of ours may have."""
    return f"{settings.ELASTICSEARCH_PREFIX}-assets-*"


def alias() -> str:
    """Return the name under which other tools find what answers now."""
    return f"{settings.ELASTICSEARCH_PREFIX}-assets"


def inlet(index: str) -> str:
    """Return the alias by which an index is written: a write to one that is gone must not make it anew."""
    return f"{index}.in"


def body() -> dict[str, Any]:
    """Return settings and mappings of a new index.

    It shows what was written only when told to (drains refresh it), and keeps no copy of what it was given.
    """
    return {
        "settings": {
            "number_of_shards": 1,  # counts of facets are exact on one
            "auto_expand_replicas": settings.ELASTICSEARCH_REPLICAS,
            "refresh_interval": "-1",
            "max_result_window": 10_500,
            "gc_deletes": "0s",  # what was removed may come back in the revision that the database gives it
            "analysis": {"analyzer": {"words": {"type": "custom", "tokenizer": "whitespace"}}},
        },
        "mappings": _mapping().to_dict(),
    }


def _mapping() -> Mapping:
    mapping = Mapping()
    mapping.meta("dynamic", "strict")
    mapping.meta("_source", enabled=False)
    mapping.meta("_meta", version=MAPPING_VERSION, made_at=_text(clock.now()))
    for name in ("asset_id", "revision", "updated_at"):
        mapping.field(name, Long())
    for name in ("popularity", "history_days"):
        mapping.field(name, Integer())
    for name in ("scope", "source_id", "schema_id", "domain_id", "kind", "certification", "sensitivity", "described"):
        mapping.field(name, Keyword())
    for name in ("owners", "column_names", "name_key", "path"):
        mapping.field(name, Keyword())
    for name in WORD_FIELDS:
        mapping.field(name, Text(analyzer="words"))
    return mapping


def _text(moment: datetime) -> str:
    return moment.isoformat()
