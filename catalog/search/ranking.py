"""What comes first, in one place.

A result stands in the highest tier it reaches: named exactly so, named so at the beginning, all words in its name, the
whole text as a column's name or part of one, all words somewhere. Within a tier the text match (ts_rank_cd, 0 to 1; a
name counts more than a description, that more than columns) decides, moved by small signals that never lift a result
over its tier.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """How much each counts. Tiers are 3 apart; the text (2 at most) and the signals (-0.4 to 0.35) stay within."""

    exact_name: float = 12.0
    name_prefix: float = 9.0
    words_in_name: float = 6.0
    column_name: float = 3.0
    little_else_in_name: float = 1.0
    """Times the text's share of the name: "customer" means customers rather than customer_addresses."""
    text_by_weight: tuple[float, float, float, float] = (0.1, 0.2, 0.4, 1.0)  # D, C, B, A
    certified: float = 0.15
    deprecated: float = -0.4
    deprecated_tier: float = -3.0
    """What is deprecated stands a tier lower, unless somebody asks for exactly its name."""
    popular: float = 0.2
    """Reached at `popular_people`; grows with the logarithm of people who looked within 30 days."""
    popular_people: int = 30


WEIGHTS = Weights()


def signals_sql(weights: Weights = WEIGHTS) -> str:
    """Return SQL for what speaks for an asset whatever was asked."""
    return f"""(CASE asset.certification WHEN 'certified' THEN {weights.certified}
            WHEN 'deprecated' THEN {weights.deprecated} ELSE 0 END
        + {weights.popular} * LEAST(1, ln(1 + document.popularity) / ln(1 + {weights.popular_people})))"""


def tier_sql(query: str, weights: Weights = WEIGHTS) -> str:
    """Return SQL for the tier by name, cheap enough for every match.

    `query` is the SQL of the tsquery; `name_key` and `name_start` are parameters.
    """
    share = f"{weights.little_else_in_name} * LEAST(1, length(%(name_key)s)::float / length(document.name_key))"
    return f"""CASE WHEN document.name_key = %(name_key)s THEN {weights.exact_name}
            ELSE CASE WHEN document.name_key LIKE %(name_start)s THEN {weights.name_prefix} + {share}
                    WHEN document.name_words @@ {query} THEN {weights.words_in_name} + {share} ELSE 0 END
                + CASE asset.certification WHEN 'deprecated' THEN {weights.deprecated_tier} ELSE 0 END
            END"""


def text_sql(query: str, weights: Weights = WEIGHTS) -> str:
    """Return SQL for the text match of the best candidates; `tier` is what tier_sql() gave."""
    return f"""(CASE WHEN tier <= 0 AND ts_filter(document.words, '{{c}}') @@ phraseto_tsquery('simple', %(name_key)s)
                THEN {weights.column_name} ELSE 0 END
        + ts_rank_cd('{{{", ".join(map(str, weights.text_by_weight))}}}', document.words, {query}, 1 | 32))"""


def likeness_sql() -> str:
    """Return SQL for how much a name looks like what was typed, from 0 to 1."""
    return "word_similarity(%(name_key)s, document.name_key)"
