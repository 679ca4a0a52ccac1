"""The index of the PostgreSQL backend: one document an asset."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from catalog.assets.models import Asset


class Document(models.Model):
    """What search knows of an asset. Who may see it is asked of the asset itself, never of this copy."""

    asset = models.OneToOneField(Asset, primary_key=True, on_delete=models.CASCADE, related_name="document")
    name = models.CharField(max_length=128)
    path = models.CharField(max_length=400)
    description = models.TextField(blank=True)
    column_names = models.TextField(blank=True)
    words = SearchVectorField()
    indexed_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="document_words"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="document_name_trigrams"),
        ]

    def __str__(self) -> str:
        return self.path
