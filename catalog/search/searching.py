"""Answering a request: the engine finds, ranking puts in order, the page is put together under `visible_to()`."""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

from catalog.search import assembling, engines, ranking
from catalog.search.backend import (
    RANKED_AT_MOST,
    REACHED_AT_MOST,
    Answer,
    Candidate,
    Found,
    Guess,
    Kind,
    Question,
    Rights,
    SearchRequest,
    Sort,
    Test,
)
from catalog.search.columns.vocabulary import as_column_tests
from catalog.search.language import QueryText, understand
from catalog.search.language.resolving import resolve
from catalog.search.postgres import guessing, naming
from catalog.search.ranking import Ranked
from catalog.search.rights import rights_of


def search(request: SearchRequest) -> Answer:
    """Find what the person may see; when nothing matches, something near it."""
    query = understand(request.text)
    question = _question(request, query)
    if _is_of_no_column(request, question):
        return Answer(hits=(), total=0, problems=query.problems)
    found, engine, note = engines.find(_asked(request, question))
    guess = Guess.NONE
    if not found.matched and query.has_words:
        guess, question, found = _guess(request, question, found)
    answer = _answer(request, question, found)
    correction = question.query.typed if guess == Guess.CORRECTED else ""
    return replace(answer, guess=guess, correction=correction, problems=query.problems, engine=engine, note=note)


def all_ids(request: SearchRequest, limit: int) -> Iterator[list[int]]:
    """Give the ids of all results in order, in batches, at most `limit`."""
    question = _question(request, understand(request.text))
    return iter(()) if _is_of_no_column(request, question) else engines.ids(_asked(request, question), limit)


def names_asked(request: SearchRequest) -> list[str]:
    """Return the names of columns that are looked for, in lower case."""
    question = _question(request, understand(request.text))
    return assembling.names_of_columns(question)


def number_of(request: SearchRequest) -> tuple[int, bool]:
    """Return how many results there are, and whether that is about."""
    question = _question(request, understand(request.text))
    if _is_of_no_column(request, question):
        return 0, False
    found, _, _ = engines.find(replace(_asked(request, question), sort=Sort.POPULARITY, offset=0, limit=1))
    return found.total, found.is_about


def _question(request: SearchRequest, query: QueryText) -> Question:
    rights = rights_of(request.person)
    query = ranking.without_filler(query)
    question = Question(
        rights=rights,
        query=query,
        tests=_tests(request, query, rights),
        filters=request.filters,
        sort=request.sort if request.text else _without_text(request.sort),
        limit=request.size,
        offset=(request.page - 1) * request.size,
    )
    return _windowed(question)


def _tests(request: SearchRequest, query: QueryText, rights: Rights) -> tuple[tuple[Test, ...], ...]:
    tests = resolve(query, request.person)
    if request.kind == Kind.ASSETS:
        return tests
    return tuple(own + more for own, more in zip(as_column_tests(query, rights.sight), tests, strict=True))


def _is_of_no_column(request: SearchRequest, question: Question) -> bool:
    """Say whether columns are asked for and none is named."""
    return request.kind == Kind.COLUMNS and not any(
        test.field == "column_names" for tests in question.tests for test in tests
    )


def _asked(request: SearchRequest, question: Question) -> Question:
    """Return what the engine is asked: words that are looked for in names of columns have become tests."""
    if request.kind == Kind.ASSETS:
        return question
    alternatives = tuple(replace(each, terms=()) for each in question.query.alternatives)
    query = replace(question.query, typed="", alternatives=alternatives)
    return replace(question, query=query, sort=_without_text(question.sort))


def _without_text(sort: Sort) -> Sort:
    return Sort.POPULARITY if sort == Sort.RELEVANCE else sort


def _windowed(question: Question) -> Question:
    """Widen a page to all that is put in order by ranking, when it lies within."""
    if question.sort == Sort.RELEVANCE and question.offset + question.limit <= RANKED_AT_MOST:
        return replace(question, offset=0, limit=RANKED_AT_MOST)
    return question


def _guess(request: SearchRequest, question: Question, found: Found) -> tuple[Guess, Question, Found]:
    """Answer a text that finds nothing: by its better spelling, by some of its words, by names that look like it."""
    for guess, instead in guessing.guesses(question):
        if request.kind == Kind.COLUMNS and guess != Guess.CORRECTED:
            break
        if guess == Guess.ALIKE:
            return guess, instead, guessing.alike(instead)
        other = replace(instead, tests=_tests(request, instead.query, question.rights))
        near, _, _ = engines.find(_asked(request, other))
        if near.matched:
            return guess, other, near
    return Guess.NONE, question, found


def _answer(request: SearchRequest, question: Question, found: Found) -> Answer:
    reachable = min(found.total, REACHED_AT_MOST)
    page = min(max(request.page, 1), max(1, ceil(reachable / request.size)))
    if page < request.page and found.total:  # a page that is no more: the last one there is
        return _answer(replace(request, page=page), *_found_again(request, question, page))
    return Answer(
        hits=assembling.hits(request, question, _page(request, question, found.candidates, page)),
        total=found.total,
        is_about=found.is_about,
        page=page,
        facets=naming.named(question, found.facets),
        without=found.without,
    )


def _found_again(request: SearchRequest, question: Question, page: int) -> tuple[Question, Found]:
    again = _windowed(replace(question, offset=(page - 1) * request.size, limit=request.size))
    return again, engines.find(_asked(request, again))[0]


def _page(request: SearchRequest, question: Question, candidates: tuple[Candidate, ...], page: int) -> list[Ranked]:
    ranked = ranking.rank(question, request.person, candidates)
    start = (page - 1) * request.size - question.offset
    return ranked[start : start + request.size]
