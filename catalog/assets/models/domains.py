"""Domains own assets."""

from django.db import models
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords


class Domain(models.Model):
    """A part of the business. A private one does not exist for people without a permission on it."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    is_private = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="domain_name_any_case")]
        permissions = [("manage_domain", "Can make domains and say who may see them")]

    def __str__(self) -> str:
        return self.name
