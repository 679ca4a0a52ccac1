"""From which day to which an asset's data goes, in words."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from catalog.assets.models import Asset, AssetKind

_DAYS_A_YEAR, _DAYS_A_MONTH = 365.25, 30.44


@dataclass(frozen=True)
class History:
    """The earliest and the latest day in its time columns, and who says so."""

    first: date
    last: date
    origin: str

    def __str__(self) -> str:
        return f"{date_format(self.first, 'j M Y')} to {date_format(self.last, 'j M Y')}, {self.length}"

    @property
    def length(self) -> str:
        """Say how long it is, as people would."""
        days = (self.last - self.first).days + 1
        for unit, length in (("year", _DAYS_A_YEAR), ("month", _DAYS_A_MONTH)):
            number = round(days / length)
            if number >= 1 and days >= length * 0.95:
                return f"about {number} {unit}{'' if number == 1 else 's'}"
        return f"{days} day{'' if days == 1 else 's'}"


def history_of(asset: Asset) -> History | None:
    """Return from when to when the data goes, or None when its source does not tell."""
    if asset.history_from is None or asset.history_to is None:
        return None
    files = asset.kind == AssetKind.DATA_SET
    origin = "by the notes in its files and folders" if files else "by its source's statistics on time columns"
    return History(asset.history_from, asset.history_to, origin)
