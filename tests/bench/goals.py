"""What a benchmark ends with: a figure, where it should lie, and whether it does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A figure of a benchmark; without a goal it is told for the record."""

    bench: str
    name: str
    value: float
    goal: float | None = None
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        if self.goal is None:
            return True
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        goal = "none" if self.goal is None else f"{sign}{self.goal:g}"
        return f"{self.bench} {self.name}={self.value:.4g} goal={goal} {'met' if self.is_met else 'short'}"
