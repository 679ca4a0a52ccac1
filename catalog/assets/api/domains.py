"""Domains that the caller may know of."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.assets import actions
from catalog.assets.api.serializers import DomainSerializer
from catalog.assets.models import Domain
from catalog.assets.queries.domains import visible_domains
from catalog.assets.queries.numbers import By, numbers
from portal.kit.people import signed_in


class DomainViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Domain]):
    """Domains that the caller may know of, counted over what they may see."""

    queryset = Domain.objects.none()
    serializer_class = DomainSerializer

    def get_queryset(self) -> QuerySet[Domain]:
        """Return the visible domains."""
        if getattr(self, "swagger_fake_view", False):
            return Domain.objects.none()
        return visible_domains(signed_in(self.request))

    def get_serializer_context(self) -> dict[str, Any]:
        """Add the numbers of visible assets, in one query."""
        is_documented = getattr(self, "swagger_fake_view", False)
        counted = {} if is_documented else numbers(signed_in(self.request), By.DOMAIN)
        return {**super().get_serializer_context(), "numbers": counted}

    @extend_schema(request=DomainSerializer, responses={201: DomainSerializer})
    def create(self, request: Request) -> Response:
        """Make a domain."""
        given = DomainSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        made = actions.make_domain(
            facts=actions.DomainFacts(facts["name"], facts.get("description", "")),
            is_private=facts.get("is_private", False),
            by=signed_in(request),
        )
        return Response(self.get_serializer(self._again(made)).data, status=status.HTTP_201_CREATED)

    @transaction.atomic
    @extend_schema(request=DomainSerializer(partial=True), responses=DomainSerializer)
    def partial_update(self, request: Request, pk: str = "") -> Response:
        """Change what is given; privacy is another step, for administrators."""
        domain, by = self.get_object(), signed_in(request)
        given = DomainSerializer(domain, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        if {"name", "description"} & facts.keys():
            changed = actions.DomainFacts(facts.get("name", domain.name), facts.get("description", domain.description))
            actions.change_domain(domain=domain, facts=changed, by=by)
        if facts.get("is_private", domain.is_private) != domain.is_private:
            actions.set_privacy(domain=domain, is_private=facts["is_private"], by=by)
        return Response(self.get_serializer(self._again(domain)).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str = "") -> Response:
        """Remove a domain; its assets stay."""
        actions.remove_domain(domain=self.get_object(), by=signed_in(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _again(self, domain: Domain) -> Domain:
        return self.get_queryset().get(pk=domain.pk)
