"""Single assets and lists of them: found only by those who may see them."""

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, NullIf

from catalog.assets.models import Asset, Description, Follow, Layer
from portal.kit.people import Person

_WITH = ("source", "schema", "domain")


def visible_asset(person: Person, asset_id: int) -> Asset | None:
    """Return an asset with source, schema and domain, or None when there is none that the person may know of."""
    return Asset.objects.visible_to(person).select_related(*_WITH).filter(pk=asset_id).first()


def asset_page(person: Person, asset_id: int) -> Asset | None:
    """Return a visible asset as its page needs it: with `is_followed` and `followers`."""
    followers = Follow.objects.filter(asset=OuterRef("pk")).order_by()
    number = followers.values("asset").annotate(number=Count("pk")).values("number")
    return (
        Asset.objects.visible_to(person)
        .select_related(*_WITH)
        .annotate(is_followed=Exists(followers.filter(person=person.pk)), followers=Coalesce(Subquery(number), 0))
        .filter(pk=asset_id)
        .first()
    )


def in_lists(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Add what lists show: source, schema, domain and `shown_text`, the description that wins."""
    return assets.select_related(*_WITH).defer("definition").annotate(shown_text=shown_text())


def shown_text() -> Coalesce:
    """Return an asset's description that shows, as SQL: human, then harvested, propagated, suggested; "" for none."""
    return Coalesce(
        _layer(Layer.HUMAN),
        NullIf(F("comment"), Value("")),
        _layer(Layer.PROPAGATED),
        _layer(Layer.SUGGESTED),
        Value(""),
        output_field=TextField(),
    )


def shown_column_text() -> Coalesce:
    """The same for rows of Column."""
    return Coalesce(
        _column_layer(Layer.HUMAN),
        NullIf(F("comment"), Value("")),
        _column_layer(Layer.PROPAGATED),
        _column_layer(Layer.SUGGESTED),
        Value(""),
        output_field=TextField(),
    )


def _layer(layer: Layer) -> Subquery:
    rows = Description.objects.filter(asset=OuterRef("pk"), column_name="", layer=layer)
    return Subquery(rows.values("text")[:1])


def _column_layer(layer: Layer) -> Subquery:
    rows = Description.objects.filter(asset=OuterRef("asset"), column_name=OuterRef("name"), layer=layer)
    return Subquery(rows.values("text")[:1])
