"""What stewards and administrators set: words that mean the same, and how much each signal counts."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords


class EquivalenceKind(models.TextChoices):
    """Why two words stand for each other."""

    ABBREVIATION = "abbreviation", "Abbreviation"
    SYNONYM = "synonym", "Synonym"


class Equivalence(models.Model):
    """A short form and what it stands for, or two words for one thing. Either finds the other."""

    kind = models.CharField(max_length=12, choices=EquivalenceKind)
    short = models.CharField(max_length=60, help_text="As it stands in names: cust, dob.")
    long = models.CharField(max_length=120, help_text="What it means: customer, date of birth.")
    note = models.CharField(max_length=300, blank=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    edited_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["short", "long"]
        constraints = [models.UniqueConstraint(Lower("short"), Lower("long"), name="equivalence_once")]
        permissions = [("edit_dictionary", "Can say which words search takes for each other")]

    def __str__(self) -> str:
        return f"{self.short} = {self.long}"


class Weighting(models.Model):
    """Weights that an administrator chose; the last row is in effect, without one the defaults in ranking are."""

    weights = models.JSONField(help_text="By name of the signal, those alone that differ from the default.")
    note = models.CharField(max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        permissions = [("tune_ranking", "Can change what comes first in search")]

    def __str__(self) -> str:
        return self.note
