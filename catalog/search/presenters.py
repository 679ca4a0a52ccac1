"""What the results page shows of an answer: facets, chips, pages, and words for what was found."""

from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.search.backend import Answer, Marked, SearchRequest, Sort
from catalog.search.facets import BY_NAME, checkboxes
from catalog.search.parameters import PAGE_SIZES
from portal.kit.facets import Chip, Facet, chips, without

_SORTS = {
    Sort.RELEVANCE: "Best match",
    Sort.POPULARITY: "Most looked at",
    Sort.CHANGED: "Recently updated",
    Sort.NAME: "Name",
}


@dataclass(frozen=True)
class Offer:
    """A way out of an empty page."""

    label: str
    url: str
    hint: str


@dataclass(frozen=True)
class Results:
    """An answer, as its page shows it."""

    asked: SearchRequest
    answer: Answer
    query: QueryDict

    @cached_property
    def facets(self) -> list[Facet]:
        """Return the groups of checkboxes."""
        return checkboxes(self.answer, self.asked.filters)

    @property
    def chips(self) -> list[Chip]:
        """Return what is chosen."""
        return chips(self.query, self.facets)

    @property
    def clear_url(self) -> str:
        """Return the address of the text alone."""
        kept = self.query.copy()
        for name in [*BY_NAME, "page"]:
            kept.pop(name, None)
        return f"?{kept.urlencode()}"

    @property
    def pages(self) -> Page[int]:
        """Return the page as Django's paginator knows it."""
        return Paginator(range(self.answer.total), self.asked.size).get_page(self.answer.page)

    @property
    def status(self) -> str:
        """Say how much was found."""
        if not self.answer.total:
            return "Nothing found"
        about = "More than " if self.answer.is_about else ""
        noun = "result" if self.answer.total == 1 else "results"
        return f"{about}{self.answer.total:,} {noun if self.asked.text else noun.replace('result', 'asset')}"

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """Return the orders on offer."""
        return [(sort.value, label, sort == self.asked.sort) for sort, label in _SORTS.items()]

    @property
    def sizes(self) -> list[tuple[int, bool]]:
        """Return the page sizes on offer."""
        return [(size, size == self.asked.size) for size in PAGE_SIZES]

    @property
    def correction_url(self) -> str:
        """Return the address of the corrected text, narrowed as before."""
        return self._with(q=self.answer.correction)

    @property
    def csv_url(self) -> str:
        """Return the address of all results as CSV."""
        return self._with(format="csv")

    @property
    def offers(self) -> list[Offer]:
        """Return the choices that keep everything out, the one that keeps out most first."""
        ways = sorted(self.answer.without.items(), key=lambda way: -way[1])
        offers = [
            Offer(f"Without {BY_NAME[name].label.lower()}", without(self.query, name), _results(n)) for name, n in ways
        ]
        all_gone = Offer("Without any filter", self.clear_url, "")
        return offers or ([all_gone] if self.asked.filters else [])

    def _with(self, **values: str) -> str:
        query = self.query.copy()
        query.pop("page", None)
        for name, value in values.items():
            query[name] = value
        return f"?{query.urlencode()}"


def marked(pieces: Marked) -> SafeString:
    """Return the text as HTML with its matches in <mark>; everything in it is escaped."""
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", piece.text) if piece.is_match else piece.text,) for piece in pieces)
    )


def _results(number: int) -> str:
    return f"{number:,} result{'' if number == 1 else 's'}"
