"""What people and rules say of assets, apart from what was harvested."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from catalog.assets.models.assets import Asset
from catalog.assets.models.domains import Domain


class Layer(models.TextChoices):
    """Where a fact comes from. The strongest present one shows: human, harvested, propagated, suggested."""

    HUMAN = "human", "Written here"
    HARVESTED = "harvested", "From the source"
    PROPAGATED = "propagated", "From upstream"
    SUGGESTED = "suggested", "Suggested"


class Description(models.Model):
    """A description of an asset or of one of its columns. Never touched by a harvest.

    A column is named and not linked, so that the text waits when the column goes and finds it when it comes back.
    """

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="descriptions")
    column_name = models.CharField(max_length=300, blank=True)
    layer = models.CharField(max_length=10, choices=Layer, default=Layer.HUMAN)
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    edited_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "column_name", "layer"], name="description_once"),
            models.CheckConstraint(condition=~Q(layer=Layer.HARVESTED), name="description_not_harvested"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class OwnershipRole(models.TextChoices):
    """What a person or team answers for."""

    OWNER = "owner", "Accountable owner"
    STEWARD = "steward", "Steward"
    CUSTODIAN = "custodian", "Custodian"


class Ownership(models.Model):
    """A person or team that answers for an asset, or for every asset of a domain that has none of its own."""

    asset = models.ForeignKey(Asset, null=True, on_delete=models.CASCADE, related_name="ownerships")
    domain = models.ForeignKey(Domain, null=True, on_delete=models.CASCADE, related_name="ownerships")
    role = models.CharField(max_length=10, choices=OwnershipRole)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="ownerships")
    team = models.ForeignKey(Group, null=True, on_delete=models.CASCADE, related_name="ownerships")
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "domain", "role", "person", "team"], name="ownership_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(asset=None, domain__isnull=False) | Q(asset__isnull=False, domain=None),
                name="ownership_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(person=None, team__isnull=False) | Q(person__isnull=False, team=None),
                name="ownership_by_one_party",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.person or self.team}"
