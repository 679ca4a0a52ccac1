"""What an engine asks of a source: which facts it uses, which options it knows, and where a secret may go."""

from collections.abc import Iterator
from typing import Any

from catalog.sources.engines.registry import Engine, Option, engine_of, the_engine
from catalog.sources.models import Source
from portal.kit.errors import Invalid

LABELS = {
    "host": "Host",
    "port": "Port",
    "database": "Database",
    "username": "User",
    "password": "Password",
    "tls": "TLS",
}
LONGEST_OPTION = 2000
_PLACES = ("host", "port")
_UNUSED: dict[str, Any] = {"host": "", "port": None, "database": "", "username": "", "tls": Source.Tls.PREFER}


def label_of(engine: Engine, name: str) -> str:
    """Return what the engine calls a fact of the address."""
    return engine.labels.get(name) or LABELS[name]


def begin(key: str) -> Source:
    """Return an empty source of an engine, with what it usually has. Raises Invalid for an unknown engine."""
    engine = the_engine(key)
    options = {option.name: option.default for option in engine.options if option.default}
    return Source(engine=key, port=engine.port if "port" in engine.address else None, options=options)


def tidy_options(given: Any) -> Any:
    """Return options as they are stored: text without blanks around it, empty ones left out."""
    if not isinstance(given, dict):
        return given or {}
    stripped = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    return {name: value for name, value in stripped.items() if value not in ("", None)}


def check(source: Source) -> None:
    """Raise Invalid, with the field, unless the source says what its engine needs and nothing else."""
    engine = engine_of(source)
    for name, unused in _UNUSED.items():
        value = getattr(source, name)
        if name not in engine.address and value != unused:
            raise Invalid(f"{engine.label} has no {LABELS[name].lower()}. Leave it out.", field=name)
        if engine.asks_for(name) and value in ("", None):
            raise Invalid(f"{label_of(engine, name)} is missing. Enter it.", code="required", field=name)
    if "password" not in engine.address and (source.password_encrypted or source.secret_reference):
        raise Invalid(f"{engine.label} asks for no password. Leave it out.", field="password")
    _check_options(engine, source.options)


def where(source: Source) -> dict[str, Any]:
    """Return the facts that say to which place the source's secret is sent."""
    engine = engine_of(source)
    places = _PLACES if "host" in engine.address else (*_PLACES, "database")
    leading = {option.name for option in engine.options if option.says_where}
    options = {f"options.{name}": source.options.get(name, "") for name in leading | _unknown(engine, source.options)}
    return {name: getattr(source, name) for name in places} | options


def _check_options(engine: Engine, options: Any) -> None:
    if not isinstance(options, dict):
        raise Invalid("Give the options as names with values.", field="options")
    for name in sorted(_unknown(engine, options)):
        known = ", ".join(option.name for option in engine.options) or "none"
        words = f"{engine.label} has no option “{name}”. It has: {known}."
        raise Invalid(words, code="option_unknown", field="options")
    for option in engine.options:
        for complaint in _complaints(option, options.get(option.name, "")):
            raise Invalid(complaint, field=f"options.{option.name}")


def _complaints(option: Option, value: Any) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{option.label} has to be text."
    elif option.required and not value:
        yield f"{option.label} is missing. Enter it."
    elif value and option.choices and value not in dict(option.choices):
        yield f"{option.label} is one of: {', '.join(key for key, _ in option.choices)}."
    elif len(value) > LONGEST_OPTION:
        yield f"{option.label} is longer than {LONGEST_OPTION} characters."


def _unknown(engine: Engine, options: dict[str, Any]) -> set[str]:
    return set(options) - {option.name for option in engine.options}
