"""Failed work."""

from catalog.sources.models import Source
from portal.kit.dead_letters import bury
from portal.kit.errors import Unavailable
from portal.kit.models import DeadLetter


def make_letter(source: Source) -> DeadLetter:
    """Bury a harvest of a source."""
    bury(
        "harvest.run",
        subject=f"Harvest of {source}",
        key=str(source.pk),
        payload={"source": source.pk, "only_schemas": None},
        error=Unavailable("The server is starting up. Try again in a minute.", code="server_not_ready"),
    )
    return DeadLetter.objects.get(topic="harvest.run", key=str(source.pk))
