"""Which description shows, and why: layers from the strongest to the weakest."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from catalog.assets.models import Asset, Column, Description, Layer
from portal.kit.people import Person

STRENGTH = (Layer.HUMAN, Layer.HARVESTED, Layer.PROPAGATED, Layer.SUGGESTED)


@dataclass(frozen=True)
class LayerText:
    """What one layer says."""

    layer: Layer
    text: str
    by: Person | None = None
    at: datetime | None = None

    @property
    def origin(self) -> str:
        """Say where the text comes from."""
        if self.layer == Layer.HUMAN:
            return f"Written here by {self.by or 'somebody who has left'}"
        return str(self.layer.label)


@dataclass(frozen=True)
class Resolved:
    """The layers that say something, strongest first. `version` is that of the human text, 0 for none."""

    layers: list[LayerText] = field(default_factory=list)
    version: int = 0

    @property
    def shown(self) -> LayerText | None:
        """Return the layer that wins."""
        return self.layers[0] if self.layers else None

    @property
    def others(self) -> list[LayerText]:
        """Return the layers that are outvoted."""
        return self.layers[1:]

    @property
    def human_text(self) -> str:
        """Return what people have written, which is what they edit."""
        return next((layer.text for layer in self.layers if layer.layer == Layer.HUMAN), "")


def resolve(comment: str, rows: Iterable[Description]) -> Resolved:
    """Order what the source and people and rules say of one thing."""
    stored = {row.layer: row for row in rows}
    said = {Layer(name): LayerText(Layer(name), row.text, row.edited_by, row.edited_at) for name, row in stored.items()}
    if comment.strip():
        said[Layer.HARVESTED] = LayerText(Layer.HARVESTED, comment)
    human = stored.get(Layer.HUMAN)
    return Resolved([said[layer] for layer in STRENGTH if layer in said], human.version if human else 0)


def description_of(asset: Asset) -> Resolved:
    """Return the description of an asset."""
    return resolve(asset.comment, asset.descriptions.filter(column_name="").select_related("edited_by"))


def description_of_column(asset: Asset, column_name: str) -> Resolved | None:
    """Return the description of a column, or None when the asset never had it."""
    column = asset.columns.filter(name=column_name).first()
    rows = list(asset.descriptions.filter(column_name=column_name).select_related("edited_by"))
    if column is None and not rows:
        return None
    return resolve(column.comment if column else "", rows)


def descriptions_of_columns(asset: Asset, columns: Iterable[Column]) -> dict[str, Resolved]:
    """Return the descriptions of these columns by name, in one query."""
    columns = list(columns)
    rows: dict[str, list[Description]] = defaultdict(list)
    named = [column.name for column in columns]
    for row in asset.descriptions.filter(column_name__in=named).select_related("edited_by"):
        rows[row.column_name].append(row)
    return {column.name: resolve(column.comment, rows[column.name]) for column in columns}
