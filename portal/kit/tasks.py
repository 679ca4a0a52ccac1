"""Celery entry points of the kit."""

from celery import shared_task

from portal.kit import jobs, outbox


@shared_task(name="kit.deliver_outbox")
def deliver_outbox() -> int:
    """Deliver the outbox."""
    return outbox.deliver()


@shared_task(name="kit.deliver_slow_outbox")
def deliver_slow_outbox() -> int:
    """Deliver what talks to servers elsewhere, such as mail."""
    return outbox.deliver_slow()


@shared_task(name="kit.revive_stalled_jobs")
def revive_stalled_jobs() -> int:
    """Send lost runs again."""
    return jobs.revive_stalled()
