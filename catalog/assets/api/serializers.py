"""What the API says of assets, columns, their history and owners."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.assets.actions.descriptions import LONGEST
from catalog.assets.holders import key_of
from catalog.assets.models import Asset, Column, Domain, Ownership, OwnershipRole, Sensitivity
from catalog.assets.queries.changes import RunChanges, ShownChange
from catalog.assets.queries.descriptions import Resolved
from catalog.assets.queries.edits import Edit
from catalog.assets.queries.numbers import Number
from catalog.assets.queries.owners import Owners
from catalog.assets.visibility import shown_domain
from portal.kit.people import signed_in


class NamedSerializer(serializers.Serializer[Any]):
    """Something by number and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class OwnerSerializer(serializers.ModelSerializer[Ownership]):
    """Who answers for an asset or domain."""

    holder = serializers.SerializerMethodField(help_text="person:ID or team:ID")
    name = serializers.SerializerMethodField()

    class Meta:
        model = Ownership
        fields = ("id", "role", "holder", "name", "created_at")

    def get_holder(self, row: Ownership) -> str:
        """Return the key of the person or team."""
        holder = row.person or row.team
        return key_of(holder) if holder else ""

    def get_name(self, row: Ownership) -> str:
        """Return the name of the person or team."""
        return str(row.person or row.team)


class NewOwnerSerializer(serializers.Serializer[Any]):
    """Whom to name as what."""

    role = serializers.ChoiceField(choices=OwnershipRole.choices)
    holder = serializers.CharField(help_text="person:ID or team:ID")


class SensitivitySerializer(serializers.Serializer[Any]):
    """How sensitive an asset is; an empty level takes it back."""

    level = serializers.ChoiceField(choices=Sensitivity.choices, allow_blank=True)
    note = serializers.CharField(
        required=False, default="", allow_blank=True, help_text="Needed to lower a level or to take it back."
    )


class AssetSerializer(serializers.ModelSerializer[Asset]):
    """An asset in a list."""

    source = NamedSerializer()  # type: ignore[assignment]  # a field's name, not where the serializer reads
    schema = NamedSerializer()
    domain = serializers.SerializerMethodField()
    description = serializers.CharField(source="shown_text", help_text="The description that shows, in Markdown.")
    owners = serializers.SerializerMethodField()
    harvested_at = serializers.DateTimeField(source="schema.harvested_at")

    class Meta:
        model = Asset
        fields = (
            "id", "name", "path", "kind", "source", "schema", "domain", "description", "certification",
            "certification_note", "sensitivity", "sensitivity_note", "history_from", "history_to", "owners",
            "column_count", "row_estimate", "size_bytes", "properties", "written_at", "changed_at",
            "first_seen_at", "harvested_at", "gone_at",
        )  # fmt: skip

    @extend_schema_field(NamedSerializer(allow_null=True))
    def get_domain(self, asset: Asset) -> Any:
        """Return the domain if the caller may know of it."""
        domain: Domain | None = shown_domain(signed_in(self.context["request"]), asset.domain)
        return NamedSerializer(domain).data if domain else None

    @extend_schema_field(OwnerSerializer(many=True))
    def get_owners(self, asset: Asset) -> Any:
        """Return the asset's owners, else those of its domain."""
        owners: Owners = self.context["owners"][asset.pk]
        return OwnerSerializer(owners.rows, many=True).data


class DescriptionSerializer(serializers.Serializer[Resolved]):
    """A description with its layers, the strongest first; send `version` back with a new text."""

    version = serializers.IntegerField()
    layers = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_layers(self, resolved: Resolved) -> Any:
        """Return what each layer says."""
        return [
            {"layer": each.layer, "text": each.text, "by": str(each.by) if each.by else None, "at": each.at}
            for each in resolved.layers
        ]


class NewDescriptionSerializer(serializers.Serializer[Any]):
    """A text for an asset, or for one of its columns; an empty one removes it."""

    text = serializers.CharField(allow_blank=True, max_length=LONGEST)
    version = serializers.IntegerField(min_value=0, help_text="The version it was edited from, 0 for none.")
    column = serializers.CharField(required=False, default="", trim_whitespace=False)


class ColumnSerializer(serializers.ModelSerializer[Column]):
    """A column with the description that shows."""

    description = serializers.CharField(source="shown_text")

    class Meta:
        model = Column
        fields = (
            "position", "name", "data_type", "logical_type", "is_nullable", "default", "is_generated", "description",
        )  # fmt: skip


class AssetChangeSerializer(serializers.Serializer[ShownChange]):
    """One change of the structure."""

    kind = serializers.CharField(source="change.kind")
    part = serializers.CharField(source="change.part")
    name = serializers.CharField(source="change.name")
    is_breaking = serializers.BooleanField(source="change.is_breaking")
    before = serializers.DictField()
    after = serializers.DictField()


class AssetRunSerializer(serializers.Serializer[RunChanges]):
    """What one harvest changed."""

    run = serializers.IntegerField()
    seen_at = serializers.DateTimeField()
    is_breaking = serializers.BooleanField()
    changes = AssetChangeSerializer(many=True)
    more = serializers.IntegerField(help_text="Further changes that are left out.")


class EditSerializer(serializers.Serializer[Edit]):
    """One version of a description."""

    id = serializers.IntegerField(source="history_id")
    column = serializers.CharField(source="column_name")
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    why = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class HistorySerializer(serializers.Serializer[Any]):
    """A page of the structure's history and of the descriptions'."""

    structure = AssetRunSerializer(many=True)
    descriptions = EditSerializer(many=True)
    page = serializers.IntegerField()
    has_more = serializers.BooleanField()


class DomainSerializer(serializers.ModelSerializer[Domain]):
    """A domain with the number of its assets that the caller may see."""

    assets = serializers.SerializerMethodField()

    class Meta:
        model = Domain
        fields = ("id", "name", "slug", "description", "is_private", "assets", "created_at")
        read_only_fields = ("slug",)
        extra_kwargs: dict[str, dict[str, list[str]]] = {"name": {"validators": []}}

    def get_assets(self, domain: Domain) -> int:
        """Return how many of its assets the caller may see."""
        counted: dict[int | None, Number] = self.context["numbers"]
        return counted.get(domain.pk, Number()).present
