"""The filters of the list of runs."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from catalog.harvest.models import Run
from catalog.sources.models import Source
from catalog.sources.queries import visible_sources
from portal.kit.models import JobState
from portal.kit.people import Person


class RunFilter(FilterSet):  # type: ignore[misc]  # the package has no types
    """By source and by state."""

    source = ModelChoiceFilter(queryset=Source.objects.none(), empty_label="Every source")
    state = ChoiceFilter(field_name="job__state", choices=JobState.choices, empty_label="Every state")

    class Meta:
        model = Run
        fields = ("source", "state")

    def __init__(self, data: QueryDict, *, queryset: QuerySet[Run], person: Person, **options: Any) -> None:
        super().__init__(data, queryset=queryset, **options)
        self.filters["source"].queryset = visible_sources(person)
