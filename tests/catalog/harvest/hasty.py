"""Settings of workers under test: what is lost is noticed within seconds instead of within a minute."""

from portal.settings.test import *  # noqa: F403 - a settings module extends another

JOB_STALLED_AFTER = 3
CELERY_BEAT_SCHEDULE = {"revive-stalled-jobs": {"task": "kit.revive_stalled_jobs", "schedule": 1.0}}
