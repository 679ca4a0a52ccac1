"""People's Markdown as safe HTML: no raw HTML, no images, links that lend no authority."""

from html import unescape

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
_PARSER.add_render_rule("image", lambda renderer, tokens, index, options, env: escape(tokens[index].content))
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}
_TAGS = {
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto"}


def markdown(text: str | None) -> SafeString:
    """Render Markdown; headings start at level 3 because pages have their own."""
    tokens = _PARSER.parse(text or "")
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
        token.attrs.pop("style", None)  # column alignment would need inline styles, which the policy forbids
    raw = _PARSER.renderer.render(tokens, _PARSER.options, {})
    clean = nh3.clean(
        raw,
        tags=_TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(clean)  # noqa: S308 - cleaned by nh3 in the line above


def plain(text: str | None) -> str:
    """Return the words of Markdown without its marks, on one line."""
    return " ".join(unescape(nh3.clean(markdown(text), tags=set())).split())
