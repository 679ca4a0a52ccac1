"""What change sets add to the rooms below: panels on the pages of assets, and their tasks."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from catalog.assets import panels
from catalog.assets.models import Asset
from catalog.harvest.changesets import tasks
from catalog.harvest.changesets.policies import may_review
from catalog.harvest.changesets.renames.queries import offers_about
from portal.kit.people import signed_in

__all__ = ["join", "tasks"]


def join() -> None:
    """Register the panel of renames."""
    panels.add_panel("renames", _panel)


def _panel(request: HttpRequest, asset: Asset) -> SafeString:
    """Show what may have replaced an asset that is gone, to everybody; and to reviewers offers on either side."""
    person = signed_in(request)
    is_reviewer = bool(may_review(person))
    if asset.gone_at is None and not is_reviewer:
        return SafeString("")
    offers = list(offers_about(person, asset).filter(is_column=False))
    columns = list(offers_about(person, asset).filter(is_column=True)) if is_reviewer and asset.gone_at is None else []
    if not offers and not columns:
        return SafeString("")
    context = {"asset": asset, "offers": offers, "columns": columns, "is_reviewer": is_reviewer}
    return render_to_string("harvest/changesets/_panel.html", context, request)
