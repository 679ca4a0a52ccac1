"""What the schedule sends is known to workers."""

from django.conf import settings

from portal.celery import app


def test_every_scheduled_task_is_there() -> None:
    app.loader.import_default_modules()
    sent = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert sent - app.tasks.keys() == set()
    assert {"search.check_saved_soon", "search.rebuild_mirror"} <= app.tasks.keys()
