"""Assets: lists, columns, descriptions, history, owners."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.assets import actions
from catalog.assets.api.serializers import (
    AssetSerializer,
    ColumnSerializer,
    DescriptionSerializer,
    HistorySerializer,
    NewDescriptionSerializer,
    NewOwnerSerializer,
    OwnerSerializer,
    SensitivitySerializer,
)
from catalog.assets.holders import find_holder
from catalog.assets.models import Asset, AssetKind, Certification, Sensitivity
from catalog.assets.policies import Powers, may_name_owners
from catalog.assets.queries.assets import in_lists, shown_column_text, visible_asset
from catalog.assets.queries.changes import changes_of
from catalog.assets.queries.descriptions import description_of, description_of_column
from catalog.assets.queries.domains import visible_domains
from catalog.assets.queries.edits import edits_of
from catalog.assets.queries.owners import owners_of, owners_of_many
from catalog.assets.visibility import AssetQuerySet
from portal.kit.errors import Invalid
from portal.kit.paging import Pages
from portal.kit.people import signed_in
from portal.kit.policies import require
from portal.kit.web import found_or_404


class ColumnPages(Pages):
    """Columns in their order."""

    ordering = "position"


class AssetPages(Pages):
    """Assets, newest first; found as quickly for people who see few as for those who see all."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """Narrow the rows to those that this page can hold; how they are cut into pages stays the framework's."""
        size, cursor = self.get_page_size(request), self.decode_cursor(request)
        offset, is_reverse, position = cursor or (0, False, None)
        if size and view.action == "list" and isinstance(queryset, AssetQuerySet):
            beyond = {} if position is None else {"pk__gt" if is_reverse else "pk__lt": position}
            order, person = "id" if is_reverse else "-id", signed_in(request)
            found = queryset.filter(**beyond).first_of(person, order, limit=(offset or 0) + size + 1)
            queryset = queryset.filter(pk__in=found.values("pk"))
        return super().paginate_queryset(queryset, request, view)


class AssetFilter(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """Narrow the list."""

    source = django_filters.NumberFilter("source")
    schema = django_filters.NumberFilter("schema")
    domain = django_filters.NumberFilter(method="in_domain")
    kind = django_filters.ChoiceFilter(choices=AssetKind.choices)
    sensitivity = django_filters.ChoiceFilter(choices=Sensitivity.choices)
    certification = django_filters.ChoiceFilter(choices=Certification.choices)
    q = django_filters.CharFilter("name", lookup_expr="istartswith", label="Beginning of the name")
    gone = django_filters.BooleanFilter("gone_at", lookup_expr="isnull", exclude=True, label="Gone from the source")

    class Meta:
        model = Asset
        fields: tuple[str, ...] = ()

    def in_domain(self, rows: QuerySet[Asset], name: str, value: int) -> QuerySet[Asset]:
        """Keep the assets of a domain that the caller may know of."""
        return rows.filter(domain__in=visible_domains(signed_in(self.request)).filter(pk=value))


class AssetViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Asset]):
    """Assets that the caller may know of. Those gone from their source come with ?gone=true."""

    queryset = Asset.objects.none()
    serializer_class = AssetSerializer
    filterset_class = AssetFilter
    pagination_class = AssetPages
    _shown: Sequence[Asset] = ()

    def get_queryset(self) -> QuerySet[Asset]:
        """Return the assets that the caller may know of."""
        if getattr(self, "swagger_fake_view", False):
            return Asset.objects.none()
        seen = Asset.objects.visible_to(signed_in(self.request))
        return in_lists(seen if self.detail or "gone" in self.request.query_params else seen.present())

    def paginate_queryset(self, queryset: Any) -> Any:
        """Keep the page at hand for its owners."""
        self._shown = super().paginate_queryset(queryset) or ()
        return self._shown

    def get_object(self) -> Asset:
        """Return one visible asset, and keep it at hand for its owners."""
        asset = super().get_object()
        self._shown = [asset]
        return asset

    def get_serializer_context(self) -> dict[str, Any]:
        """Add the owners of what is shown, in one query."""
        owners = owners_of_many(self._shown) if self._shown else {}
        return {**super().get_serializer_context(), "owners": owners}

    @extend_schema(responses=ColumnSerializer(many=True))
    @action(detail=True, filterset_class=None, pagination_class=ColumnPages)
    def columns(self, request: Request, pk: str = "") -> Response:
        """List the columns in their order."""
        rows: Any = self._asset().columns.annotate(shown_text=shown_column_text())
        return self.get_paginated_response(ColumnSerializer(super().paginate_queryset(rows), many=True).data)

    @extend_schema(methods=["GET"], parameters=[OpenApiParameter("column", str)], responses=DescriptionSerializer)
    @extend_schema(methods=["PATCH"], request=NewDescriptionSerializer, responses=DescriptionSerializer)
    @action(detail=True, methods=["get", "patch"], filterset_class=None, url_path="description")
    def describe(self, request: Request, pk: str = "") -> Response:
        """Read the layers of a description, or write the human one."""
        asset, column = self._asset(), request.query_params.get("column", "")
        if request.method == "PATCH":
            given = NewDescriptionSerializer(data=request.data)
            given.is_valid(raise_exception=True)
            facts = given.validated_data
            column = facts["column"]
            actions.describe(
                asset=asset,
                text=facts["text"],
                version=facts["version"],
                column_name=column,
                by=signed_in(request),
            )
        resolved = description_of_column(asset, column) if column else description_of(asset)
        return Response(DescriptionSerializer(found_or_404(resolved)).data)

    @extend_schema(parameters=[OpenApiParameter("page", int)], responses=HistorySerializer)
    @action(detail=True, filterset_class=None)
    def history(self, request: Request, pk: str = "") -> Response:
        """Read what harvests changed of the structure and what people changed of the descriptions."""
        asset, number = self._asset(), request.query_params.get("page")
        runs, edits = changes_of(signed_in(request), asset, number), edits_of(asset, number)
        page = max(runs.number, edits.number)
        return Response(
            HistorySerializer(
                {
                    "structure": runs.object_list if runs.number == page else [],
                    "descriptions": edits.object_list if edits.number == page else [],
                    "page": page,
                    "has_more": runs.has_next() or edits.has_next(),
                }
            ).data
        )

    @extend_schema(methods=["GET"], responses=OwnerSerializer(many=True))
    @extend_schema(methods=["POST"], request=NewOwnerSerializer, responses={201: OwnerSerializer})
    @action(detail=True, methods=["get", "post"], filterset_class=None, pagination_class=None)
    def owners(self, request: Request, pk: str = "") -> Response:
        """List who answers for the asset (its own owners, else its domain's), or name somebody."""
        asset = self._asset()
        if request.method == "GET":
            return Response(OwnerSerializer(owners_of(asset).rows, many=True).data)
        require(may_name_owners(signed_in(request), asset))  # before anybody is looked up
        given = NewOwnerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        holder = find_holder(given.validated_data["holder"])
        if holder is None:
            raise Invalid("There is no such person or team.", field="holder")
        row = actions.name_owner(thing=asset, role=given.validated_data["role"], holder=holder, by=signed_in(request))
        return Response(OwnerSerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    @action(detail=True, methods=["delete"], url_path=r"owners/(?P<owner>\d+)", filterset_class=None)
    def dismiss(self, request: Request, pk: str = "", owner: str = "") -> Response:
        """End that somebody answers for the asset."""
        row = found_or_404(self._asset().ownerships.filter(pk=int(owner)).first())
        actions.dismiss_owner(ownership=row, by=signed_in(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=SensitivitySerializer, responses={200: SensitivitySerializer})
    @action(detail=True, methods=["put"], filterset_class=None, pagination_class=None)
    def sensitivity(self, request: Request, pk: str = "") -> Response:
        """Say how sensitive the asset is; an empty level takes it back."""
        asset, by = self._asset(), signed_in(request)
        require(Powers(by, asset).classify)
        given = SensitivitySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        level, note = given.validated_data["level"], given.validated_data["note"]
        if level:
            actions.classify(asset=asset, sensitivity=Sensitivity(level), note=note, by=by)
        else:
            actions.declassify(asset=asset, note=note, by=by)
        return Response({"level": asset.sensitivity, "note": asset.sensitivity_note})

    def _asset(self) -> Asset:
        """The asset without what lists show."""
        number = str(self.kwargs["pk"])
        return found_or_404(visible_asset(signed_in(self.request), int(number)) if number.isdecimal() else None)
