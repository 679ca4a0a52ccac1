"""API tokens: made, shown once, used, revoked."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from access.people.models import ApiToken, User
from access.people.policies import may_end_token
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit import clock
from portal.kit.errors import Conflict, Invalid
from portal.kit.ids import digest, new_token
from portal.kit.people import Person
from portal.kit.policies import require

PREFIX = "atr"
MADE = register("token.made", "made the API token {object}")
REVOKED = register("token.revoked", "revoked the API token {object}")
_HINT = 9
_MOST_ACTIVE = 20
_USE_NOTED_EVERY = timedelta(minutes=1)


def make(*, by: User, name: str, days: int | None) -> tuple[ApiToken, str]:
    """Store a token that ends after so many days (None: never) and return it with its secret, told only here."""
    name = name.strip()
    if not name:
        raise Invalid("Give the token a name by which you will know it.", field="name")
    secret = new_token(PREFIX)
    expires_at = clock.now() + timedelta(days=days) if days else None
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        if active_tokens(by) >= _MOST_ACTIVE:
            raise Conflict(f"You have {_MOST_ACTIVE} tokens. Revoke one that is not needed any more.")
        token = ApiToken.objects.create(
            owner=by, name=name[:80], digest=digest(secret), hint=secret[:_HINT], expires_at=expires_at
        )
        details = {"token": token.pk, "expires_at": expires_at.isoformat() if expires_at else None}
        record(MADE, by=by, obj=token, object_name=token.name, details=details)
    return token, secret


def active_tokens(person: User) -> int:
    """Return how many of the person's tokens work."""
    return person.api_tokens.filter(_working()).count()


def revoke(token: ApiToken, *, by: Person) -> None:
    """End a token at once; raise NotAllowed for others than its owner and administrators."""
    require(may_end_token(by, token.owner))
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now()):
            record(REVOKED, by=by, obj=token, object_name=token.name, details={"owner": token.owner_id})


def owner_of(secret: str) -> tuple[User, ApiToken] | None:
    """Return the active person behind a working token; the use is noted at most once a minute."""
    if not secret.startswith(f"{PREFIX}_"):
        return None
    working = ApiToken.objects.filter(_working(), digest=digest(secret), owner__is_active=True)
    token = working.select_related("owner").first()
    if token is None:
        return None
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at > _USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.owner, token


def _working() -> Q:
    return Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=clock.now()))
