"""What the pages for those who manage sources share."""

from django.forms import BaseForm
from django.http import HttpRequest

from catalog.sources import queries
from catalog.sources.models import Source
from catalog.sources.policies import may_manage
from portal.kit.people import signed_in
from portal.kit.policies import require
from portal.kit.web import found_or_404

WHY = "Only engineers and administrators manage sources."


def manageable(request: HttpRequest, source_id: int) -> Source:
    """Return the source: 404 for those who must not know of it, refusal for those who may only see it."""
    person = signed_in(request)
    source = found_or_404(queries.visible_source(person, source_id))
    require(may_manage(person))
    return source


def status_of(form: BaseForm) -> int:
    """Return 422 for a form with errors."""
    return 422 if form.is_bound and not form.is_valid() else 200
