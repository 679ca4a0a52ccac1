"""The copy of the index in Elasticsearch, and what it has not heard of yet."""

from django.db import models


class Mirror(models.Model):
    """The one copy (id 1), if there is one. While it stands, a trigger notes changed documents in Pending."""

    serving = models.CharField(max_length=100, blank=True, help_text="The index that answers; empty until it is full.")
    building = models.CharField(max_length=100, blank=True, help_text="The index that is being filled.")
    copied_to = models.BigIntegerField(default=0, help_text="The last asset that is in it.")
    copied = models.PositiveIntegerField(default=0)
    to_copy = models.PositiveIntegerField(default=0)
    mapping_version = models.PositiveIntegerField(default=0, help_text="Of the index that answers.")
    built_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True, help_text="When it was last compared with the database.")
    repaired = models.PositiveIntegerField(default=0, help_text="Documents that this comparison mended.")
    failed_at = models.DateTimeField(null=True, help_text="Since when it can't be reached.")
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_mirror")]
        permissions = [("manage_index", "Can rebuild and check the search index")]

    def __str__(self) -> str:
        return self.serving


class Pending(models.Model):
    """A document that the copy has to hear of. `narrows`: fewer people may see it than the copy believes."""

    asset_id = models.BigIntegerField()
    narrows = models.BooleanField(default=False)
    at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        indexes = [models.Index(fields=["asset_id"], name="pending_narrowing", condition=models.Q(narrows=True))]

    def __str__(self) -> str:
        return str(self.asset_id)
