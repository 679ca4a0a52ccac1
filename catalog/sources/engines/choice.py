"""Engines as somebody chooses one: by family, found by words, with what is proven and what is missing."""

from catalog.sources.engines.registry import Engine, Family, all_engines


def by_family(text: str = "") -> list[tuple[Family, list[Engine]]]:
    """Return the engines whose label, key or family hold all the words, family by family; no empty family."""
    words = text.casefold().split()
    found = [engine for engine in all_engines() if all(word in _searched(engine) for word in words)]
    families = [(family, [engine for engine in found if engine.family == family]) for family in Family]
    return [(family, engines) for family, engines in families if engines]


def _searched(engine: Engine) -> str:
    return f"{engine.label} {engine.key} {engine.family}".casefold()
