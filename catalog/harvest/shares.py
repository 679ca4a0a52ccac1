"""Dividing a run among several workers, so that no schema is harvested by two.

Every changed schema gets a SchemaResult row with the number of its share. Whoever works on a share holds its advisory
lock in the very session that applies it: the lock falls with the session, and then anybody may take the rest of the
share over. Share 0 is the coordinator's, who holds the run itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from celery import current_app
from django.db.models import Max
from kombu.exceptions import OperationalError as BrokerDown

from catalog.harvest.models import Run, SchemaResult
from portal.kit.jobs.running import held
from portal.kit.logs import get_logger

log = get_logger(__name__)
TASK = "harvest.share"
_LOCK_SPACE = 0x53480000  # "SH" and the share: keeps our advisory locks apart from others'
_State = SchemaResult.State
_UNFINISHED = (_State.WAITING, _State.RUNNING)


def split(weights: Mapping[str, int], into: int) -> list[list[str]]:
    """Divide schemas into at most so many shares of about the same weight; the heaviest share comes first."""
    shares: list[list[str]] = [[] for _ in range(min(into, len(weights)))]
    loads = [0] * len(shares)
    for name in sorted(weights, key=lambda name: (-weights[name], name)):
        lightest = loads.index(min(loads))
        shares[lightest].append(name)
        loads[lightest] += weights[name]
    return shares


def hand_out(run: Run, shares: list[list[str]]) -> None:
    """Note who is to take what."""
    rows = [
        SchemaResult(run=run, schema_name=name, state=_State.WAITING, share=share)
        for share, names in enumerate(shares)
        for name in names
    ]
    SchemaResult.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def hand_out_singly(run: Run, names: Iterable[str]) -> None:
    """Make a share of each of these schemas."""
    first = (SchemaResult.objects.filter(run=run).aggregate(most=Max("share"))["most"] or 0) + 1
    rows = [
        SchemaResult(run=run, schema_name=name, state=_State.WAITING, share=share)
        for share, name in enumerate(names, first)
    ]
    SchemaResult.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["run", "schema_name"], update_fields=["state", "share"]
    )


def call(run: Run) -> None:
    """Ask for a hand with each share but our own. Without a broker or a free worker we do it all by ourselves."""
    for share in pending(run):
        try:
            headers = {"traceparent": run.job.trace}
            current_app.send_task(TASK, [run.pk, share], priority=run.job.priority, headers=headers)
        except BrokerDown:
            log.warning("broker_down", run=run.pk, share=share)
            return


def pending(run: Run) -> list[int]:
    """Return the numbers of shares, but ours, with schemas that are not done."""
    rows = SchemaResult.objects.filter(run=run, state__in=_UNFINISHED, share__gt=0)
    return list(rows.order_by("share").values_list("share", flat=True).distinct())


def assigned(run: Run) -> dict[str, int]:
    """Return the share of each schema that is handed out and not done."""
    rows = SchemaResult.objects.filter(run=run, state__in=_UNFINISHED)
    return dict(rows.values_list("schema_name", "share"))


@contextmanager
def taken(run: Run, share: int) -> Iterator[list[str]]:
    """Hold a share for the body and give what is left of it: nothing when it is done or somebody else has it."""
    with held(_LOCK_SPACE + share, run.pk) as is_ours:
        rows = SchemaResult.objects.filter(run=run, share=share, state__in=_UNFINISHED)
        names = list(rows.order_by("schema_name").values_list("schema_name", flat=True)) if is_ours else []
        if names:
            rows.update(state=_State.RUNNING)
        yield names


def take_back(run: Run) -> bool:
    """Drop what is handed out and not done; return False while somebody is at one of the shares."""
    for share in pending(run):
        with held(_LOCK_SPACE + share, run.pk) as is_ours:
            if not is_ours:
                return False
            SchemaResult.objects.filter(run=run, share=share, state__in=_UNFINISHED).delete()
    SchemaResult.objects.filter(run=run, state__in=_UNFINISHED).delete()
    return True
