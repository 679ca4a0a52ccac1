"""The caller's own tokens over the API."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from access.people.actions import tokens
from access.people.models import ApiToken, User
from portal.kit.errors import NotAllowed
from portal.kit.people import signed_in


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """A token without its secret."""

    class Meta:
        model = ApiToken
        fields = ("id", "name", "hint", "created_at", "expires_at", "last_used_at", "revoked_at")


class NewTokenSerializer(serializers.Serializer[Any]):
    """What a new token needs."""

    name = serializers.CharField(max_length=80)
    days = serializers.IntegerField(
        min_value=1, max_value=3650, allow_null=True, default=90, help_text="null: it does not end."
    )


class MadeTokenSerializer(TokenSerializer):
    """A new token with its secret, told this once."""

    secret = serializers.CharField()

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "secret")  # type: ignore[assignment]  # one more than its parent


@extend_schema_view(
    list=extend_schema(description="List the caller's own tokens, without their secrets."),
    retrieve=extend_schema(description="Read one of the caller's tokens, without its secret."),
    destroy=extend_schema(description="Revoke a token at once; it stays in the list."),
)
class TokenViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.DestroyModelMixin, GenericViewSet[ApiToken]
):
    """The caller's own tokens."""

    serializer_class = TokenSerializer
    queryset = ApiToken.objects.none()

    def get_queryset(self) -> QuerySet[ApiToken]:
        """Return the caller's tokens."""
        return ApiToken.objects.filter(owner=signed_in(self.request).pk).select_related("owner")

    @extend_schema(request=NewTokenSerializer, responses={201: MadeTokenSerializer})
    def create(self, request: Request) -> Response:
        """Make a token. Only a signed-in browser can: a stolen token must not breed others that outlive it."""
        if not isinstance(request.successful_authenticator, SessionAuthentication):
            raise NotAllowed("A token can't make tokens.", how_to_fix="Make it on your account's page.")
        wanted = NewTokenSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        token, secret = tokens.make(by=User.objects.get(pk=signed_in(request).pk), **wanted.validated_data)
        made = {**TokenSerializer(token).data, "secret": secret}
        return Response(made, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})

    def perform_destroy(self, instance: ApiToken) -> None:
        """Revoke the token; it stays in the list."""
        tokens.revoke(instance, by=signed_in(self.request))
