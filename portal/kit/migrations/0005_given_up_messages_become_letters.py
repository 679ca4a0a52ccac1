import hashlib
import json
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def bury(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Messages that were given up are kept with all other failed work."""
    messages: Any = apps.get_model("kit", "OutboxMessage").objects  # as it was then
    messages = messages.filter(is_dead=True)
    letters = apps.get_model("kit", "DeadLetter").objects
    for message in messages.order_by("pk").iterator():
        digest = hashlib.sha256(json.dumps(message.payload, sort_keys=True).encode()).hexdigest()[:16]
        letters.get_or_create(
            topic="outbox",
            key=f"{message.topic} {message.key} {digest}"[:200],
            state="open",
            defaults={
                "subject": f"{message.topic} {message.key}"[:300],
                "payload": {"topic": message.topic, "key": message.key, "payload": message.payload},
                "error_code": message.last_error.partition(":")[0][:60],
                "error_message": "It failed again and again before failed work was kept here.",
                "first_failed_at": message.created_at,
                "last_failed_at": message.available_at,
            },
        )
    messages.delete()


class Migration(migrations.Migration):
    dependencies = [("kit", "0004_trace_of_a_job")]

    operations = [
        migrations.RunPython(bury, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="outboxmessage", name="outbox_waiting"),
        migrations.RemoveField(model_name="outboxmessage", name="is_dead"),
        migrations.AddIndex(
            model_name="outboxmessage", index=models.Index(fields=["available_at"], name="outbox_waiting")
        ),
    ]
