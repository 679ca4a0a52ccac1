"""Job runs, the outbox and notifications."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class JobState(models.TextChoices):
    """Where a piece of background work stands."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    CANCELLING = "cancelling", "Stopping"
    SUCCEEDED = "succeeded", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


UNFINISHED = (JobState.QUEUED, JobState.RUNNING, JobState.CANCELLING)


class JobRun(models.Model):
    """One piece of background work with its progress, so that a page can show it and a lost worker is noticed."""

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    task = models.CharField(max_length=100, help_text="Name of the Celery task that takes this run's id.")
    state = models.CharField(max_length=12, choices=JobState, default=JobState.QUEUED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0, help_text="Passing failures so far.")
    not_before = models.DateTimeField(null=True, help_text="Waits until then to be tried again.")
    priority = models.PositiveSmallIntegerField(default=5, help_text="1 goes before 9.")
    trace = models.CharField(max_length=55, blank=True, help_text="Where it was asked for, as a W3C traceparent.")
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["sent_at"], name="job_unfinished", condition=Q(state__in=UNFINISHED))]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED


class JobLine(models.Model):
    """A line of a run's log."""

    run = models.ForeignKey(JobRun, on_delete=models.CASCADE, related_name="lines")
    at = models.DateTimeField(auto_now_add=True)
    level = models.CharField(max_length=7, choices=[("info", "Info"), ("warning", "Warning"), ("error", "Error")])
    text = models.TextField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text


class OutboxMessage(models.Model):
    """Something to be done because of a change, written in the transaction of that change."""

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    available_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["available_at"], name="outbox_waiting")]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class DeadLetter(models.Model):
    """Work that failed for good: kept with what it was to do, until somebody replays or discards it."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        REPLAYED = "replayed", "Replayed"
        DISCARDED = "discarded", "Discarded"

    topic = models.CharField(max_length=60, help_text="Names the handler that replays it; see dead_letters.py.")
    subject = models.CharField(max_length=300, help_text="What it was about, in words.")
    key = models.CharField(max_length=200, help_text="The same failure again adds to the open letter of its key.")
    payload = models.JSONField(default=dict)
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    trace = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=1)
    first_failed_at = models.DateTimeField()
    last_failed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    original_payload = models.JSONField(null=True, help_text="As it was before somebody edited it.")

    class Meta:
        ordering = ["-last_failed_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "key"], condition=Q(state="open"), name="dead_letter_once")
        ]
        permissions = [("manage_dead_letters", "Can inspect, edit, replay and discard failed work")]

    def __str__(self) -> str:
        return f"{self.topic}: {self.subject}"


class Notification(models.Model):
    """A line in a person's inbox. `key` makes the same news arrive once."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="notification_once")]
        indexes = [models.Index(fields=["recipient"], name="notification_unread", condition=Q(read_at=None))]
        permissions = [("view_gallery", "Can see the gallery of components")]

    def __str__(self) -> str:
        return self.text
