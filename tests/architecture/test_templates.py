"""Templates keep to the content security policy and to their naming."""

import re

from tests.architecture.sources import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
INLINE = re.compile(
    r"""\sstyle\s*=\s*["']|\son[a-z]+\s*=\s*["']|<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)|<style|hx-on""",
    re.IGNORECASE,
)


def test_no_inline_script_or_style() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0).strip()}"
        for path in TEMPLATES
        for match in INLINE.finditer(path.read_text())
    ]
    assert found == []
    assert len(TEMPLATES) > 20


def test_pages_extend_the_base_and_fragments_begin_with_an_underscore() -> None:
    loose = [
        str(path.relative_to(ROOT))
        for path in TEMPLATES
        if not path.name.startswith("_")
        and path.parent.name != "ui"
        and path.name not in {"base.html", "500.html"}
        and "{% extends" not in path.read_text()
    ]
    assert loose == []
