"""What the results page shows of an answer: facets, chips, pages, and words for what was found."""

from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.search.backend import REACHED_AT_MOST, Answer, Kind, Marked, SearchRequest, Sort
from catalog.search.facets import BY_NAME, checkboxes
from catalog.search.parameters import PAGE_SIZES
from portal.kit.facets import Chip, Facet, chips, without

_SORTS = {
    Sort.RELEVANCE: "Best match",
    Sort.POPULARITY: "Most looked at",
    Sort.CHANGED: "Recently updated",
    Sort.NAME: "Name",
}
_KINDS = {Kind.ASSETS: "Assets", Kind.COLUMNS: "Columns"}
_OTHER = {Kind.ASSETS: Kind.COLUMNS, Kind.COLUMNS: Kind.ASSETS}
_DIGITS = 3


@dataclass(frozen=True)
class Offer:
    """A way out of an empty page."""

    label: str
    url: str
    hint: str


@dataclass(frozen=True)
class Tab:
    """A tab of the results."""

    kind: Kind
    label: str
    url: str
    is_current: bool


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
        for name in [*BY_NAME, "page", "format"]:
            kept.pop(name, None)
        return f"?{kept.urlencode()}"

    @property
    def here(self) -> str:
        """Return the address's parameters."""
        return f"?{self.query.urlencode()}"

    @property
    def pages(self) -> Page[int]:
        """Return the page as Django's paginator knows it; pages end at REACHED_AT_MOST."""
        reached = min(self.answer.total, REACHED_AT_MOST)
        return Paginator(range(reached), self.asked.size).get_page(self.answer.page)

    @property
    def first_place(self) -> int:
        """Return the place of the page's first result among all."""
        return (self.answer.page - 1) * self.asked.size + 1

    @property
    def is_beyond_reach(self) -> bool:
        """Say whether the last page is on show while there is more."""
        return self.answer.total > REACHED_AT_MOST and not self.pages.has_next()

    @property
    def reached(self) -> str:
        """Return how many results can be reached."""
        return f"{REACHED_AT_MOST:,}"

    @property
    def is_of_columns(self) -> bool:
        """Say whether columns are looked for."""
        return self.asked.kind == Kind.COLUMNS

    @property
    def status(self) -> str:
        """Say how much was found."""
        if not self.answer.total:
            return "Nothing found"
        figure = number_in_words(self.answer.total, is_about=self.answer.is_about)
        if self.is_of_columns:
            return f"Columns in {figure} table{'' if self.answer.total == 1 else 's'}"
        noun = "result" if self.asked.text else "asset"
        return f"{figure[0].upper()}{figure[1:]} {noun}{'' if self.answer.total == 1 else 's'}"

    @property
    def tabs(self) -> list[Tab]:
        """Return what may be looked for, with the number of what is; the other one's number is asked for later."""
        return [Tab(kind, label, self._tab_url(kind), kind == self.asked.kind) for kind, label in _KINDS.items()]

    @property
    def tab_figure(self) -> str:
        """Return the number of the tab on show."""
        return number_in_words(self.answer.total, is_about=self.answer.is_about, short=True)

    @property
    def other_number_url(self) -> str:
        """Return the parameters that count what the other tab would show; empty without a text."""
        return self._tab_url(_OTHER[self.asked.kind]) if self.asked.text else ""

    @property
    def finds_columns_instead(self) -> str:
        """Return the address that looks for columns, where nothing else was found."""
        return "" if self.is_of_columns or not self.asked.text else self._tab_url(Kind.COLUMNS)

    def _tab_url(self, kind: Kind) -> str:
        query = self.query.copy()
        for name in ("page", "kind", "format"):
            query.pop(name, None)
        if kind != Kind.ASSETS:
            query["kind"] = kind.value
        return f"?{query.urlencode()}"

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


def number_in_words(number: int, *, is_about: bool, short: bool = False) -> str:
    """Return 12,345, or "about 12,300" when the number is an estimate: never more digits than are known."""
    if not is_about:
        return f"{number:,}"
    rounded = round(number, _DIGITS - len(str(number)))
    return f"{'~' if short else 'about '}{rounded:,}"


def _results(number: int) -> str:
    return f"{number:,} result{'' if number == 1 else 's'}"
