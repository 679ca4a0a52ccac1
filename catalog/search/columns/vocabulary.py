"""Names of columns: which are meant by words, and how one may be spelled."""

from catalog.assets.visibility import Sight
from catalog.search.backend import Test
from catalog.search.language import Alternative, QueryText
from catalog.search.language.columns import names_of_columns
from catalog.search.words import key

_JOINTS = ("_", "", "-", " ", ".")


def as_column_tests(query: QueryText, sight: Sight) -> tuple[tuple[Test, ...], ...]:
    """Return for each alternative of a query the test that a column's name holds its words."""
    return tuple(_tests(query, each, sight) for each in query.alternatives)


def _tests(query: QueryText, alternative: Alternative, sight: Sight) -> tuple[Test, ...]:
    if not alternative.terms:
        return ()
    goes_on = query.unfinished is not None and alternative is query.alternatives[-1]
    return (Test("column_names", tuple(names_of_columns(alternative.terms, is_unfinished=goes_on, sight=sight))),)


def spellings(name: str) -> list[str]:
    """Return how a column's name may be written, itself first: customer_id, customerid, customer-id …"""
    words = key(name).split()
    return list(dict.fromkeys([name.lower(), *(joint.join(words) for joint in _JOINTS)]))
