"""Settings of workers under test: what is lost is noticed within seconds instead of within a minute."""

from portal.settings.test import *  # noqa: F403 - a settings module extends another

JOB_STALLED_AFTER = 3
HARVEST_LOCK_SECONDS = 120  # tests hold schemas
JOB_TRIES = 20
JOB_RETRY_SECONDS = 1
JOB_RETRY_MOST_SECONDS = 2
CELERY_BEAT_SCHEDULE = {
    "revive-stalled-jobs": {"task": "kit.revive_stalled_jobs", "schedule": 0.5},
    "deliver-outbox": {"task": "kit.deliver_outbox", "schedule": 5.0},
}
CELERY_BEAT_MAX_LOOP_INTERVAL = 0.5
