"""Sources: where metadata is harvested from, and the credentials for it, encrypted."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower

from catalog.sources.engines.registry import all_engines

_UNITS = (("week", 7 * 24 * 60), ("day", 24 * 60), ("hour", 60), ("minute", 1))


class Source(models.Model):
    """A warehouse."""

    class Tls(models.TextChoices):
        OFF = "disable", "Off"
        PREFER = "prefer", "If offered"
        REQUIRE = "require", "Required"
        VERIFY = "verify-full", "Required, certificate checked"

    class Priority(models.IntegerChoices):
        HIGH = 1, "High"
        NORMAL = 5, "Normal"
        LOW = 9, "Low"

    class Calendar(models.TextChoices):
        EVERY_DAY = "every_day", "Every day"
        WORKING_DAYS = "working_days", "Monday to Friday"
        BUSINESS_DAYS = "business_days", "Monday to Friday, not on public holidays"

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100, unique=True, help_text="First part of every path in this source.")
    engine = models.CharField(max_length=30, default="postgresql", help_text="Key of an engine; see engines/.")
    options = models.JSONField(default=dict, blank=True, help_text="What this engine needs beside the address.")
    description = models.TextField(blank=True)
    host = models.CharField(max_length=255, blank=True)
    port = models.PositiveIntegerField(
        null=True, blank=True, default=5432, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    database = models.CharField(max_length=1000, blank=True, help_text="Database, catalog, file or folder.")
    username = models.CharField(max_length=255, blank=True)
    password_encrypted = models.TextField(blank=True, editable=False)
    next_password_encrypted = models.TextField(
        blank=True, editable=False, help_text="Tried when the server refuses the present one; then takes its place."
    )
    secret_reference = models.CharField(
        max_length=300, blank=True, help_text="Where the password is kept instead of here: env:NAME or file:/PATH."
    )
    secret_expires_on = models.DateField(
        null=True, blank=True, help_text="The last day on which the password is valid, when somebody has said so."
    )
    tls = models.CharField(max_length=12, choices=Tls, default=Tls.PREFER)
    left_out_schemas = models.TextField(blank=True, help_text="Patterns of schemas to leave out, one a line.")
    is_private = models.BooleanField(default=False)
    harvest_every_minutes = models.PositiveIntegerField(null=True, blank=True)
    harvest_cron = models.CharField(max_length=100, blank=True, help_text="Five fields; instead of the minutes.")
    harvest_time_zone = models.CharField(max_length=64, default="UTC")
    harvest_calendar = models.CharField(max_length=15, choices=Calendar, default=Calendar.EVERY_DAY)
    holidays_of = models.CharField(max_length=10, blank=True, help_text="Country, or country and region: DE, DE-BY.")
    next_harvest_at = models.DateTimeField(null=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    concurrency = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(16)],
        help_text="Sessions that a harvest may hold at once.",
    )
    statement_timeout_seconds = models.PositiveIntegerField(default=300, validators=[MinValueValidator(1)])
    removal_limit_percent = models.PositiveSmallIntegerField(
        default=20,
        validators=[MaxValueValidator(100)],
        help_text="A run that would remove a greater share of the assets waits for approval.",
    )
    needs_review = models.BooleanField(default=False, help_text="The next run waits for approval whatever it holds.")
    keep_gone_days = models.PositiveIntegerField(
        null=True, blank=True, default=90, help_text="How long what is gone from the source is kept; empty: for ever."
    )
    is_enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    is_draft = False  # set on a copy that carries a password which was typed and is not stored yet

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

    @property
    def schedule_sentence(self) -> str:
        """Say when it is harvested: every 6 hours; at 30 2 * * * (Europe/Berlin), Monday to Friday. Empty: by hand."""
        if self.harvest_cron:
            when = f"at {self.harvest_cron} ({self.harvest_time_zone})"
        elif self.harvest_every_minutes:
            when = f"every {self.schedule_words}"
        else:
            return ""
        if self.harvest_calendar == self.Calendar.EVERY_DAY:
            return when
        days = self.Calendar(self.harvest_calendar).label
        return f"{when}, {days}{f' ({self.holidays_of})' if self.holidays_of else ''}"

    @property
    def engine_label(self) -> str:
        """Return the engine's name, or its key when its package is no longer installed."""
        known = {engine.key: engine.label for engine in all_engines()}
        return known.get(self.engine, self.engine)


class ServerReport(models.Model):
    """What the last inspection of a source's server found: see engines.Inspection."""

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="server_report")
    server = models.CharField(max_length=200)
    tls = models.JSONField(default=dict)
    capabilities = models.JSONField(default=dict)
    error = models.TextField(blank=True, help_text="Why the last inspection failed; what was found before is kept.")
    inspected_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.server
