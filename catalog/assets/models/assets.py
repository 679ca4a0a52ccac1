"""What a harvest finds: schemas, assets, columns, keys and indexes. People's facts are kept in other tables."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from catalog.assets.visibility import AssetManager
from catalog.sources.models import Source


class Schema(models.Model):
    """A namespace of a source."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="schemas")
    name = models.CharField(max_length=300)
    comment = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=32, blank=True, help_text="Digest, of engines that give one.")
    domain = models.ForeignKey(
        "assets.Domain", null=True, blank=True, on_delete=models.SET_NULL, related_name="schemas"
    )
    harvested_at = models.DateTimeField(null=True, help_text="Harvest that last compared it with the source.")
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="schema_once")]

    def __str__(self) -> str:
        return self.name


class AssetKind(models.TextChoices):
    """What sort of thing an asset is in its source."""

    TABLE = "table", "Table"
    PARTITIONED = "partitioned_table", "Partitioned table"
    VIEW = "view", "View"
    MATERIALIZED = "materialized_view", "Materialized view"
    FOREIGN = "foreign_table", "Foreign table"
    DATA_SET = "data_set", "Data set"


class Certification(models.TextChoices):
    """Whether a steward vouches for an asset."""

    NONE = "none", "Not certified"
    CERTIFIED = "certified", "Certified"
    DEPRECATED = "deprecated", "Deprecated"


class Sensitivity(models.TextChoices):
    """How much harm its data can do in the wrong hands, from least to most."""

    PUBLIC = "public", "Public"
    INTERNAL = "internal", "Internal"
    CONFIDENTIAL = "confidential", "Confidential"
    RESTRICTED = "restricted", "Restricted"


class Asset(models.Model):
    """A table, view or file that people may look for. `labels` decide who sees it; see visibility.py."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="assets")
    schema = models.ForeignKey(Schema, on_delete=models.CASCADE, related_name="assets")
    domain = models.ForeignKey("assets.Domain", null=True, blank=True, on_delete=models.SET_NULL, related_name="assets")
    has_own_domain = models.BooleanField(default=False, help_text="The domain was set here and not by the schema.")
    name = models.CharField(max_length=300)
    path = models.CharField(max_length=1000, help_text="source.schema.name, as people write it.")
    kind = models.CharField(max_length=20, choices=AssetKind)
    comment = models.TextField(blank=True, help_text="What the source says of it.")
    definition = models.TextField(blank=True, help_text="The query of a view.")
    properties = models.JSONField(default=dict, help_text="What else the source tells: format, place, partitions …")
    fingerprint = models.CharField(max_length=32, help_text="Digest of everything harvested but the vitals.")
    column_count = models.PositiveIntegerField(default=0)
    labels = ArrayField(models.CharField(max_length=30), default=list)
    scope = models.GeneratedField(
        expression=models.F("labels__0"),  # type: ignore[arg-type]  # the stubs know no F here
        output_field=models.CharField(max_length=30),
        db_persist=True,
        help_text="The label that the asset shares with its neighbours; the other one is its own.",
    )
    certification = models.CharField(max_length=12, choices=Certification, default=Certification.NONE)
    certification_note = models.CharField(max_length=300, blank=True)
    sensitivity = models.CharField(
        max_length=12, choices=Sensitivity, blank=True, db_default="", help_text="Empty: not classified."
    )
    sensitivity_note = models.CharField(max_length=300, blank=True, db_default="")
    row_estimate = models.BigIntegerField(null=True)
    size_bytes = models.BigIntegerField(null=True)
    write_count = models.BigIntegerField(null=True, help_text="Rows ever written, as counted by the source.")
    written_at = models.DateTimeField(null=True, help_text="Harvest that first saw the present write count.")
    history_from = models.DateField(
        null=True, help_text="Earliest day in its time columns, by the source's statistics."
    )
    history_to = models.DateField(null=True, help_text="Latest such day.")
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="Harvest that last changed the structure.")
    gone_at = models.DateTimeField(null=True)

    objects = AssetManager()
    history = HistoricalRecords(
        excluded_fields=[
            *("comment", "definition", "properties", "fingerprint", "column_count", "labels", "row_estimate"),
            *("size_bytes", "write_count", "written_at", "first_seen_at", "changed_at", "path", "name", "kind"),
            *("scope", "history_from", "history_to"),
        ]
    )

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["schema", "name"], name="asset_once")]
        indexes = [
            models.Index(fields=["-changed_at", "-id"], name="asset_changed", condition=Q(gone_at=None)),
            models.Index(fields=["path"], name="asset_path"),
            # What `first_of()` walks for people who do not see everything: one for each order that a list has.
            models.Index(fields=["scope", "-id"], name="asset_newest_in_scope", condition=Q(gone_at=None)),
            models.Index(
                fields=["scope", "-changed_at", "-id"], name="asset_changed_in_scope", condition=Q(gone_at=None)
            ),
            models.Index(fields=["domain", "path"], name="asset_path_in_domain", condition=Q(gone_at=None)),
        ]
        permissions = [
            ("browse_catalog", "Can look around the catalog"),
            ("view_everything", "Can see assets of private domains and sources"),
            ("edit_description", "Can describe any asset and column in sight"),
            ("edit_ownership", "Can name owners of any asset in sight"),
            ("certify_asset", "Can certify and deprecate assets"),
            ("classify_asset", "Can say how sensitive any asset in sight is"),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def is_view(self) -> bool:
        return self.kind in {AssetKind.VIEW, AssetKind.MATERIALIZED}


class LogicalType(models.TextChoices):
    """What a column holds, in the same words for every engine; the table is in docs/logical-types.md."""

    BOOLEAN = "boolean", "Yes or no"
    INTEGER = "integer", "Whole number"
    DECIMAL = "decimal", "Exact number"
    FLOAT = "float", "Approximate number"
    TEXT = "text", "Text"
    BINARY = "binary", "Bytes"
    DATE = "date", "Date"
    TIME = "time", "Time of day"
    TIMESTAMP = "timestamp", "Date and time"
    TIMESTAMP_TZ = "timestamp_tz", "Moment"
    INTERVAL = "interval", "Duration"
    UUID = "uuid", "UUID"
    JSON = "json", "JSON"
    XML = "xml", "XML"
    ENUM = "enum", "One of a list"
    SET = "set", "Some of a list"
    ARRAY = "array", "List"
    MAP = "map", "Map"
    STRUCT = "struct", "Record"
    RANGE = "range", "Range"
    SPATIAL = "spatial", "Shape or place"
    NETWORK = "network", "Network address"
    BITS = "bits", "Bits"
    SEARCH = "search", "Search document"
    VECTOR = "vector", "Vector"
    SKETCH = "sketch", "Sketch of values"
    UNKNOWN = "unknown", "Other"


class Column(models.Model):
    """A column as the source has it."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="columns")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=300)
    data_type = models.TextField(help_text="As the source writes it.")
    logical_type = models.CharField(max_length=20, choices=LogicalType, default=LogicalType.UNKNOWN)
    is_nullable = models.BooleanField(default=True)
    default = models.TextField(blank=True)
    is_generated = models.BooleanField(default=False)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["asset", "name"], name="column_once")]

    def __str__(self) -> str:
        return self.name


class KeyKind(models.TextChoices):
    """Constraints of a table."""

    PRIMARY = "primary", "Primary key"
    UNIQUE = "unique", "Unique"
    FOREIGN = "foreign", "Foreign key"
    CHECK = "check", "Check"
    EXCLUSION = "exclusion", "Exclusion"


class Key(models.Model):
    """A constraint. A foreign key names its target, which may lie outside what was harvested."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=10, choices=KeyKind)
    name = models.CharField(max_length=300)
    columns = ArrayField(models.CharField(max_length=300), default=list)
    target_schema = models.CharField(max_length=300, blank=True)
    target_name = models.CharField(max_length=300, blank=True)
    target_columns = ArrayField(models.CharField(max_length=300), default=list)
    definition = models.TextField(blank=True)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["asset", "name"], name="key_once")]
        indexes = [
            models.Index(fields=["target_schema", "target_name"], name="key_target", condition=~Q(target_name="")),
        ]

    def __str__(self) -> str:
        return self.name


class Index(models.Model):
    """An index of a table."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="indexes")
    name = models.CharField(max_length=300)
    is_unique = models.BooleanField(default=False)
    columns = ArrayField(models.CharField(max_length=300), default=list)
    definition = models.TextField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["asset", "name"], name="index_once")]

    def __str__(self) -> str:
        return self.name
