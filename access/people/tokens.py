"""API tokens: shown once, kept as digests."""

from rest_framework.authentication import BaseAuthentication


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer atr_…`."""

    def authenticate(self, request: object) -> None:
        """Replaced by the people room's own work."""
        return
