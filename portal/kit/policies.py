"""Decisions that say why: a policy answers Allowed or Denied, never a bare boolean."""

from dataclasses import dataclass

from portal.kit.errors import NotAllowed


@dataclass(frozen=True)
class Allowed:
    """Yes, and by which rule."""

    reason: str = ""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Denied:
    """No, why, and what would change that."""

    reason: str
    how_to_fix: str = ""

    def __bool__(self) -> bool:
        return False


Decision = Allowed | Denied


def require(decision: Decision) -> None:
    """Raise NotAllowed with the reason unless the decision is Allowed."""
    if isinstance(decision, Denied):
        raise NotAllowed(decision.reason, how_to_fix=decision.how_to_fix)
