"""The filter of a plan."""

from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet

from catalog.assets.models import ChangeKind
from catalog.harvest.models import PlannedChange

_KINDS = [(kind.value, kind.label) for kind in ChangeKind if kind != ChangeKind.RENAMED]


class PlanFilter(FilterSet):  # type: ignore[misc]  # the package has no types
    """By kind and schema, and only what breaks readers."""

    kind = ChoiceFilter(choices=_KINDS, empty_label="Every kind", label="Kind")
    schema = ChoiceFilter(field_name="schema_name", empty_label="Every schema", label="Schema")
    is_breaking = ChoiceFilter(choices=[("True", "Breaking only")], empty_label="All", label="Readers")

    class Meta:
        model = PlannedChange
        fields = ("kind", "schema", "is_breaking")

    def __init__(self, data: Any, queryset: QuerySet[PlannedChange], schemas: list[str]) -> None:
        super().__init__(data, queryset=queryset)
        self.filters["schema"].extra["choices"] = [(name, name) for name in schemas]
