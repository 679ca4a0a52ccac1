"""The filters of the list of runs, for the page and the API."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from catalog.harvest.models import Run
from catalog.sources.models import Source
from catalog.sources.queries import visible_sources
from portal.kit.models import JobState
from portal.kit.people import signed_in


def _sources(request: HttpRequest | None) -> QuerySet[Source]:
    """Return the sources to choose from: a hidden one is as wrong a choice as one that does not exist."""
    return visible_sources(signed_in(request)) if request else Source.objects.none()


class RunFilter(FilterSet):  # type: ignore[misc]  # the package has no types
    """By source and by state."""

    source = ModelChoiceFilter(queryset=_sources, empty_label="Every source")
    state = ChoiceFilter(field_name="job__state", choices=JobState.choices, empty_label="Every state", label="State")

    class Meta:
        model = Run
        fields = ("source", "state")
