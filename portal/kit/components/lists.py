"""Lists: tables, pages, facets, active filters, names with values."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.kit.components.rendering import render
from portal.kit.facets import Chip, Facet
from portal.kit.tables import Table

register = template.Library()


@register.simple_tag(takes_context=True)
def table(context: Context, table: Table) -> SafeString:
    """A table of portal.kit.tables with sorting, pages, column chooser and CSV."""
    return render("table", {"table": table, "request": context["request"]})


@register.simple_tag(takes_context=True)
def pagination(
    context: Context, page: Page[Any], label: str = "Pages", target: str = "", parameter: str = "page"
) -> SafeString:
    """Links to the pages of a list; nothing when there is one page. `target` swaps that element by htmx."""
    if page.paginator.num_pages < 2:
        return SafeString("")
    numbers = [
        (number, _page_url(context, parameter, number) if isinstance(number, int) else "")
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    previous = _page_url(context, parameter, page.number - 1) if page.has_previous() else ""
    following = _page_url(context, parameter, page.number + 1) if page.has_next() else ""
    values = {"page": page, "numbers": numbers, "previous": previous, "following": following}
    return render("pagination", values | {"label": label, "target": target})


@register.inclusion_tag("ui/facet.html")
def facet(facet: Facet) -> dict[str, Any]:
    """A group of checkboxes with counts; put it into a GET form."""
    return {"facet": facet}


@register.inclusion_tag("ui/chips.html")
def chips(chips: Sequence[Chip], clear_url: str = "", target: str = "") -> dict[str, Any]:
    """Active filters, each a link that removes it."""
    return {"chips": chips, "clear_url": clear_url, "target": target}


@register.simple_block_tag
def facts(content: str) -> SafeString:
    """A list of names and values; fill it with `fact` tags."""
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def fact(content: str, name: str) -> SafeString:
    """One name and its value."""
    return format_html("<dt>{}</dt><dd>{}</dd>", name, content)


def _page_url(context: Context, parameter: str, number: int) -> str:
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    query[parameter] = str(number)
    return f"?{query.urlencode()}"
