"""The index: one document an asset, the words that assets and columns are named by, and how many there are where.

Triggers of the database (migration `follow_assets`) keep documents in step with who may see an asset, and the tally
in step with documents, in the transaction of the change.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Left

from catalog.assets.models import Asset


class Document(models.Model):
    """What search knows of an asset."""

    asset = models.OneToOneField(Asset, primary_key=True, on_delete=models.CASCADE, related_name="document")
    scope = models.CharField(max_length=30, help_text="The asset's; kept by a trigger, as are the next five.")
    source_id = models.BigIntegerField()
    domain_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20)
    certification = models.CharField(max_length=12)
    sensitivity = models.CharField(max_length=12, blank=True)
    schema_id = models.BigIntegerField()
    name_key = models.TextField(help_text="The name's words in lower case, as a query for exactly it would be written.")
    path = models.TextField()
    description = models.TextField(blank=True, help_text="The description that shows, without marks.")
    column_names = ArrayField(models.TextField(), default=list, help_text="In lower case, each once, in order.")
    column_texts = models.TextField(blank=True, help_text="What is said of the columns.")
    surroundings = models.TextField(blank=True, help_text="Names of source, engine, kind and, when open, domain.")
    owners = ArrayField(models.CharField(max_length=30), default=list, help_text="person:ID and team:ID, owners first.")
    owner_names = ArrayField(models.CharField(max_length=150), default=list)
    words = SearchVectorField()
    name_words = SearchVectorField(
        help_text="The words of the name alone, small enough to be looked at for every match."
    )
    popularity = models.PositiveIntegerField(default=0, help_text="People who looked at it within 30 days.")
    completeness = models.PositiveSmallIntegerField(default=0, help_text="How well it is documented, 0 to 100.")
    updated_at = models.DateTimeField(help_text="When data or structure last changed, as far as harvests saw.")
    history_days = models.PositiveIntegerField(null=True, help_text="Days from the first to the last in its data.")
    revision = models.BigIntegerField(help_text="Grows with every write; later is newer.")
    indexed_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="document_words"),
            GinIndex(fields=["column_names"], name="document_column_names"),
            GinIndex(fields=["owners"], name="document_owners"),
            GinIndex(OpClass("name_key", "gin_trgm_ops"), name="document_name_trigrams"),
            models.Index(OpClass("name_key", "text_pattern_ops"), name="document_name_prefix"),
            models.Index(fields=["-popularity", "asset"], name="document_popular"),
            models.Index(fields=["scope", "-popularity", "asset"], name="document_popular_by_scope"),
            models.Index("scope", OpClass("name_key", "text_pattern_ops"), name="document_name_by_scope"),
            GinIndex(fields=["name_words"], name="document_name_words"),
            models.Index(
                Left("name_key", 2),
                models.F("popularity").desc(),
                condition=models.Q(popularity__gt=0),
                include=["name_key", "scope", "asset"],
                name="document_popular_start",
            ),
            models.Index(fields=["scope", "-updated_at", "asset"], name="document_updated_by_scope"),
            models.Index(fields=["source_id", "scope"], name="document_source"),
            models.Index(fields=["domain_id", "scope"], name="document_domain"),
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


class ColumnName(models.Model):
    """A name that columns have, whoever may see them, in lower case. Never shown without a look at who asks."""

    name = models.TextField(primary_key=True)
    key = models.TextField(help_text="Its words, as a query for exactly it would be written.")
    words = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="column_name_words"),
            models.Index(OpClass("key", "text_pattern_ops"), name="column_name_key"),
        ]

    def __str__(self) -> str:
        return self.name


class Tally(models.Model):
    """How many documents of a scope (`*`: of all) there are, or hold a column of a name.

    Rows are added, never changed, so that nobody waits for another; their sum counts. A task adds them to the sums.
    """

    scope = models.CharField(max_length=30)
    name = models.TextField(blank=True, help_text="A column's name in lower case; empty for the documents themselves.")
    number = models.IntegerField()
    is_sum = models.BooleanField(default=False, db_default=False, help_text="What was added up; once each.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "name"], condition=models.Q(is_sum=True), name="tally_sum_once")
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(is_sum=False), name="tally_to_add"),
            models.Index("scope", OpClass("name", "text_pattern_ops"), include=["number"], name="tally_by_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.number:+} {self.scope} {self.name}"
