"""What every page must be: accessible in both themes and two widths, fine at 320 px, usable by keyboard, light."""

import gzip
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Response, ViewportSize

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROWEST: ViewportSize = {"width": 320, "height": 640}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
MOST_REQUESTS = 12
MOST_BYTES = 60_000
TAB_STOPS = 25

_static_sizes: dict[str, int] = {}

# Links within a sentence are exempt (WCAG 2.5.8, "inline"); a control counts together with its label.
SMALL_TARGETS = """() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const inSentence = (element) => element.tagName === "A" && getComputedStyle(element).display === "inline";
  const box = (element) => {
    const label = element.labels?.[0];
    const own = element.getBoundingClientRect();
    if (!label || !/^(checkbox|radio)$/.test(element.type)) return [own.width, own.height];
    const other = label.getBoundingClientRect();
    return [Math.max(own.right, other.right) - Math.min(own.left, other.left), Math.max(own.height, other.height)];
  };
  return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((element) => shown(element) && !element.closest(".sr, .skip") && !inSentence(element))
    .map((element) => [element.outerHTML.slice(0, 120), ...box(element)])
    .filter(([, width, height]) => width < 23.9 || height < 23.9)
    .map(([html, width, height]) => `${Math.round(width)}x${Math.round(height)}: ${html}`);
}"""
# A copy of a polling element does not poll: nothing moves while it is measured. Nothing lies under the sticky bar.
STAND_STILL = """() => {
  document.querySelectorAll("[hx-trigger*=every]").forEach((element) => element.replaceWith(element.cloneNode(true)));
  document.activeElement?.blur();
}"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map((element) => element.outerHTML.slice(0, 120))"""
FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const [x, y] = [box.left + Math.min(box.width / 2, 30), box.top + Math.min(box.height / 2, 12)];
  const top = document.elementFromPoint(x, y);
  const covered = top && !element.contains(top) && !top.contains(element) && !element.labels?.length;
  return { html: element.outerHTML.slice(0, 120), ring, covered: covered ? top.outerHTML.slice(0, 80) : "" };
}"""


def check_page(page: Page) -> None:
    """Reload the page and raise AssertionError naming all that is wrong with it."""
    page.set_viewport_size(DESKTOP)
    found = [*_weight(page), *_keyboard(page)]
    page.evaluate(STAND_STILL)
    page.evaluate(AXE_SCRIPT)
    for viewport in (DESKTOP, PHONE):
        page.set_viewport_size(viewport)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [f"{scheme} {viewport['width']} px: {problem}" for problem in axe(page)]
        found += [f"{viewport['width']} px: target of {small}" for small in page.evaluate(SMALL_TARGETS)]
    page.set_viewport_size(NARROWEST)
    found += [f"320 px: wider than the screen: {element}" for element in page.evaluate(TOO_WIDE)]
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert not found, "\n".join([page.url, *found])


def axe(page: Page) -> list[str]:
    """Return what axe finds, a line an element; its script must be in the page."""
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    result: dict[str, Any] = page.evaluate("options => { scrollTo(0, 0); return axe.run(document, options); }", options)
    return [
        f"{rule['id']}: {node['html'][:160]} ({_why(node)})" for rule in result["violations"] for node in rule["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])[:200]


def _weight(page: Page) -> list[str]:
    urls: list[str] = []

    def note(response: Response) -> None:
        urls.append(response.url)

    page.on("response", note)
    page.reload(wait_until="load")
    page.remove_listener("response", note)
    total = sum(_compressed(page, url) for url in urls)
    found = [f"{len(urls)} requests: {urls}"] if len(urls) > MOST_REQUESTS else []
    return found + ([f"{total} bytes compressed"] if total > MOST_BYTES else [])


def _compressed(page: Page, url: str) -> int:
    """Ask again for its bytes: the browser keeps only those it needs."""
    if url in _static_sizes:
        return _static_sizes[url]
    size = len(gzip.compress(page.request.get(url).body()))
    if "/static/" in url:
        _static_sizes[url] = size
    return size


def _keyboard(page: Page) -> list[str]:
    """Tab through the first stops: each shows its focus and lies under nothing."""
    found = []
    for _ in range(TAB_STOPS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None:
            break
        if not focus["ring"]:
            found.append(f"focus not visible: {focus['html']}")
        if focus["covered"]:
            found.append(f"focus covered by {focus['covered']}: {focus['html']}")
    return found
