"""Looking around: sources, their schemas, their assets."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from catalog.assets.policies import may_admit_to_source, may_place_schema
from catalog.assets.queries.assets import in_lists
from catalog.assets.queries.browse import assets_of_schema, browse_tree, visible_schema
from catalog.assets.tables import AssetTable, SchemaTable
from catalog.assets.visibility import shown_domain
from portal.kit.people import signed_in
from portal.kit.tables import csv_of, wants_csv
from portal.kit.web import found_or_404, page


@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """Show the sources with their schemas."""
    return page(request, "assets/browse.html", {"branches": browse_tree(signed_in(request))})


@require_safe
def source(request: HttpRequest, source_id: int) -> HttpResponseBase:
    """Show the schemas of a source."""
    person = signed_in(request)
    branch = found_or_404(next(iter(browse_tree(person, source_id)), None))
    table = SchemaTable(branch.schemas, request=request)
    if wants_csv(request):
        return csv_of(table, f"{branch.source.slug} schemas")
    context = {"branch": branch, "source": branch.source, "table": table, "may_admit": may_admit_to_source(person)}
    return page(request, "assets/browse_source.html", context, fragment="ui/table.html")


@require_safe
def schema(request: HttpRequest, schema_id: int) -> HttpResponseBase:
    """Show the assets of a schema whose name or description holds ?q=; ?gone=1 adds those that are gone."""
    person = signed_in(request)
    found = found_or_404(visible_schema(person, schema_id))
    with_gone, wanted = "gone" in request.GET, request.GET.get("q", "").strip()
    rows = in_lists(assets_of_schema(person, found, with_gone=with_gone)).order_by("name")
    if wanted:
        rows = rows.filter(Q(name__icontains=wanted) | Q(shown_text__icontains=wanted))
    table = AssetTable(rows, request=request, exclude=("schema",))
    if wants_csv(request):
        return csv_of(table, f"{found.source.slug} {found.name}")
    context = {
        "schema": found,
        "domain": shown_domain(person, found.domain),
        "table": table,
        "filter": wanted,
        "with_gone": with_gone,
        "may_place": may_place_schema(person, found, None),
    }
    return page(request, "assets/browse_schema.html", context, fragment="ui/table.html")
