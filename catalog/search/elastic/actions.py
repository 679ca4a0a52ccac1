"""What people ask of the copy: to be built anew, and to be compared now."""

from django.db import transaction

from catalog.search.backend import Unavailable as Away
from catalog.search.elastic import keeping
from catalog.search.elastic.connection import is_set_up
from catalog.search.elastic.policies import may_manage
from catalog.search.models import Mirror
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit.errors import Conflict, Unavailable
from portal.kit.models import JobRun
from portal.kit.people import Person
from portal.kit.policies import require

REBUILT = register("search.rebuilt", "asked to build the search index anew")
CHECKED = register("search.checked", "compared the search index with the catalog")


@transaction.atomic
def rebuild(*, by: Person) -> JobRun:
    """Have the index built anew while the old one answers; raise Conflict without Elasticsearch.

    A build that is under way already is given back.
    """
    require(may_manage(by))
    if not is_set_up():
        raise Conflict("There is no Elasticsearch: PostgreSQL's own index is always in step. Set ELASTICSEARCH_URL.")
    run = keeping.start_build(by)
    record(REBUILT, by=by, details={"job": run.pk})
    return run


def check(*, by: Person) -> int:
    """Compare the index with the catalog now and mend it; return how many documents differed.

    Raises Conflict while there is no index, Unavailable when the node is away.
    """
    require(may_manage(by))
    if not is_set_up() or not Mirror.objects.exclude(serving="").exists():
        raise Conflict("There is no index in Elasticsearch that could be compared. Build one first.")
    try:
        mended = keeping.check()
    except Away as error:
        raise Unavailable(f"{error} Nothing was compared; this is tried again by itself.") from error
    record(CHECKED, by=by, details={"differed": mended})
    return mended
