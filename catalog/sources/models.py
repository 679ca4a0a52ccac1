"""Sources: where metadata is harvested from, and the credentials for it, encrypted."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower

_UNITS = (("week", 7 * 24 * 60), ("day", 24 * 60), ("hour", 60), ("minute", 1))


class Source(models.Model):
    """A warehouse."""

    class Engine(models.TextChoices):
        POSTGRESQL = "postgresql", "PostgreSQL"

    class Tls(models.TextChoices):
        OFF = "disable", "Off"
        PREFER = "prefer", "If offered"
        REQUIRE = "require", "Required"
        VERIFY = "verify-full", "Required, certificate checked"

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100, unique=True, help_text="First part of every path in this source.")
    engine = models.CharField(max_length=20, choices=Engine, default=Engine.POSTGRESQL)
    description = models.TextField(blank=True)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField(default=5432, validators=[MinValueValidator(1), MaxValueValidator(65535)])
    database = models.CharField(max_length=128)
    username = models.CharField(max_length=128)
    password_encrypted = models.TextField(editable=False)
    tls = models.CharField(max_length=12, choices=Tls, default=Tls.PREFER)
    left_out_schemas = models.TextField(blank=True, help_text="Patterns of schemas to leave out, one a line.")
    is_private = models.BooleanField(default=False)
    harvest_every_minutes = models.PositiveIntegerField(null=True, blank=True)
    next_harvest_at = models.DateTimeField(null=True)
    is_enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="source_name_any_case",
                violation_error_message="There is a source of this name already. Choose another.",
            )
        ]
        permissions = [("manage_source", "Can add, change and test sources")]

    def __str__(self) -> str:
        return self.name

    @property
    def schedule_words(self) -> str:
        """Say what follows "every": hour, 6 hours, day, week."""
        minutes = self.harvest_every_minutes or 0
        unit, length = next((name, size) for name, size in _UNITS if minutes % size == 0)
        number = minutes // length
        return unit if number == 1 else f"{number} {unit}s"
