"""The ledger: append-only rows without foreign keys, so that an entry outlives what it speaks of."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Event(models.Model):
    """Something that happened. A trigger refuses to change or remove it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seq = models.BigIntegerField(null=True, help_text="Given when the entry is sealed.")
    occurred_at = models.DateTimeField()
    verb = models.CharField(max_length=80)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    object_name = models.CharField(max_length=400)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    channel = models.CharField(max_length=12, help_text="page, api, worker or command")
    address = models.CharField(max_length=45, blank=True, help_text="Network prefix the request came from.")
    request_id = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["-occurred_at", "-id"]
        indexes = [
            models.Index(fields=["-occurred_at", "-id"], name="audit_newest"),
            models.Index(fields=["object_type", "object_id", "-occurred_at"], name="audit_object"),
            models.Index(fields=["actor_id", "-occurred_at"], name="audit_actor"),
            models.Index(fields=["verb", "-occurred_at"], name="audit_verb"),
        ]
        permissions = [("view_log", "Can read the audit log"), ("export_log", "Can export the audit log")]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb} {self.object_name}"
