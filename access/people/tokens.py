"""`Authorization: Bearer atr_…` for the API."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from access.people.actions.tokens import owner_of
from access.people.models import ApiToken, User


class TokenAuthentication(BaseAuthentication):
    """Signs in the owner of a token. Other schemes are left to the session."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the owner and the token; raise AuthenticationFailed when it does not work (any more)."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != self.keyword.lower().encode():
            return None
        found = owner_of(parts[1].decode("ascii", "replace")) if len(parts) == 2 else None
        if found is None:
            raise AuthenticationFailed("This token does not work: it is unknown, revoked or has expired.")
        return found

    def authenticate_header(self, request: Request) -> str:
        """Say how to authenticate, which makes a refusal a 401."""
        return f'{self.keyword} realm="Atrium"'


class _TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself by its metaclass
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token from your account's page."}
