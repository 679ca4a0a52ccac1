"""Harvest runs and how each schema fared in them."""

from django.db import models

from catalog.sources.models import Source
from portal.kit.models import JobRun


class Run(models.Model):
    """One harvest of one source. Its state, progress and log are those of the job."""

    class Trigger(models.TextChoices):
        PERSON = "person", "Started by hand"
        SCHEDULE = "schedule", "On schedule"
        RETRY = "retry", "Tried again"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    job = models.OneToOneField(JobRun, on_delete=models.CASCADE, related_name="harvest")
    trigger = models.CharField(max_length=10, choices=Trigger)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        permissions = [("run_harvest", "Can start, stop and retry harvests"), ("view_runs", "Can see harvest runs")]

    def __str__(self) -> str:
        return f"Harvest {self.pk} of {self.source}"

    @property
    def percent(self) -> int | None:
        """How far it is. Numbers of schemas are not told: some may be hidden from who looks."""
        return 100 * self.job.done // self.job.total if self.job.total else None


class SchemaResult(models.Model):
    """A schema that a run has applied: a resumed run goes on with the others."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="schemas")
    schema_name = models.CharField(max_length=128)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    applied_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["schema_name"]
        constraints = [models.UniqueConstraint(fields=["run", "schema_name"], name="schema_result_once")]

    def __str__(self) -> str:
        return self.schema_name
