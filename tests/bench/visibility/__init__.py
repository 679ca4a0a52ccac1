"""What people may see, at ten thousand to a million assets: Atrium beside django-guardian's own way, in one run."""

from collections.abc import Iterator

from tests.bench.goals import Goal
from tests.bench.place import Answer, place

_STEP = "tests.bench.visibility.step"
WHO = {"much": "sees 7 % by domains", "few": "sees ten single assets", "all": "sees everything"}
_PAGE_MS, _COUNT_MS, _RIGHTS_MS, _LABELS_MS = 10, 15, 3, 2


def run(*, quick: bool) -> list[Goal]:
    """Measure and print; return the figures."""
    sizes = (10_000, 50_000) if quick else (10_000, 100_000, 1_000_000)
    found: dict[int, Answer] = {}
    with place() as made:
        present = 0
        for size in sizes:
            built = made.step(_STEP, "build", str(present), str(size))
            print(f"\n{size:,} assets, built in {built['seconds']:.0f} s, {built['grants']:,} grants at the peer")
            found[size] = made.step(_STEP, "ask", str(size))
            _show(found[size])
            present = size
    return list(_goals(found, sizes[0], sizes[-1]))


def _show(answer: Answer) -> None:
    print(f"{'call':34}{'who':6}{'times':>6}{'median':>9}{'p95':>9}{'CPU ms':>9}{'most':>9}{'answer':>12}")
    for (call, who), it in _figures(answer):
        figures = "".join(f"{it[name]:>9.2f}" for name in ("median", "p95", "cpu", "most"))
        print(f"{call:34}{who:6}{it['times']:>6}{figures}{it['answer']:>12,}", flush=True)


def _figures(answer: Answer) -> Iterator[tuple[tuple[str, str], Answer]]:
    for key, it in answer["calls"].items():
        call, _, who = key.partition("/")
        yield (call, who), it


def _goals(found: dict[int, Answer], few: int, many: int) -> Iterator[Goal]:
    def cpu(call: str, who: str, size: int = many) -> float:
        return float(found[size]["calls"][f"{call}/{who}"]["cpu"])

    for page in ("first page", "first page of the API", "first page of search"):
        if f"{page}/few" not in found[many]["calls"]:
            continue
        name = page.replace(" ", "_")
        for who in WHO:
            yield Goal("visibility", f"{name}_ms_{who}", cpu(page, who), _PAGE_MS)
            yield Goal("visibility", f"{name}_growth_{who}", cpu(page, who) / cpu(page, who, few), 2)
    for who in WHO:
        yield Goal("visibility", f"count_ms_{who}", cpu("count", who), _COUNT_MS)
        yield Goal("visibility", f"rights_on_25_ms_{who}", cpu("rights on 25", who), _RIGHTS_MS)
    for who in ("much", "few"):
        yield Goal("visibility", f"labels_ms_{who}", cpu("labels", who), _LABELS_MS)
    pages = {who: cpu("guardian, first page", who) / cpu("first page", who) for who in ("much", "few")}
    yield Goal("visibility", "guardian_of_first_page_few", pages["few"], 100, at_least=True)
    yield Goal("visibility", "guardian_of_first_page_much", pages["much"], 2.5, at_least=True)
    counts = {who: cpu("guardian, count", who) / cpu("count", who) for who in ("much", "few")}
    yield Goal("visibility", "guardian_of_count_much", counts["much"], 15, at_least=True)
    yield Goal("visibility", "guardian_of_count_few", counts["few"])
    rights = cpu("guardian, 25 prefetched", "much") / cpu("rights on 25", "much")
    yield Goal("visibility", "guardian_of_rights_on_25_much", rights)
