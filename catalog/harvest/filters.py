"""The filters of the list of runs, for the page and the API."""

from django.db.models import QuerySet
from django.forms import DateInput
from django.http import HttpRequest
from django_filters import ChoiceFilter, DateFilter, FilterSet, ModelChoiceFilter

from catalog.harvest.models import Run
from catalog.sources.models import Source
from catalog.sources.queries import visible_sources
from portal.kit.models import JobState
from portal.kit.people import signed_in


def _sources(request: HttpRequest | None) -> QuerySet[Source]:
    """Return the sources to choose from: a hidden one is as wrong a choice as one that does not exist."""
    return visible_sources(signed_in(request)) if request else Source.objects.none()


def _day() -> DateInput:
    return DateInput(attrs={"type": "date"})


class RunFilter(FilterSet):  # type: ignore[misc]  # the package has no types
    """By source, state, outcome, kind, trigger and the days in which they were asked for."""

    source = ModelChoiceFilter(queryset=_sources, empty_label="Every source")
    state = ChoiceFilter(field_name="job__state", choices=JobState.choices, empty_label="Every state", label="State")
    outcome = ChoiceFilter(choices=Run.Outcome.choices, empty_label="Every outcome", label="Outcome")
    kind = ChoiceFilter(choices=Run.Kind.choices, empty_label="Every kind", label="Kind")
    trigger = ChoiceFilter(choices=Run.Trigger.choices, empty_label="Every trigger", label="Asked for")
    since = DateFilter(field_name="job__created_at", lookup_expr="date__gte", label="From", widget=_day())
    until = DateFilter(field_name="job__created_at", lookup_expr="date__lte", label="To", widget=_day())

    class Meta:
        model = Run
        fields = ("source", "state", "outcome", "kind", "trigger", "since", "until")
