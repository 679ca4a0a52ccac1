"""The component tags: what they say to eyes, ears and scripts."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from lucide import IconDoesNotExist

from portal.kit import clock, moments
from portal.kit.components.marks import initials
from portal.kit.diffs import Part, values, words
from portal.kit.facets import Chip, Facet, FacetOption, chips
from portal.kit.models import JobRun, JobState
from portal.navigation import GROUPS
from tests.architecture.sources import ROOT

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def shown(source: str, **values: Any) -> str:
    request = RequestFactory().get("/here/?q=x&page=2")
    return Template("{% load ui %}" + source).render(Context({"request": request} | values))


def test_icons_are_silent_unless_labelled() -> None:
    assert 'aria-hidden="true"' in shown('{% icon "lock" %}')
    assert 'role="img" aria-label="Private &lt;b&gt;"' in shown('{% icon "lock" label=label %}', label="Private <b>")


def test_every_icon_named_in_templates_and_code_exists() -> None:
    sources = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "portal").rglob("*.py")]
    named = re.compile(r'icon="([a-z][a-z0-9-]*)"|{% icon "([a-z0-9-]+)"')
    found = {first or second for path in sources for first, second in named.findall(path.read_text())}
    found |= {place.icon for group in GROUPS for place in group.places}
    for name in sorted(found):
        shown("{% icon name %}", name=name)
    assert len(found) > 30


@pytest.mark.parametrize("path", sorted((ROOT / "static" / "css").glob("*.css")), ids=lambda path: path.name)
def test_every_stylesheet_closes_what_it_opens(path: Path) -> None:
    depth = 0
    for sign in re.findall("[{}]", path.read_text()):
        depth += 1 if sign == "{" else -1
        assert depth >= 0
    assert depth == 0


@pytest.mark.parametrize(("folder", "kind", "most"), [("css", "*.css", 15_000), ("js", "*.js", 15_000)])
def test_styles_and_scripts_keep_their_budget(folder: str, kind: str, most: int) -> None:
    files = list((ROOT / "static" / folder).glob(kind))
    assert len(files) >= 3
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= most


def test_an_unknown_icon_or_tone_is_an_error_of_the_author() -> None:
    with pytest.raises(IconDoesNotExist):
        shown('{% icon "no-such-icon" %}')
    with pytest.raises(ValueError, match="tone 'loud' is none of"):
        shown('{% badge "x" tone="loud" %}')


@pytest.mark.parametrize(
    ("level", "word", "tone"),
    [
        ("public", "Public", "ok"),
        ("RESTRICTED", "Restricted", "bad"),
        ("confidential", "Confidential", "warn"),
        ("", "Not classified", ""),
        (None, "Not classified", ""),
        ("made-up", "Not classified", ""),
    ],
)
def test_sensitivity_is_word_glyph_and_colour(level: str | None, word: str, tone: str) -> None:
    html = shown("{% sensitivity level %}", level=level)
    assert f"<span>{word}</span>" in html
    assert f'class="badge {tone}"' in html
    assert "<svg" in html


def test_texts_of_people_are_escaped_everywhere() -> None:
    attack = '"><script>x</script>'
    source = (
        "{% badge a title=a %}{% person a url=a %}{% stat a a hint=a %}{% meter 1 a %}{% button a name=a %}"
        "{% link_button a a %}{% post_button a a confirm=a %}{% crumb a a %}{% tab a a %}{% step a number=1 %}"
        "{% panel a %}{{ a }}{% endpanel %}{% alert title=a %}{{ a }}{% endalert %}"
        "{% empty_state a text=a %}{% endempty_state %}"
        "{% entry by=a %}{{ a }}{% endentry %}{% fact a %}{{ a }}{% endfact %}{% text_diff a '' %}{% value_diff d e %}"
        "{% menu a %}{{ a }}{% endmenu %}{% dialog id='x' title=a %}{{ a }}{% enddialog %}"
        "{% sparkline s label=a %}{{ a|markdown }}"
    )
    html = shown(source, a=attack, d={attack: attack}, e={attack: "b"}, s=[1, 2])
    assert "<script>" not in html


def test_keywords_become_attributes() -> None:
    html = shown('{% button "Save" hx_post="/x" disabled=True name=none %}', none=None)
    assert ' hx-post="/x" disabled=""' in html
    assert "name" not in html


def test_an_icon_button_has_a_name() -> None:
    assert 'aria-label="Edit" title="Edit"' in shown('{% button "Edit" icon="pencil" hide_label=True %}')


def test_post_button_carries_the_token() -> None:
    html = shown('{% post_button "Follow" "/follow/" %}', csrf_token="abc")
    assert '<form method="post" action="/follow/">' in html
    assert 'name="csrfmiddlewaretoken" value="abc"' in html


def test_the_tab_of_this_page_is_current() -> None:
    html = shown('{% tabs "Asset" %}{% tab "Here" "/here/" count=0 %}{% tab "There" "/there/" %}{% endtabs %}')
    assert html.count("aria-current") == 1
    assert '<a href="/here/" aria-current="page">Here<span class="n">0</span></a>' in html


def test_pagination_keeps_the_question_and_marks_the_page() -> None:
    page = Paginator(range(100), 10).page(2)
    html = shown("{% pagination page %}", page=page)
    assert 'href="?q=x&amp;page=3" rel="next"' in html
    assert 'href="?q=x&amp;page=2" aria-current="page"' in html


def test_one_page_needs_no_pagination() -> None:
    assert shown("{% pagination page %}", page=Paginator([1], 10).page(1)) == ""


def test_facet_shows_selected_options_before_the_fold() -> None:
    options = [FacetOption(str(number), f"Option {number}", number, selected=number == 9) for number in range(10)]
    html = shown("{% facet facet %}", facet=Facet("kind", "Kind", options, shown=3))
    first, rest = html.split("6 more")
    assert first.count("checkbox") == 4
    assert 'value="9" checked' in first
    assert rest.count("checkbox") == 6


def test_chips_remove_just_their_filter() -> None:
    query = RequestFactory().get("/?kind=a&kind=b&q=x&page=3").GET
    facet = Facet("kind", "Kind", [FacetOption("a", "A", selected=True), FacetOption("c", "C")])
    assert chips(query, [facet]) == [Chip("Kind: A", "?kind=b&q=x")]


def test_running_job_asks_again_and_a_finished_one_does_not() -> None:
    running = JobRun(pk=1, subject="Harvest", state=JobState.RUNNING, done=3, total=9, message="Reading")
    html = shown('{% job_progress run url="/job/" %}', run=running)
    assert 'hx-get="/job/" hx-trigger="every 2s"' in html
    assert '<progress max="9" value="3"' in html
    running.state = JobState.FAILED
    running.error_message = "The server refused the password."
    html = shown('{% job_progress run url="/job/" %}', run=running)
    assert "hx-trigger" not in html
    assert "The server refused the password." in html


def test_job_of_unknown_size_has_an_open_bar() -> None:
    html = shown('{% job_progress run url="/job/" %}', run=JobRun(pk=1, state=JobState.QUEUED, subject="x"))
    assert re.search(r"<progress aria-label=\"x\"></progress>", html)
    assert "Waiting for a worker" in html


def test_meter_of_the_unknown_claims_nothing() -> None:
    assert "unknown" in shown('{% meter none "Tested" %}', none=None)
    html = shown('{% meter 5 "Owned" maximum=12 %}')
    assert "42%" in html
    assert 'max="12"' in html


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=10), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=-2), "in 2 days"),
        (timedelta(days=90), "26 Aug 2026"),
    ],
)
def test_moments_are_said_as_people_say_them(ago: timedelta, said: str) -> None:
    assert moments.relative(NOW - ago, NOW) == said


def test_exact_moment_is_in_the_title(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    html = shown("{% when moment %}", moment=NOW - timedelta(hours=2))
    assert html == '<time datetime="2026-11-24T10:00:00+00:00" title="24 Nov 2026, 10:00:00 UTC">2 h ago</time>'


def test_no_moment_says_never() -> None:
    assert shown('{% when none missing="not yet" %}', none=None) == '<span class="muted">not yet</span>'


def test_word_diff_gives_back_both_texts() -> None:
    before, after = "Every order, daily.", "Every confirmed order, hourly."
    parts = words(before, after)
    assert "".join(part.text for part in parts if part.kind != "added") == before
    assert "".join(part.text for part in parts if part.kind != "removed") == after
    assert Part("removed", "daily") in parts
    assert Part("added", "hourly") in parts


def test_long_texts_are_compared_by_line() -> None:
    lines = [f"line {number} of many words in a long text\n" for number in range(800)]
    parts = words("".join(lines), "".join([*lines, "one more\n"]))
    assert parts[-1] == Part("added", "one more\n")


def test_value_diff_names_only_what_differs() -> None:
    changes = values({"type": "int", "key": None, "old": "x"}, {"type": "text", "key": None, "new": "y"})
    assert [(change.name, change.kind) for change in changes] == [
        ("type", "changed"),
        ("old", "removed"),
        ("new", "added"),
    ]


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ana Ruiz", "AR"), ("data.platform", "DP"), ("Prince", "P"), ("李娜", "李"), ("", "?"), ("— x", "X")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_nobody_is_said() -> None:
    assert "nobody" in shown("{% person none %}", none=None)


def test_a_missing_argument_is_found_when_the_template_is_read() -> None:
    with pytest.raises(TemplateSyntaxError):
        shown("{% badge %}")
