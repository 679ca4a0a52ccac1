"""What search keeps: its index, its copy elsewhere, its dictionary, and what people ask."""

from catalog.search.models.asking import AskedQuery, Cadence, OpenedResult, SavedSearch
from catalog.search.models.index import ColumnName, Document, Tally, Word
from catalog.search.models.mirror import Mirror, Pending
from catalog.search.models.tuning import Equivalence, EquivalenceKind, Weighting

__all__ = [
    "AskedQuery",
    "Cadence",
    "ColumnName",
    "Document",
    "Equivalence",
    "EquivalenceKind",
    "Mirror",
    "OpenedResult",
    "Pending",
    "SavedSearch",
    "Tally",
    "Weighting",
    "Word",
]
