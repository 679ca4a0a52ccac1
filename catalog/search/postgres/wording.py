"""Terms as full-text queries. Planning a statement folds each into a constant, so it is known how many match.

English stems decide in texts; the last word is also a beginning. Other words by the dictionary count in names of assets
and columns alone (weights A and C), as they are written and by their stem, stop words too.
"""

from collections.abc import Iterable

from catalog.search.backend import Test
from catalog.search.language import Alternative, QueryText, Term
from catalog.search.postgres.statements import Sql, put, value

_NAMES = "AC"
_NOTHING = Sql("''::tsquery")


def tsquery(query: QueryText, *, is_loose: bool = False) -> Sql:
    """Return the full-text query of all alternatives; a text of stop words alone is looked for as it is written."""
    return alternatives([each for each in query.alternatives if each.terms], query.unfinished, is_loose=is_loose)


def alternatives(some: list[Alternative], unfinished: Term | None, *, is_loose: bool = False) -> Sql:
    """Return the full-text query of some alternatives."""
    return _or_as_written(some, unfinished, is_loose=is_loose)


def name_query(query: QueryText) -> Sql:
    """Return the full-text query of the words, for names; it is met by nothing when there are none."""
    return tsquery(query) if query.has_words else _NOTHING


def any_term(query: QueryText) -> Sql:
    """Return the full-text query that any of the wanted terms or their other words meets: what is to be marked."""
    terms = [term for term in query.terms if not term.is_excluded]
    others = [_variant(words, "") for term in terms for each in (term, *term.parts) for words in each.variants]
    return _joined(
        "||",
        [
            part
            for term in query.wanted
            for part in (_stems(term.words), _as_written(term.words), _beginning(term, query.unfinished))
        ]
        + others,
    )


def in_names(test: Test) -> Sql:
    """Return the full-text query of a test's terms, for the words of names."""
    return _joined("&&", [_named(term) for term in test.terms])


def _or_as_written(alternatives: list[Alternative], unfinished: Term | None, *, is_loose: bool) -> Sql:
    stemmed = _joined("||", [_all(each.terms, unfinished, is_loose=is_loose) for each in alternatives])
    written = _joined("||", [_joined("&&", [_written(term) for term in each.terms]) for each in alternatives])
    return put("(CASE WHEN numnode({0}) = 0 THEN {1} ELSE {0} END)", stemmed, written)


def _all(terms: tuple[Term, ...], unfinished: Term | None, *, is_loose: bool) -> Sql:
    wanted = [leaf for term in terms if not term.is_excluded for leaf in (term.leaves if is_loose else (term,))]
    ends = bool(wanted) and wanted[-1].leaves[-1] is unfinished
    rest = wanted[:-1] if ends else wanted
    sign = "||" if is_loose else "&&"
    first = _joined(sign, [_met(term, None) for term in rest])
    query = first
    if ends:
        last = _met(wanted[-1], unfinished)
        # A stop word at the end ("table of") is meant as a beginning only when it stands alone.
        whole = put(f"({{}} {sign} {{}})", first, last)
        is_stop = put("numnode({}) = 0 AND numnode({}) > 0", _met(wanted[-1], None), first)
        query = put("(CASE WHEN {} THEN {} ELSE {} END)", is_stop, first, whole)
    without = [put("!! {}", _met(term, None)) for term in terms if term.is_excluded]
    return _joined("&&", [query, *without])


def _met(term: Term, unfinished: Term | None) -> Sql:
    ways = [_joined("&&", [_met(part, unfinished) for part in term.parts])] if term.parts else [_stems(term.words)]
    if term is unfinished:
        ways.append(_beginning(term, unfinished))
    return _joined("||", [*ways, *(_variant(words, _NAMES) for words in term.variants)])


def _written(term: Term) -> Sql:
    words = _joined("&&", [_as_written(leaf.words) for leaf in term.leaves])
    return put("!! {}", words) if term.is_excluded else words


def _named(term: Term) -> Sql:
    """A name holds words as they are written or by their stem, or one that begins as the last of them does."""
    ways = [_variant(words, "A") for words in (term.words, *term.variants)]
    if not term.is_quoted:
        ways += [
            put("to_tsquery('simple', {})", value(_phrase(words, ":*A"))) for words in (term.words, *term.variants)
        ]
    query = _joined("||", ways)
    return put("!! {}", query) if term.is_excluded else query


def _stems(words: tuple[str, ...]) -> Sql:
    return put("phraseto_tsquery('english', {})", value(" ".join(words)))


def _as_written(words: tuple[str, ...]) -> Sql:
    return put("phraseto_tsquery('simple', {})", value(" ".join(words)))


def _beginning(term: Term, unfinished: Term | None) -> Sql:
    """Return the query of a term whose last word goes on."""
    if term is not unfinished:
        return _NOTHING
    return put("to_tsquery('simple', {})", value(f"{_phrase(term.words, '')}:*"))


def _variant(words: tuple[str, ...], weights: str) -> Sql:
    phrase = value(_phrase(words, f":{weights}" if weights else ""))
    return put("(to_tsquery('simple', {0}) || to_tsquery('english', {0}))", phrase)


def _phrase(words: tuple[str, ...], mark: str) -> str:
    """Return tsquery syntax; words hold no sign that has a meaning there."""
    return " <-> ".join(f"'{word}'{mark}" for word in words)


def _joined(sign: str, parts: Iterable[Sql]) -> Sql:
    given = [part for part in parts if part is not _NOTHING]
    if len(given) < 2:
        return given[0] if given else _NOTHING
    return put(f"({f' {sign} '.join(['{}'] * len(given))})", *given)
