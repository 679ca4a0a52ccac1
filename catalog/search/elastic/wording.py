"""A question's text as a query: what must be met, and how much it counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from elasticsearch.dsl.query import (
    Bool,
    ConstantScore,
    DisMax,
    MatchNone,
    MatchPhrase,
    MatchPhrasePrefix,
    Prefix,
    Query,
    Terms,
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
    """How the terms of a question become queries. `plainly`: as they are written, for a text of common words alone."""

    spellings: Spellings
    unfinished: Term | None = None
    plainly: bool = False

    def term(self, term: Term, fields: Sequence[str] = WORD_FIELDS, names: Sequence[str] = NAMES) -> Query | None:
        """Return what a term is met by in any of these fields; nothing when it tells nothing."""
        if term.parts:
            parts = [self.term(part, fields, names) for part in term.parts]
            whole = _all([part for part in parts if part is not None])
        else:
            whole = self._leaf(term, fields)
        others = [self._either(variant, names) for variant in term.variants]
        ways = [way for way in (whole, *others) if way is not None]
        return _any(ways) if ways else None

    def in_field(self, term: Term, field: str) -> Query:
        """Return what is met by a field that holds a term or another word for it, or begins one unless it is quoted."""
        ways = [self._either(words, (field,)) for words in (term.words, *term.variants)]
        if not term.is_quoted:
            plain = [self._plain(words) for words in (term.words, *term.variants)]
            ways += [_begun(words, (field,)) for words in plain if words]
        met = _any([way for way in ways if way is not None])
        return Bool(must_not=[met]) if term.is_excluded else met

    def is_common(self, term: Term) -> bool:
        """Say whether a term is of words too common to tell anything."""
        return not any(self._stems(leaf.words) for leaf in term.leaves)

    def for_all(self, alternatives: Sequence[Alternative]) -> "Wording":
        """Return how these alternatives are read: as they are written when there is nothing else in them."""
        is_told = any(not self.is_common(term) for one in alternatives for term in one.terms)
        return replace(self, plainly=not is_told)

    def for_one(self, one: Alternative) -> "Wording":
        """Return how an alternative is read: a common word at its end is a beginning only when it stands alone."""
        last = self.unfinished
        is_told = any(not self.is_common(term) for term in one.terms if not term.is_excluded)
        return replace(self, unfinished=None) if last and self.is_common(last) and is_told else self

    def _leaf(self, term: Term, fields: Sequence[str]) -> Query | None:
        plain = self._plain(term.words)
        tokens = plain if self.plainly else self._stems(term.words)
        ways = [_met(tokens, fields, plain)] if tokens else []
        if term is self.unfinished and plain:
            ways.append(_begun(plain, fields))
        return _any(ways) if ways else None

    def _either(self, words: Sequence[str], fields: Sequence[str]) -> Query | None:
        """Words by their stem or as they are written."""
        forms = {tuple(self._stems(words)), tuple(self._plain(words))} - {()}
        return _any([_met(form, fields, (), _VARIANT) for form in sorted(forms)]) if forms else None

    def _stems(self, words: Sequence[str]) -> Sequence[str]:
        return [stem for word in words for stem in self.spellings.get(word, _NOTHING).stems]

    def _plain(self, words: Sequence[str]) -> Sequence[str]:
        return [plain for word in words for plain in self.spellings.get(word, _NOTHING).plain]


def alternative(one: Alternative, words: Wording, *, is_loose: bool) -> Query | None:
    """Return what meets the terms of an alternative; nothing when they tell nothing."""
    reading = words.for_one(one)
    terms = [leaf for term in one.terms if not term.is_excluded for leaf in (term.leaves if is_loose else (term,))]
    wanted = [query for term in terms if (query := reading.term(term)) is not None]
    bare = replace(words, unfinished=None)
    unwanted = [query for term in one.terms if term.is_excluded and (query := bare.term(term)) is not None]
    if not (wanted or unwanted):
        return None
    return Bool(must=[_any(wanted)] if is_loose and wanted else wanted, must_not=unwanted)


def in_name(query: QueryText, words: Wording) -> Query:
    """Return what is met when all words of an alternative are in the name."""
    found = []
    for one in query.alternatives:
        reading = words.for_one(one)
        terms = [reading.term(term, ("name",), ("name",)) for term in one.terms if not term.is_excluded]
        found.append(_all([term for term in terms if term is not None]))
    return _any([one for one in found if one is not None])


def named(query: QueryText) -> Query:
    """Return what is met by names that are exactly the text."""
    return Terms("name_key", sorted({query.key, query.joined_key}))


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
