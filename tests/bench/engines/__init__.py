"""Other engines, harvested end to end from real servers: MariaDB with generated tables, Trino with tpch and tpcds."""

from tests.bench.goals import Goal
from tests.bench.place import Answer, Place, head, place, show

_STEP = "tests.bench.engines.step"


def run(*, quick: bool) -> list[Goal]:
    """Measure and print; return the figures. An engine that is not installed is left out."""
    goals: list[Goal] = []
    few, many = (20, 100) if quick else (100, 1_000)
    with place() as made:
        head()
        small, large = _measure(made, "mariadb", str(few)), _measure(made, "mariadb", str(many))
        if small and large:
            goals += _goals("mariadb", large)
            goals.append(
                Goal("engines", "mariadb_more_statements_for_more_tables", large["source"] - small["source"], 0)
            )
        for catalog in ("tpch", "tpcds"):
            if answer := _measure(made, "trino", catalog):
                goals += _goals(f"trino_{catalog}", answer)
    return goals


def _measure(made: Place, engine: str, what: str) -> Answer | None:
    answer = made.step(_STEP, engine, what)
    if "missing" in answer:
        print(f"Without {engine}: {answer['missing']}", flush=True)
        return None
    answer["statements"]["source"] = answer["source"]
    show(f"{engine} {what}, first harvest", answer)
    first = answer["engine_cpu"]
    print(
        f"   {answer['relations']:,} relations, {answer['columns']:,} columns; the engine itself took "
        f"{first['first']:.2f} CPU-s, and {first['unchanged']:.2f} unchanged",
        flush=True,
    )
    return answer


def _goals(name: str, answer: Answer) -> list[Goal]:
    work, again = answer["work"], answer["unchanged"]
    whole = work["client_cpu"] + work["server_cpu"] + answer["engine_cpu"]["first"]
    figures = {
        "tables_per_s": answer["relations"] / work["wall"],
        "tables_per_cpu_s": answer["relations"] / whole,
        "unchanged_cpu_s": again["client_cpu"] + again["server_cpu"] + answer["engine_cpu"]["unchanged"],
        "peak_mib": answer["peak_mib"],
    }
    return [
        *(Goal("engines", f"{name}_{figure}", value) for figure, value in figures.items()),
        Goal("engines", f"{name}_statements", answer["source"], 20),
        Goal("engines", f"{name}_unchanged_assets_changed", answer["changed"], 0),
    ]
