"""How much each signal counts: the one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """Points of each signal. Tiers are 3 apart; the text (2 at most) and the signals together stay within."""

    exact_name: float = 12.0
    name_prefix: float = 9.0
    words_in_name: float = 6.0
    column_name: float = 3.0
    little_else_in_name: float = 1.0
    """Times the text's share of the name: "customer" means customers rather than customer_addresses."""
    text: float = 1.0
    certified: float = 0.15
    deprecated: float = -0.4
    deprecated_tier: float = -3.0
    """What is deprecated stands a tier lower, unless somebody asks for exactly its name."""
    popular: float = 0.2
    """Reached at `popular_people`; grows with the logarithm of people who looked within 30 days."""
    popular_people: int = 30
    fresh: float = 0.05
    """For what changed today; falls to nothing within a year."""
    complete: float = 0.05
    """For what is fully documented."""
    my_domain: float = 0.1
    recently_used: float = 0.15


DEFAULTS = Weights()
