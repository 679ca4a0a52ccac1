"""Harvest runs, how each schema fared in them, and the change sets they were."""

from django.conf import settings
from django.db import models

from catalog.assets.models import Asset, ChangeKind, SchemaChange
from catalog.sources.models import Source
from portal.kit.models import JobRun


class Run(models.Model):
    """One harvest of one source. Its state, progress and log are those of the job."""

    class Trigger(models.TextChoices):
        PERSON = "person", "Started by hand"
        SCHEDULE = "schedule", "On schedule"
        RETRY = "retry", "Tried again"
        APPROVAL = "approval", "Approved after review"
        REPLAY = "replay", "Replayed from the dead letters"

    class Kind(models.TextChoices):
        HARVEST = "harvest", "Harvest"
        DRY_RUN = "dry_run", "Dry run"
        UNDO = "undo", "Undo"

    class Outcome(models.TextChoices):
        """What became of the change set; empty while the run is unfinished or has failed."""

        APPLIED = "applied", "Applied"
        PARTLY = "partly", "Applied in part"
        PLANNED = "planned", "Dry run"
        HELD = "held", "Held for approval"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        UNDONE = "undone", "Undone"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    job = models.OneToOneField(JobRun, on_delete=models.CASCADE, related_name="harvest")
    trigger = models.CharField(max_length=10, choices=Trigger)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.HARVEST)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    about = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="followed_by", help_text="Run it approves or undoes."
    )
    only_schemas = models.JSONField(null=True, help_text="Names of the schemas it is confined to; null: all.")
    phase = models.CharField(max_length=20, blank=True)
    phases = models.JSONField(default=list, help_text="[name, began at (ISO 8601)] of each phase.")
    held_because = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, help_text="Why it was approved, rejected or undone.")
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    renamed = models.PositiveIntegerField(default=0, help_text="Renames and moves that it offers.")
    unchanged = models.PositiveIntegerField(default=0)
    has_journal = models.BooleanField(default=False, help_text="What was before it is kept: it can be undone.")
    relations_read = models.PositiveIntegerField(default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        permissions = [
            ("run_harvest", "Can start, stop and retry harvests"),
            ("view_runs", "Can see harvest runs"),
            ("review_changes", "Can approve, reject and undo what harvests change, and accept renames"),
        ]

    def __str__(self) -> str:
        return f"Harvest {self.pk} of {self.source}"

    @property
    def percent(self) -> int | None:
        """How far it is. Numbers of schemas are not told: some may be hidden from who looks."""
        return 100 * self.job.done // self.job.total if self.job.total else None


class SchemaResult(models.Model):
    """How a schema fared in a run: a resumed run goes on with those that are not applied."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        APPLIED = "applied", "Applied"
        FAILED = "failed", "Failed"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="schemas")
    schema_name = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.APPLIED)
    share = models.PositiveSmallIntegerField(default=0, help_text="Which of the run's sessions takes it.")
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
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


class PlannedChange(models.Model):
    """What a dry run or a held run would change: a SchemaChange that has not happened."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="planned")
    asset = models.ForeignKey(Asset, null=True, on_delete=models.CASCADE, help_text="None: it would be new.")
    schema_name = models.CharField(max_length=300)
    asset_name = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=ChangeKind)
    part = models.CharField(max_length=8, choices=SchemaChange.Part)
    name = models.CharField(max_length=300)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    is_breaking = models.BooleanField(default=False)

    class Meta:
        ordering = ["schema_name", "asset_name", "part", "name"]
        indexes = [models.Index(fields=["run", "schema_name", "asset_name"], name="planned_change_of_run")]

    def __str__(self) -> str:
        return f"{self.schema_name}.{self.asset_name} {self.get_kind_display().lower()}"


class Before(models.Model):
    """An asset as it was before a run touched it, so that the run can be undone exactly."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="before")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE)
    state = models.CharField(max_length=10, choices=ChangeKind, help_text="What the run did to it.")
    facts = models.JSONField(help_text="The harvested fields of its row.")
    columns = models.JSONField(default=list)
    keys = models.JSONField(default=list)
    indexes = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "asset"], name="before_once")]

    def __str__(self) -> str:
        return f"{self.asset_id} before {self.run_id}"


class SchemaBefore(models.Model):
    """A schema as it was before a run touched it, with the vitals of its assets that were otherwise unchanged."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="schemas_before")
    schema_name = models.CharField(max_length=300)
    was_there = models.BooleanField(default=True, help_text="No: the run brought it into the catalog.")
    comment = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=32, blank=True)
    gone_at = models.DateTimeField(null=True)
    vitals = models.JSONField(default=list, help_text="Rows of id, row_estimate, size_bytes, write_count, written_at.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "schema_name"], name="schema_before_once")]

    def __str__(self) -> str:
        return f"{self.schema_name} before {self.run_id}"


class Rename(models.Model):
    """Two assets, or two columns of one, that may be the same thing under another name; somebody decides."""

    class State(models.TextChoices):
        OFFERED = "offered", "Offered"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Not the same"
        SETTLED = "settled", "Settled otherwise"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="renames")
    old_asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    new_asset = models.ForeignKey(Asset, null=True, on_delete=models.SET_NULL, related_name="+")
    old_name = models.CharField(max_length=700, help_text="Path of the asset, or name of the column.")
    new_name = models.CharField(max_length=700)
    is_column = models.BooleanField(default=False)
    score = models.FloatField(help_text="0 to 1.")
    evidence = models.JSONField(default=list, help_text="[sign, in words] that speak for it.")
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    carried = models.JSONField(default=dict, help_text="How much of what went over, by kind.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-score", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "old_asset", "old_name", "new_name"], name="rename_once")]

    def __str__(self) -> str:
        return f"{self.old_name} → {self.new_name}"
