"""The index of the PostgreSQL backend: one document an asset, and the words that assets and columns are named by."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from catalog.assets.models import Asset


class Document(models.Model):
    """What search knows of an asset. Who may see it is asked of the asset itself, never of this copy."""

    asset = models.OneToOneField(Asset, primary_key=True, on_delete=models.CASCADE, related_name="document")
    name_key = models.TextField(help_text="The name's words in lower case, as a query for exactly it would be written.")
    path = models.CharField(max_length=400)
    description = models.TextField(blank=True, help_text="The description that shows, without marks.")
    owners = ArrayField(models.CharField(max_length=30), default=list, help_text="person:ID and team:ID, owners first.")
    owner_names = ArrayField(models.CharField(max_length=150), default=list)
    words = SearchVectorField()
    name_words = SearchVectorField(
        help_text="The words of the name alone, small enough to be looked at for every match."
    )
    popularity = models.PositiveIntegerField(default=0, help_text="People who looked at it within 30 days.")
    indexed_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="document_words"),
            GinIndex(OpClass("name_key", "gin_trgm_ops"), name="document_name_trigrams"),
            models.Index(OpClass("name_key", "text_pattern_ops"), name="document_name_prefix"),
            models.Index(fields=["-popularity", "asset"], name="document_popular"),
        ]

    def __str__(self) -> str:
        return self.path


class Word(models.Model):
    """A word of somebody's table or column names, whoever may see them: a correction is offered only after a check."""

    word = models.CharField(primary_key=True, max_length=40)

    class Meta:
        indexes = [GinIndex(OpClass("word", "gin_trgm_ops"), name="word_trigrams")]

    def __str__(self) -> str:
        return self.word
