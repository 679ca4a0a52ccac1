"""Who follows and who looks at assets."""

from django.conf import settings
from django.db import models

from catalog.assets.models.assets import Asset


class Follow(models.Model):
    """A person who wants to hear of an asset's changes."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="follows")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "asset"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.person} follows {self.asset}"


class Visit(models.Model):
    """How often and when last a person opened an asset's page."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visits")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="visits")
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "asset"], name="visit_once")]
        indexes = [
            models.Index(fields=["person", "-last_at"], name="visit_recent"),
            models.Index(fields=["-last_at"], name="visit_last"),
        ]

    def __str__(self) -> str:
        return f"{self.person} saw {self.asset}"
