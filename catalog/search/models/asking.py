"""What people ask, what they open of the answer, and what they want to be told of."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from catalog.assets.models import Asset


class AskedQuery(models.Model):
    """A search that somebody made. Kept for a while, to see where search fails; see analytics."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=400, help_text="As typed.")
    key = models.CharField(max_length=400, help_text="Lower case and single spaces, to tell the same query.")
    query = models.TextField(blank=True, help_text="The address's parameters.")
    total = models.PositiveIntegerField()
    is_guess = models.BooleanField(default=False)
    engine = models.CharField(max_length=20)
    is_fallback = models.BooleanField(default=False, db_default=False, help_text="Not the usual engine answered.")
    milliseconds = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="asked_at"),
            models.Index(fields=["person", "-at"], name="asked_by_person"),
        ]
        permissions = [("view_analytics", "Can see what people search for and do not find")]

    def __str__(self) -> str:
        return self.text


class OpenedResult(models.Model):
    """A result that was opened."""

    asked = models.ForeignKey(AskedQuery, on_delete=models.CASCADE, related_name="opened")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveIntegerField(help_text="Where it stood, from 1.")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asked", "asset"], name="opened_once")]

    def __str__(self) -> str:
        return f"{self.place} of {self.asked_id}"


class Cadence(models.TextChoices):
    """How soon somebody is told of new matches."""

    NEVER = "never", "Never"
    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day"
    WEEKLY = "weekly", "Once a week"


class SavedSearch(models.Model):
    """A search that a person keeps. `matches` are the assets they have been told of or have seen in it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=100)
    query = models.TextField(help_text="The address's parameters, without page and size.")
    tells = models.CharField(max_length=10, choices=Cadence, default=Cadence.NEVER)
    by_mail = models.BooleanField(default=False)
    matches = ArrayField(models.BigIntegerField(), default=list)
    news = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=[],
        help_text="Of the matches those found since the person last opened the search, a hundred at most.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("person", Lower("name"), name="saved_search_once")]
        indexes = [models.Index(fields=["tells", "checked_at"], name="saved_search_due")]

    def __str__(self) -> str:
        return self.name
