"""A question's text as a query: what must be met, and how much it counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from elasticsearch.dsl.query import (
    Bool,
    ConstantScore,
    DisMax,
    MatchNone,
    MatchPhrase,
    MatchPhrasePrefix,
    Prefix,
    Query,
)
from elasticsearch.dsl.query import Term as Holds

from catalog.search.elastic.mapping import WORD_FIELDS
from catalog.search.elastic.spelling import Spelling, Spellings
from catalog.search.language import Alternative, QueryText, Term

TIER = 1000.0
"""Between the tiers of a first order: named so, named so at the beginning, all words in the name, the rest."""
_BOOSTS = {"name": 4.0, "said": 1.5, "columns": 1.5, "around": 0.5}
_OTHER_FIELDS = 0.2  # of what the other fields add to the best one
_VARIANT = 0.6
_BEGINNING = 0.7
_MOST_BEGINNINGS = 500
NAMES = ("name", "columns")
"""Where other words for a word count."""

_NOTHING = Spelling()


@dataclass(frozen=True)
class Wording:
    """How the terms of a query become queries. `plainly`: words as they are written, for a text of common words."""

    spellings: Spellings
    unfinished: Term | None = None
    plainly: bool = False

    def term(self, term: Term, fields: Sequence[str] = WORD_FIELDS, names: Sequence[str] = NAMES) -> Query | None:
        """Return what a term is met by in any of these fields; nothing when it tells nothing."""
        if term.parts:
            parts = [query for part in term.parts if (query := self.term(part, fields, names)) is not None]
            whole = _all(parts)
        else:
            whole = self._leaf(term, fields)
        others = [query for variant in term.variants if (query := self._variant(variant, names)) is not None]
        return whole if whole is None or not others else _any([whole, *others])

    def _leaf(self, term: Term, fields: Sequence[str]) -> Query | None:
        words = self._tokens(term.words)
        query = _met(words, fields, self._plain(term.words)) if words else None
        if term is not self.unfinished:
            return query
        plain = self._plain(term.words)
        if not plain:
            return query
        return _any([*([query] if query else []), _begun(plain, fields)])

    def is_common(self, term: Term) -> bool:
        """Say whether a term tells nothing but as it is written."""
        return not any(self.spellings.get(word, _NOTHING).stems for leaf in term.leaves for word in leaf.words)

    def _variant(self, words: Sequence[str], fields: Sequence[str]) -> Query | None:
        forms = {tuple(self._tokens(words)), tuple(self._plain(words))} - {()}
        return _any([_met(form, fields, (), _VARIANT) for form in sorted(forms)]) if forms else None

    def _tokens(self, words: Sequence[str]) -> Sequence[str]:
        return self._plain(words) if self.plainly else [
            stem for word in words for stem in self.spellings.get(word, _NOTHING).stems
        ]  # fmt: skip

    def _plain(self, words: Sequence[str]) -> Sequence[str]:
        return [plain for word in words for plain in self.spellings.get(word, _NOTHING).plain]


def wording(query: QueryText, spellings: Spellings) -> Wording:
    """Return how a query is to be read: a common word at its end is a beginning only when it stands alone."""
    whole = Wording(spellings, query.unfinished)
    told = [term for term in query.terms if not whole.is_common(term)]
    last = query.unfinished
    if last is not None and whole.is_common(last) and told:
        return Wording(spellings)
    return Wording(spellings, last, plainly=not told)


def alternative(one: Alternative, words: Wording, conditions: Sequence[Query], *, is_loose: bool) -> Query | None:
    """Return what meets an alternative of a query; nothing when there is nothing to meet."""
    terms = [leaf for term in one.terms for leaf in term.leaves] if is_loose else one.terms
    wanted = [query for term in terms if not term.is_excluded and (query := words.term(term)) is not None]
    unwanted = [query for term in one.terms if term.is_excluded and (query := words.term(term)) is not None]
    if not (wanted or unwanted or conditions):
        return None
    return Bool(must=[_any(wanted)] if is_loose and wanted else wanted, must_not=unwanted, filter=list(conditions))


def in_name(query: QueryText, words: Wording) -> Query:
    """Return what is met when all words of an alternative are in the name."""
    alternatives = [
        _all(
            [found for term in one.terms if not term.is_excluded and (found := words.term(term, ("name",), ("name",)))]
        )
        for one in query.alternatives
    ]
    return _any([found for found in alternatives if found is not None])


def named(query: QueryText) -> Query:
    """Return what is met by names that are exactly the text."""
    return Holds("name_joined", {"value": query.joined_key})


def tiers(query: QueryText, words: Wording) -> Iterator[Query]:
    """Give what counts beside the words: how the name is met, and whether it is still good to use."""
    of_name = [
        ConstantScore(filter=named(query), boost=4 * TIER),
        ConstantScore(filter=Prefix("name_key", {"value": query.key}), boost=3 * TIER),
    ]
    if query.has_words:
        of_name.append(ConstantScore(filter=in_name(query, words), boost=2 * TIER))
    yield DisMax(queries=of_name)
    yield ConstantScore(filter=Bool(must_not=[Holds("certification", {"value": "deprecated"})]), boost=TIER)


def _met(tokens: Sequence[str], fields: Sequence[str], plain: Sequence[str], boost: float = 1.0) -> Query:
    """Words by their stem; as they are written they count more."""
    if len(tokens) > 1:
        text = " ".join(tokens)
        return _best([MatchPhrase(name, {"query": text, "boost": _BOOSTS[name] * boost}) for name in fields])
    (token,) = tokens
    queries: list[Query] = [Holds(name, {"value": token, "boost": _BOOSTS[name] * boost}) for name in fields]
    if "name" in fields and len(plain) == 1 and plain[0] != token:
        queries.append(Holds("name", {"value": plain[0], "boost": _BOOSTS["name"] * boost}))
    return _best(queries)


def _begun(words: Sequence[str], fields: Sequence[str]) -> Query:
    """Words of which the last may go on."""
    if len(words) > 1:
        text = " ".join(words)
        return _best([MatchPhrasePrefix(name, {"query": text, "max_expansions": _MOST_BEGINNINGS}) for name in fields])
    return _best([Prefix(name, {"value": words[0], "boost": _BOOSTS[name] * _BEGINNING}) for name in fields])


def _best(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else DisMax(queries=queries, tie_breaker=_OTHER_FIELDS)


def _any(queries: Sequence[Query]) -> Query:
    if not queries:
        return MatchNone()
    return queries[0] if len(queries) == 1 else Bool(should=list(queries), minimum_should_match=1)


def _all(queries: Sequence[Query]) -> Query | None:
    if not queries:
        return None
    return queries[0] if len(queries) == 1 else Bool(must=list(queries))
