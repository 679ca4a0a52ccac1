"""Which documents a question is met by, in a shape that lets more be asked of the index of words at the same time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from catalog.search.backend import Question
from catalog.search.language import Alternative, QueryText, Term
from catalog.search.postgres import wording
from catalog.search.postgres.conditions import choices_met, tests_met
from catalog.search.postgres.statements import FALSE, TRUE, Sql, all_of, any_of, like_prefix, put, value

_WEIGHTS = "{0.1, 0.2, 0.4, 1.0}"  # D, C, B, A
_ZERO = Sql("0::int")


@dataclass(frozen=True)
class Match:
    """How documents are matched.

    `found` is the condition of the text with its tests, `chosen` that of the facets' choices. `within(extra)` is
    `found` where the full-text query `extra` is met too: both are looked up at once, so that only what meets both
    is read.
    """

    within: Callable[[str], Sql]
    chosen: Sql = TRUE
    quick: Sql = _ZERO
    """What is quickly known of each match: 4 named so, 3 begins so, 2 holds the words; one less when deprecated."""
    text: Sql = _ZERO
    """How well its text matches, 0 to 1."""
    names: tuple[str, ...] = ()
    """The names that are meant exactly, as keys."""
    named: Sql | None = None
    """The full-text query, for words of names."""
    is_plain: bool = False
    """There are words alone, none excluded: who holds them in the name is a match."""

    @property
    def found(self) -> Sql:
        return self.within("")

    @property
    def whole(self) -> Sql:
        return all_of([self.found, self.chosen])

    @property
    def is_everything(self) -> bool:
        """Say whether there is no condition at all."""
        return self.found is TRUE and self.chosen is TRUE

    @property
    def has_tiers(self) -> bool:
        """Say whether names tell matches apart."""
        return self.named is not None


def of(question: Question, *, is_finished: bool = False) -> Match:
    """Return what a question is met by. `is_finished`: the last word is no beginning of others."""
    chosen = choices_met(question.filters, question.rights)
    query = question.query
    if not (query.has_words or query.has_conditions or any(question.tests)):
        exact = put("document.name_key = ANY({})", value(_keys(query))) if not query.asks_nothing else TRUE
        return Match(lambda extra: all_of([exact, _words(extra)]), chosen)
    unfinished = None if is_finished else query.unfinished
    parts = list(_parts(question, unfinished))
    if not query.has_words:
        return Match(lambda extra: any_of(part(extra) for part in parts), chosen)
    words = wording.alternatives(
        [each for each in query.alternatives if each.terms], unfinished, is_loose=question.is_loose
    )
    return Match(
        lambda extra: any_of(part(extra) for part in parts),
        chosen,
        _quick(query, words),
        put(f"ts_rank_cd('{_WEIGHTS.replace('{', '{{').replace('}', '}}')}', document.words, {{}}, 1 | 32)", words),
        tuple(_keys(query)),
        words,
        is_plain=not (query.has_conditions or any(question.tests) or any(term.is_excluded for term in query.terms)),
    )


def by_likeness(question: Question) -> Match:
    """Match assets whose names look like the text."""
    key = value(question.query.key)
    likeness = put("word_similarity({}, document.name_key)", key)
    alike = put("{} <%% document.name_key", key)
    return Match(
        lambda extra: all_of([alike, _words(extra)]), choices_met(question.filters, question.rights), likeness, likeness
    )


def _parts(question: Question, unfinished: Term | None) -> Iterable[Callable[[str], Sql]]:
    """Give the conditions of the alternatives; those of words alone are one."""
    query, tests = question.query, question.tests or tuple(() for _ in question.query.alternatives)
    pairs = list(zip(query.alternatives, tests, strict=True))
    bare = [each for each, tested in pairs if each.terms and not tested and not each.conditions]
    if bare:
        words = wording.alternatives(bare, unfinished, is_loose=question.is_loose)
        yield lambda extra: _met(words, _keys(query) if len(bare) == len(pairs) else [], extra)
    for each, tested in pairs:
        if tested or each.conditions:
            yield _narrowed(each, tests_met(tested, question.rights) if tested else FALSE, question, unfinished)


def _narrowed(each: Alternative, tests: Sql, question: Question, unfinished: Term | None) -> Callable[[str], Sql]:
    if not each.terms:
        return lambda extra: all_of([tests, _words(extra)])
    words = wording.alternatives([each], unfinished, is_loose=question.is_loose)
    keys = _keys(question.query) if len(question.query.alternatives) == 1 else []
    return lambda extra: all_of([_met(words, keys, extra), tests])


def _met(words: Sql, keys: list[str], extra: str) -> Sql:
    """Return the condition that a document holds the words, or is named exactly so."""
    if extra:
        return put(f"document.words @@ ({{}} && {extra})", words)
    held = put("document.words @@ {}", words)
    return any_of([held, put("document.name_key = ANY({})", value(keys))]) if keys else held


def _words(extra: str) -> Sql:
    return Sql(f"document.words @@ {extra}") if extra else TRUE


def _keys(query: QueryText) -> list[str]:
    return list(dict.fromkeys([query.key, query.joined_key]))


def _quick(query: QueryText, words: Sql) -> Sql:
    return put(
        """(CASE WHEN document.name_key = ANY({}) THEN 4 WHEN document.name_key LIKE {} THEN 3
            WHEN document.name_words @@ {} THEN 2 ELSE 0 END
            - CASE document.certification WHEN 'deprecated' THEN 1 ELSE 0 END)""",
        value(_keys(query)),
        value(like_prefix(query.key)),
        words,
    )
