"""How a rename is written over the API."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.harvest.changesets.renames.queries import preview
from catalog.harvest.models import Rename


class OfferSerializer(serializers.ModelSerializer[Rename]):
    """An offer, what speaks for it, and what was carried over."""

    evidence = serializers.SerializerMethodField()
    decided_by = serializers.SerializerMethodField()

    class Meta:
        model = Rename
        fields: tuple[str, ...] = (
            "id", "run", "old_asset", "new_asset", "old_name", "new_name", "is_column", "score", "evidence", "state",
            "carried", "decided_by", "decided_at",
        )  # fmt: skip

    def get_evidence(self, rename: Rename) -> list[str]:
        """Return what speaks for it, in words."""
        return [words for _, words in rename.evidence]

    def get_decided_by(self, rename: Rename) -> str | None:
        """Return who decided."""
        return str(rename.decided_by) if rename.decided_by else None


class RenameSerializer(OfferSerializer):
    """One offer, with what accepting it would carry over."""

    would_carry = serializers.SerializerMethodField()

    class Meta(OfferSerializer.Meta):
        fields = (*OfferSerializer.Meta.fields, "would_carry")

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
    def get_would_carry(self, rename: Rename) -> dict[str, int]:
        """Return how much of what people made hangs on the old one; empty once it is decided."""
        if rename.state != Rename.State.OFFERED:
            return {}
        return {one.what: one.old for one in preview(rename) if one.old}
