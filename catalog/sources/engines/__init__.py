"""The engines that a source can run on: what each needs to be told, and the door by which it is reached."""

from catalog.sources.engines.registry import (
    Door,
    Engine,
    Family,
    Inspection,
    Option,
    all_engines,
    engine_of,
    register,
    the_engine,
)

__all__ = ["Door", "Engine", "Family", "Inspection", "Option", "all_engines", "engine_of", "register", "the_engine"]
