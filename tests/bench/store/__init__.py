"""Storing what a harvest has found, with its history: the harvest's way beside saving objects, in one run."""

from typing import Any

from tests.bench.goals import Goal
from tests.bench.place import Place, cpu, head, place, show

_STEP = "tests.bench.store.step"


def run(*, quick: bool) -> list[Goal]:
    """Measure and print; return the figures."""
    tables = {"harvest": 5_000, "bulk": 1_000, "save": 250}
    if quick:
        tables = {name: number // 10 for name, number in tables.items()}
    with place() as made:
        made.environment["DJANGO_SETTINGS_MODULE"] = "tests.bench.store.settings"
        return _measured(made, tables)


def _measured(made: Place, tables: dict[str, int]) -> list[Goal]:
    head()
    rates: dict[str, float] = {}
    costs: dict[str, float] = {}  # CPU-ms a row
    for name, label in (
        ("harvest", "COPY, staging, upsert, history in sets"),
        ("bulk", "bulk_create_with_history"),
        ("save", "save() with simple-history"),
    ):
        answer = show(f"{label}, {tables[name]:,} tables", made.step(_STEP, name, str(tables[name])))
        rates[name] = _rate(answer, "work")
        rates[f"{name} again"] = _rate(answer, "again") if "again" in answer else 0.0
        for phase in ("work", "again"):
            if phase in answer:
                written = answer["history"][phase]
                rows, per_row = answer["rows"], 1000 * cpu(answer, phase) / answer["rows"]
                costs[f"{name} {phase}"] = per_row
                rate = f"{_rate(answer, phase):,.0f} a second, {per_row:.4f} CPU-ms a row"
                print(f"   {phase}: {rows:,} rows, {rate}, {written:,} rows of history", flush=True)

    def goal(name: str, value: float, wanted: float | None = None) -> Goal:
        return Goal("store", name, value, wanted, at_least=True)

    return [
        goal("rows_per_s", rates["harvest"]),
        goal("times_save", rates["harvest"] / rates["save"], 45),
        goal("times_bulk_create_with_history", rates["harvest"] / rates["bulk"], 4),
        goal("unchanged_rows_per_s", rates["harvest again"]),
        goal("unchanged_times_save", rates["harvest again"] / rates["save again"], 200),
        goal("times_save_in_cpu", costs["save work"] / costs["harvest work"], 45),
        goal("times_bulk_create_with_history_in_cpu", costs["bulk work"] / costs["harvest work"], 4),
        goal("unchanged_times_save_in_cpu", costs["save again"] / costs["harvest again"], 200),
    ]


def _rate(answer: dict[str, Any], phase: str) -> float:
    return float(answer["rows"] / answer[phase]["wall"])
