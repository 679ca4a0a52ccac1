"""Conditions, checked: what a field takes, and what to say when it gets something else."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from catalog.assets.models import AssetKind, Certification, Sensitivity
from catalog.search.language.moments import dates_of, days_of
from catalog.search.language.query import Comparison, Condition, Field
from catalog.search.language.scanning import Token
from catalog.search.words import words_of

NONE = "none"
EXAMPLES: Mapping[Field, str] = {
    Field.NAME: "name:orders",
    Field.COLUMN: "column:customer_id",
    Field.OWNER: "owner:me",
    Field.TYPE: "type:view",
    Field.SOURCE: "source:warehouse",
    Field.SCHEMA: "schema:sales",
    Field.DOMAIN: "domain:finance",
    Field.SENSITIVITY: "sensitivity:internal",
    Field.CERTIFICATION: "certification:certified",
    Field.DESCRIBED: "described:no",
    Field.UPDATED: "updated:>=2026-01-31",
    Field.HISTORY: "history:>=5y",
    Field.USABLE: "usable:yes",
}
CHOICES: Mapping[Field, Mapping[str, str]] = {
    Field.TYPE: dict(AssetKind.choices),
    Field.CERTIFICATION: dict(Certification.choices),
    Field.SENSITIVITY: dict(Sensitivity.choices) | {NONE: "Not classified"},
    Field.DESCRIBED: {"yes": "Yes", "no": "No"},
    Field.USABLE: {"yes": "Yes", "no": "No"},
}
_SHORTHANDS = {
    ("is", "certified"): (Field.CERTIFICATION, "certified"),
    ("is", "deprecated"): (Field.CERTIFICATION, "deprecated"),
    ("is", "described"): (Field.DESCRIBED, "yes"),
    ("is", "usable"): (Field.USABLE, "yes"),
    ("can", "use"): (Field.USABLE, "yes"),
}
_DATED = "a day (2026-01-31), month (2026-01) or year (2026), or 7d for within 7 days (w, m, y: weeks, months, years)"
_SPANNED = "a number of d, w, m or y (days, weeks, months, years)"
_TAKE_TIME: Mapping[Field, tuple[Callable[[str], object], str]] = {
    Field.UPDATED: (lambda value: dates_of(value) or days_of(value), _DATED),
    Field.HISTORY: (lambda value: days_of(value) is not None, _SPANNED),
}
_TAKE_WORDS = (Field.NAME, Field.COLUMN)
_EXACT = (Field.COLUMN, Field.OWNER, Field.SOURCE, Field.SCHEMA, Field.DOMAIN)

Read = tuple[Condition | None, str]
"""A condition and, when not all of it is understood, a sentence that says so."""


def read(token: Token) -> Read:
    """Read a condition."""
    if token.field not in set(Field):
        return _shorthand(token)
    field = Field(token.field)
    if not token.values:
        return None, f"Write a value right after “{field}:”, such as {EXAMPLES[field]}."
    if field in _TAKE_TIME:
        return _timed(field, token)
    if token.sign in {Comparison.IS, Comparison.EXACTLY}:
        return _chosen(field, token) if field in CHOICES else _named(field, token)
    return None, f"“{field}:” takes no “{token.sign}”. Write {EXAMPLES[field]}."


def _shorthand(token: Token) -> Read:
    known = [_SHORTHANDS[pair] for value in token.values if (pair := (token.field, value.lower())) in _SHORTHANDS]
    if not known:
        options = ", ".join(f"{name}:{value}" for name, value in _SHORTHANDS if name == token.field)
        return None, f"“{token.text}” is not known. Write {options}."
    field = known[0][0]
    values = tuple(value for each, value in known if each == field)
    return Condition(field, values, is_excluded=token.is_excluded), ""


def _timed(field: Field, token: Token) -> Read:
    is_fine, takes = _TAKE_TIME[field]
    value = token.values[0].lower()
    if len(token.values) > 1 or not is_fine(value):
        bad = ",".join(token.values)
        return None, f"“{bad}” is nothing that “{field}:” takes. Write {EXAMPLES[field]}: {takes}."
    sign = Comparison.IS if token.sign == Comparison.EXACTLY else token.sign
    return Condition(field, (value,), sign, token.is_excluded), ""


def _named(field: Field, token: Token) -> Read:
    values = tuple(value for value in token.values if field not in _TAKE_WORDS or words_of(value))
    if not values:
        return None, f"“{field}:” takes words. Write {EXAMPLES[field]}."
    sign = token.sign if field in _EXACT else Comparison.IS
    return Condition(field, values, sign, token.is_excluded), ""


def _chosen(field: Field, token: Token) -> Read:
    choices = CHOICES[field]
    found = {value: _choice(value, choices) for value in token.values}
    values = tuple(dict.fromkeys(choice for choice in found.values() if choice))
    bad = ", ".join(f"“{value}”" for value, choice in found.items() if not choice)
    problem = f"{bad} is nothing that “{field}:” takes. Write {_options(field, choices)}." if bad else ""
    condition = _usable(Condition(field, values, is_excluded=token.is_excluded)) if values else None
    return condition, problem


def _choice(value: str, choices: Mapping[str, str]) -> str:
    """Return the choice of this name or label, in the plural too, or the only one that begins so; else nothing."""
    wanted = value.lower().replace("_", " ").replace("-", " ")
    for text in (wanted, wanted.removesuffix("s")):
        for choice, label in choices.items():
            if text in {choice.replace("_", " "), label.lower()}:
                return choice
    begun = [choice for choice, label in choices.items() if _begins(wanted, (choice.replace("_", " "), label.lower()))]
    return begun[0] if len(begun) == 1 else ""


def _begins(text: str, names: Iterable[str]) -> bool:
    return any(name.startswith(text) for name in names)


def _options(field: Field, choices: Iterable[str]) -> str:
    *others, last = [f"{field}:{choice}" for choice in choices]
    return f"{', '.join(others)} or {last}"


def _usable(condition: Condition) -> Condition:
    """Say usable:no as not usable:yes, as that alone is tested."""
    if condition.field != Field.USABLE or condition.values != ("no",):
        return condition
    return replace(condition, values=("yes",), is_excluded=not condition.is_excluded)
