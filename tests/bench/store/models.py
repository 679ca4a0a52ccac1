"""The facts of an asset and a column, each with django-simple-history."""

from django.db import models
from simple_history.models import HistoricalRecords


class Table(models.Model):
    """An asset."""

    schema = models.CharField(max_length=300)
    name = models.CharField(max_length=300)
    path = models.CharField(max_length=1000)
    kind = models.CharField(max_length=20)
    comment = models.TextField(blank=True)
    definition = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=32)
    row_estimate = models.BigIntegerField(null=True)
    size_bytes = models.BigIntegerField(null=True)
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        app_label = "store"
        constraints = [models.UniqueConstraint(fields=["schema", "name"], name="bench_table_once")]
        indexes = [models.Index(fields=["path"], name="bench_table_path")]

    def __str__(self) -> str:
        return self.path


class Field(models.Model):
    """A column."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="fields")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=300)
    data_type = models.TextField()
    logical_type = models.CharField(max_length=20)
    is_nullable = models.BooleanField(default=True)
    default = models.TextField(blank=True)
    is_generated = models.BooleanField(default=False)
    comment = models.TextField(blank=True)
    history = HistoricalRecords()

    class Meta:
        app_label = "store"
        constraints = [models.UniqueConstraint(fields=["table", "name"], name="bench_field_once")]

    def __str__(self) -> str:
        return self.name
