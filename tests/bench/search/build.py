"""A catalog of N assets in the database of DATABASE_URL: `python -m tests.bench.search.build N [--no-index]`.

The tables are filled by COPY, the index by the portal's own rebuild. Prints one line of JSON.
"""

import argparse
import json
import sys
import time

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402

from catalog.assets.models import Asset, Column  # noqa: E402
from catalog.assets.visibility import relabel, sight_of  # noqa: E402
from catalog.search.models import Document  # noqa: E402
from catalog.search.postgres import indexing  # noqa: E402
from portal.kit.models import OutboxMessage  # noqa: E402
from tests.bench.search import catalog, house  # noqa: E402
from tests.bench.search.house import House  # noqa: E402
from tests.bench.search.vocabulary import words  # noqa: E402


def main() -> None:
    """Fill an empty portal; an already full one is left as it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assets", type=int)
    parser.add_argument("--no-index", action="store_true", help="leave the index empty")
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    answer: dict[str, object] = {"assets": asked.assets}
    began = time.monotonic()
    if not Asset.objects.exists():
        _fill(asked.assets)
        answer["seconds"] = round(time.monotonic() - began, 1)
    if not asked.no_index:
        answer |= index()
    answer |= _told()
    print(json.dumps(answer))


def _fill(assets: int) -> None:
    vocabulary = words()
    made = house.make(vocabulary)
    catalog.fill(made, vocabulary, assets)
    sample = list(range(1, assets + 1, max(1, assets // 2_000)))
    if wrong := relabel(sample):
        raise RuntimeError(f"{len(wrong)} of {len(sample)} assets were labelled otherwise than the portal does it.")
    hidden = Asset.objects.exclude(scope="open").order_by("pk").values_list("pk", flat=True)
    house.give_single_assets(made, list(hidden[: 10 * house.SPARSE * 50 : 50]))


def index() -> dict[str, object]:
    """Rebuild the index from nothing as the portal does it, and tell how fast."""
    catalog.forget_index()
    OutboxMessage.objects.all().delete()
    began, spoken = time.monotonic(), [0.0]

    def progress(done: int, total: int) -> None:
        passed = time.monotonic() - began
        if passed - spoken[0] > 10:
            spoken[0] = passed
            print(f"{done:,} of {total:,}, {done / passed:,.0f} a second", file=sys.stderr, flush=True)

    written = indexing.rebuild(progress)
    seconds = time.monotonic() - began
    catalog.analyze()
    return {"indexed": written, "index_seconds": round(seconds, 1), "a_second": round(written / seconds)}


def people() -> House:
    """Return the house that was built before, by ids."""
    users = get_user_model().objects.order_by("pk").values_list("pk", flat=True)
    return House(list(users), [], [], [])


def _told() -> dict[str, object]:
    found = people()
    told: dict[str, object] = {"columns": Column.objects.count(), "documents": Document.objects.count()}
    for name, pk in (("broad", found.broad[0]), ("sparse", found.sparse[0]), ("everything", found.everything[0])):
        person = get_user_model().objects.get(pk=pk)
        sight = sight_of(person)
        told[name] = {
            "person": pk,
            "scopes": len(sight.scopes),
            "assets": len(sight.assets),
            "sees_all": sight.sees_all,
            "sees": Asset.objects.visible_to(person).count(),
        }
    return told


if __name__ == "__main__":
    main()
