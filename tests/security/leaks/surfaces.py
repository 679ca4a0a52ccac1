"""Every surface of search, looked at by one person, compared with what the rule alone gives."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from access.people.models import User
from catalog.search import queries
from catalog.search.backend import Answer, Kind, SearchRequest, Sort
from tests.security.leaks.house import House
from tests.security.leaks.questions import Question
from tests.security.leaks.reference import Seen

_SIZE = 10
_COMPARED = ("type", "source", "domain", "certification", "sensitivity")
_KNOWN_LATER = ("owner",)


class Leak(AssertionError):
    """Something was told that the person may not know, or kept back that they may."""


@dataclass(frozen=True)
class Looker:
    """A person with their browser. `is_fresh`: the index has heard of all changes. `is_behind`: the copy has not."""

    house: House
    seen: Seen
    is_fresh: bool
    is_behind: bool = False

    @property
    def person(self) -> User:
        """Read anew: what somebody may see is kept on the object as long as a request."""
        return User.objects.get(pk=self.seen.person.pk)

    def look(self, question: Question) -> str:
        """Look through every surface; return the engine that answered. Raises Leak."""
        answer = self._answers(question)
        if self.person.is_active:
            client = Client()
            client.force_login(self.person, backend="access.people.backends.RoleBackend")
            cache.clear()  # the counts of throttled requests
            address = _address(question)
            self._page(client, question, address, answer)
            self._numbers(client, question, address)
            self._completions(client, question)
            self._columns(client, question)
        return answer.engine

    def same(self, what: str, told: Any, known: Any) -> None:
        """Compare what was told with what is known."""
        if told != known:
            raise Leak(f"{self.seen.person}: {what}: told {told!r}, but the rule gives {known!r}")

    def same_or_fewer(self, what: str, told: "Counter[Any]", known: "Counter[Any]") -> None:
        """The same, but a copy that is behind may keep back what it has not heard of."""
        if not self.is_behind:
            self.same(what, dict(told), dict(known))
        elif more := told - known:
            raise Leak(f"{self.seen.person}: {what}: told {dict(more)!r} too many")

    def clean(self, what: str, body: bytes, question: Question) -> None:
        """No word of anything hidden may stand in a response, but where the person typed it."""
        text = body.decode().lower()
        for word in self.seen.hidden_words - set(question.names):
            if word in text:
                place = text.index(word)
                raise Leak(f"{self.seen.person}: {what}: tells {word!r}: …{text[max(0, place - 80) : place + 80]}…")

    def _answers(self, question: Question) -> Answer:
        """All pages in all orders, with every figure."""
        known = self.seen.found(question.meets, question.filters)
        sort = self.house.choice.choice(list(Sort))
        first = self._ask(question, sort, 1)
        if first.is_guess:
            self.same("results instead of a guess", self.seen.found(question.meets), set())
            self._guess(first)
            return first
        told = [hit.asset.pk for hit in first.hits]
        for page in range(2, 2 + (first.total - 1) // _SIZE):
            told += [hit.asset.pk for hit in self._ask(question, sort, page).hits]
        self.same_or_fewer("results", Counter(told), Counter(known))
        self.same("total", first.total, len(told))
        self._facets(question, first)
        self._hits(first)
        return first

    def _ask(self, question: Question, sort: Sort, page: int) -> Answer:
        return queries.search(
            SearchRequest(self.person, question.text, question.filters, sort, page, _SIZE, Kind.ASSETS)
        )

    def _guess(self, answer: Answer) -> None:
        """What is shown instead is in sight, and so is every word of the correction."""
        self.same("guess", {hit.asset.pk for hit in answer.hits} - set(self.seen.facts), set())
        words = {word for fact in self.seen.facts.values() for word in fact.words}
        self.same("correction", set(answer.correction.split()) & (self._all_words() - words), set())

    def _all_words(self) -> set[str]:
        return {word for own in self.house.own.values() for word in own}

    def _facets(self, question: Question, answer: Answer) -> None:
        hears_all = self.is_fresh and not self.is_behind
        facets = (*_COMPARED, *(_KNOWN_LATER if hears_all else ()))
        for facet in facets:
            told = Counter({count.value: count.count for count in answer.facets.get(facet, ()) if count.count})
            self.same_or_fewer(
                f"facet {facet}", told, Counter(self.seen.counts(facet, question.meets, question.filters))
            )
        if not self.is_behind:
            without = {facet: len(self.seen.found(question.meets, question.filters, but=facet)) for facet in facets}
            more = {facet: number for facet, number in without.items() if number > answer.total}
            self.same("without", {name: n for name, n in answer.without.items() if name in facets}, more)
        for facet, counts in answer.facets.items():
            for count in counts:
                self.clean(f"label in facet {facet}", count.label.encode(), question)

    def _hits(self, answer: Answer) -> None:
        for hit in answer.hits:
            fact = self.seen.facts[hit.asset.pk]
            text = "".join(piece.text for piece in (*hit.name, *hit.description))
            text += " ".join("".join(piece.text for piece in column.name) for column in hit.columns)
            self.same("highlights", {word for word in self._all_words() if word in text} - fact.words, set())
            self.same("shown domain", hit.shows_domain, hit.asset.domain_id in {None, *self.seen.domains})
            if self.is_fresh:
                names = {word for name in hit.owners for word in name.lower().split()}
                self.same("owners", names - fact.words, set())

    def _page(self, client: Client, question: Question, address: str, answer: Answer) -> None:
        """Page, fragment, CSV and API."""
        self.house.typed[self.seen.person.pk].update(question.names, words_typed(question.text))
        url = f"{reverse('search:results')}?{address}"
        for headers in ({}, {"HX-Request": "true"}):
            response = client.get(url, headers=headers)
            self.same("status", response.status_code, 200)
            self.clean("page", response.content, question)
        table = client.get(f"{url}&format=csv").getvalue()
        self.clean("CSV", table, question)
        if not answer.is_guess:
            paths = Counter(row["Path"] for row in csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
            known = self.seen.found(question.meets, question.filters)
            self.same_or_fewer("CSV", paths, Counter(self.seen.facts[pk].path for pk in known))
        told = client.get(f"/api/v1/search/?{address}&size=100")
        self.clean("API", told.content, question)
        if not answer.is_guess:
            self.same("total of the API", told.json()["total"], answer.total)
            ids = Counter(one["id"] for one in told.json()["results"])
            self.same("results of the API", ids.total(), answer.total)
            self.same("results of the API", set(ids) - set(self.seen.facts), set())

    def _numbers(self, client: Client, question: Question, address: str) -> None:
        """The figure of the tab that is not on show, and results by column."""
        response = client.get(f"{reverse('search:number')}?{address}")
        self.clean("number", response.content, question)
        if not self.is_behind:
            known = len(self.seen.found(question.meets, question.filters))
            self.same("number", re.sub(r"<[^>]*>", "", response.content.decode()).strip(), f"{known:,}")
        response = client.get(f"{reverse('search:results')}?{address}&kind=columns")
        self.clean("results by column", response.content, question)

    def _completions(self, client: Client, question: Question) -> None:
        """Suggestions of one's own words and of beginnings of somebody else's."""
        word = self.house.choice.choice([*self.house.words, *sorted(self._all_words())])
        text = word[: self.house.choice.choice([3, 5, 8])]
        asked = Question(text, lambda fact: False, names=(word,))
        for url in (reverse("search:suggest"), "/api/v1/search/suggest/", reverse("portal:palette")):
            self.clean(f"suggestions at {url}", client.get(url, {"q": text}).content, asked)
            recent = Question("", lambda fact: False, names=tuple(self.house.typed[self.seen.person.pk]))
            self.clean(f"recent at {url}", client.get(url).content, recent)
        found = queries.suggest(self.person, text)
        self.same("suggested assets", {one.asset_id for one in found.assets} - set(self.seen.facts), set())
        counts = Counter(name.lower() for fact in self.seen.facts.values() for name in set(fact.columns))
        for one in found.columns:
            self.same(f"tables with {one.label}", one.count, counts[one.label])
        known = {domain.name for domain in self.seen.domains.values()}
        self.same(
            "suggested domains", {each.name for each in queries.suggest_domains(self.person, text)} - known, set()
        )

    def _columns(self, client: Client, question: Question) -> None:
        """The finder of columns' names and the page of one name."""
        try:
            finder = reverse("search:columns")
        except NoReverseMatch:  # pages of columns are not there yet
            return
        names = sorted({name for asset in self.seen.assets for name in self.seen.facts[asset.pk].columns})
        own = sorted(self._all_words())
        name = self.house.choice.choice(
            [*names, *(f"{word}_{other}" for word in own[:3] for other in self.house.words)]
        )
        asked = Question(name, lambda fact: False, names=tuple(name.split("_")))
        self.clean("finder of columns", client.get(finder, {"q": name}).content, asked)
        self.clean("usual columns", client.get(finder).content, Question("", lambda fact: False))
        holding = Counter(fact.path for fact in self.seen.facts.values() if name in fact.columns)
        response = client.get(f"{finder}{quote(name)}/")
        self.same("page of a column", response.status_code, 200 if holding else 404)
        self.clean("page of a column", response.content, asked)
        if holding:
            table = client.get(f"{finder}{quote(name)}/?format=csv").getvalue()
            rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))[1:]
            self.same("tables of a column", len(rows), holding.total())
            self.clean("tables of a column", table, asked)


def words_typed(text: str) -> list[str]:
    """Return the words of a text."""
    return re.findall(r"[a-z0-9]+", text.lower())


def _address(question: Question) -> str:
    return urlencode({"q": question.text, **question.filters}, doseq=True)
