"""The API's reference, read from its OpenAPI description: sections, operations, fields."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Field:
    """A parameter, a field of a body or of an answer."""

    name: str
    kind: str
    is_required: bool
    text: str
    place: str = ""


@dataclass(frozen=True)
class Operation:
    """What one method does at one path."""

    method: str
    path: str
    text: str
    parameters: list[Field]
    body: list[Field]
    answers: list[tuple[str, str, list[Field]]]

    @property
    def anchor(self) -> str:
        """Return the id of the operation on its page."""
        return f"{self.method}-{self.path}".strip("/").replace("/", "-").replace("{", "").replace("}", "").lower()

    @property
    def example(self) -> str:
        """Return the arguments of a curl call."""
        method = "" if self.method == "GET" else f"-X {self.method} "
        body = f" -H 'Content-Type: application/json' -d '{_sample(self.body)}'" if self.body else ""
        return f'curl {method}-H "Authorization: Bearer $TOKEN"{body} "$ATRIUM{self.path}"'


def _sample(body: list[Field]) -> str:
    needed = [field for field in body if field.is_required] or body[:1]
    return json.dumps({field.name: f"<{field.kind}>" for field in needed})


def sections() -> dict[str, list[Operation]]:
    """Return the operations by the first part of their path, read once a process."""
    return _sections()


@lru_cache(maxsize=1)
def _sections() -> dict[str, list[Operation]]:
    generator: Any = SchemaGenerator  # the package's signatures are not annotated
    description = generator().get_schema(request=None, public=True)
    found: dict[str, list[Operation]] = defaultdict(list)
    for path, operations in sorted(description["paths"].items()):
        for method in METHODS:
            if method in operations:
                found[operations[method]["tags"][0]].append(_operation(description, path, method, operations[method]))
    return dict(sorted(found.items()))


def _operation(description: Mapping[str, Any], path: str, method: str, facts: Mapping[str, Any]) -> Operation:
    parameters = [
        Field(one["name"], _kind(description, one.get("schema", {})), bool(one.get("required")), _said(one), one["in"])
        for one in facts.get("parameters", [])
    ]
    answers = [
        (status, answer.get("description", ""), _fields(description, _content(answer)))
        for status, answer in facts.get("responses", {}).items()
    ]
    text = facts.get("description") or facts.get("summary") or ""
    return Operation(
        method.upper(), path, text, parameters, _fields(description, _content(facts.get("requestBody"))), answers
    )


def _content(part: Mapping[str, Any] | None) -> Mapping[str, Any]:
    content: Mapping[str, Any] = (part or {}).get("content", {}).get("application/json", {}).get("schema", {})
    return content


def _fields(description: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Field]:
    """Return the fields of an object, those of its rows for a list or a page."""
    resolved = _resolved(description, schema)
    if resolved.get("type") == "array":
        return _fields(description, resolved["items"])
    properties = resolved.get("properties", {})
    if "results" in properties:
        return _fields(description, properties["results"])
    required = set(resolved.get("required", []))
    return [
        Field(name, _kind(description, facts), name in required, _said(facts)) for name, facts in properties.items()
    ]


def _said(part: Mapping[str, Any]) -> str:
    """Return the description without the list of values that is appended to it: the kind names them already."""
    return str(part.get("description", "")).partition("* `")[0].strip()


def _resolved(description: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "allOf" in schema and len(schema["allOf"]) == 1:
        schema = schema["allOf"][0]
    if "$ref" in schema:
        resolved: Mapping[str, Any] = description["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return resolved
    return schema


def _kind(description: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    schema = _resolved(description, schema)
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"] if value not in ("", None))
    if schema.get("type") == "array":
        return f"list of {_kind(description, schema['items'])}"
    if "oneOf" in schema:
        return " | ".join(_kind(description, one) for one in schema["oneOf"])
    return str(schema.get("format") or schema.get("type") or "object")
