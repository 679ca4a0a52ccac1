"""Schema history: what changed in a source, as rows written by the harvest in bulk."""

from django.db import models

from catalog.assets.models.assets import Asset


class ChangeKind(models.TextChoices):
    """What happened to the subject."""

    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    REMOVED = "removed", "Removed"
    RETURNED = "returned", "Came back"
    RENAMED = "renamed", "Renamed"


class SchemaChange(models.Model):
    """One change of an asset or of a part of it. `run` is the number of the harvest run that saw it."""

    class Part(models.TextChoices):
        ASSET = "asset", "Asset"
        COLUMN = "column", "Column"
        KEY = "key", "Key"
        INDEX = "index", "Index"

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="schema_changes")
    run = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=ChangeKind)
    part = models.CharField(max_length=8, choices=Part)
    name = models.CharField(max_length=300)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    is_breaking = models.BooleanField(default=False, help_text="A reader of the old shape may fail.")
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at", "-id"]
        indexes = [
            models.Index(fields=["asset", "-seen_at"], name="schema_change_of_asset"),
            models.Index(fields=["run"], name="schema_change_of_run"),
            models.Index(fields=["-seen_at"], name="schema_change_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.name} {self.get_kind_display().lower()}"
