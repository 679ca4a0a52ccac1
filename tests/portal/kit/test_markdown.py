"""Markdown of people never becomes markup of attackers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.kit.markdown import markdown, plain


def test_common_marks_become_html() -> None:
    assert markdown("One **two** `three`\n\n- four") == (
        "<p>One <strong>two</strong> <code>three</code></p>\n<ul>\n<li>four</li>\n</ul>\n"
    )


def test_tables_lose_their_inline_styles() -> None:
    html = markdown("|a|b|\n|:-:|-:|\n|1|2|")
    assert "<td>1</td>" in html
    assert "style" not in html


def test_headings_start_below_those_of_the_page() -> None:
    assert markdown("# One\n\n## Two\n\n###### Six") == "<h3>One</h3>\n<h4>Two</h4>\n<h6>Six</h6>\n"


def test_links_lend_no_authority() -> None:
    assert markdown("[a](https://x.example)") == (
        '<p><a href="https://x.example" rel="nofollow noopener noreferrer">a</a></p>\n'
    )


def test_images_become_their_description() -> None:
    assert markdown("![a <picture>](https://x.example/p.png)") == "<p>a &lt;picture&gt;</p>\n"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](https://x.example 'on\" onclick=\"alert(1)')",
        "<style>*{display:none}</style>",
        "[a]: javascript:alert(1)\n\n[a]",
        '<https://x.example/"onmouseover=alert(1)>',
        "```<script>\nx\n```",
    ],
)
def test_attacks_stay_text(attack: str) -> None:
    tags = re.findall(r"<([a-z0-9]+)((?:[^>\"]|\"[^\"]*\")*)>", markdown(attack))
    names = {name for name, _ in tags}
    attributes = {found for _, given_ones in tags for found in re.findall(r"([a-z-]+)=\"", given_ones)}
    targets = [target for _, given_ones in tags for target in re.findall(r'href="([^"]*)"', given_ones)]
    assert not names & {"script", "img", "style"}
    assert attributes <= {"href", "title", "rel"}
    assert all(target.startswith("https://") for target in targets)


@given(some.text(max_size=200))
def test_any_text_gives_only_allowed_tags(text: str) -> None:
    names = set(re.findall(r"<([a-z0-9]+)", markdown(text)))
    assert names <= {
        "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a",
        "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip


@pytest.mark.parametrize(("given_text", "words"), [(None, ""), ("**a** & `b`\n\n- c", "a & b c"), ("<b>x", "<b>x")])
def test_plain_keeps_the_words(given_text: str | None, words: str) -> None:
    assert plain(given_text) == words
