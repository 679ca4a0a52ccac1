"""The query language, which beginners need not know."""

from catalog.search.language.parsing import LONGEST, understand
from catalog.search.language.query import Alternative, Comparison, Condition, Field, QueryText, Term

__all__ = ["LONGEST", "Alternative", "Comparison", "Condition", "Field", "QueryText", "Term", "understand"]
