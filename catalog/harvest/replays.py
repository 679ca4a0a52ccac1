"""How failed harvests and failed schemas are replayed from the dead letters."""

from typing import Any

from django.urls import reverse

from catalog.harvest import actions
from catalog.harvest.results import RUN_TOPIC, SCHEMA_TOPIC
from catalog.sources.models import Source
from portal.kit.dead_letters import handles
from portal.kit.errors import Invalid
from portal.kit.models import DeadLetter
from portal.kit.people import Person


def _source_page(letter: DeadLetter) -> str:
    source = letter.payload.get("source")
    return reverse("sources:detail", args=[source]) if isinstance(source, int) else ""


def _checked_run(payload: dict[str, Any]) -> dict[str, Any]:
    _require_keys(payload, {"source", "only_schemas"})
    only = payload["only_schemas"]
    if only is not None and not (isinstance(only, list) and only and all(isinstance(name, str) for name in only)):
        raise Invalid("only_schemas is null for all schemas, or a list of their names.", field="payload")
    return payload


def _checked_schema(payload: dict[str, Any]) -> dict[str, Any]:
    _require_keys(payload, {"source", "schema"})
    if not isinstance(payload["schema"], str) or not payload["schema"]:
        raise Invalid("schema is the name of a schema.", field="payload")
    return payload


def _require_keys(payload: dict[str, Any], keys: set[str]) -> None:
    if set(payload) != keys:
        raise Invalid(f"Give {' and '.join(sorted(keys))}, and nothing else.", field="payload")
    source = payload["source"]
    if not isinstance(source, int) or isinstance(source, bool) or not Source.objects.filter(pk=source).exists():
        raise Invalid("source is the number of a source that is there.", field="payload")


@handles(RUN_TOPIC, label="Harvest of a source", checked=_checked_run, url=_source_page)
def _replay_run(letter: DeadLetter, by: Person) -> None:
    actions.replay(letter.payload["source"], by=by, only_schemas=letter.payload["only_schemas"])


@handles(SCHEMA_TOPIC, label="Schema in a harvest", checked=_checked_schema, url=_source_page)
def _replay_schema(letter: DeadLetter, by: Person) -> None:
    actions.replay(letter.payload["source"], by=by, only_schemas=[letter.payload["schema"]])
