"""Throttling of the API that stands aside when the counters can't be reached: slow is better than shut."""

from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle

from portal.kit.logs import get_logger

log = get_logger(__name__)


class Lenient(SimpleRateThrottle):
    """Allows what can't be counted, and says so in the log."""

    def allow_request(self, request: Request, view: object) -> bool:
        """Return whether the request may go on."""
        try:
            return bool(super().allow_request(request, view))  # type: ignore[arg-type]  # any view will do
        except RedisError as error:
            log.warning("throttle_unreachable", error=str(error))
            return True


class People(Lenient, UserRateThrottle):
    """By person."""


class Strangers(Lenient, AnonRateThrottle):
    """By address, for requests without a sign-in."""
