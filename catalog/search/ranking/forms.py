"""The form of weights: one field a weight, errors at the field."""

from typing import Any

from django.forms import BoundField, CharField, FloatField, Textarea

from catalog.search.ranking.weights import KNOBS, Weights, problems
from portal.kit.forms import Form


class WeightsForm(Form):
    """Weights to try or to save. Queries are lines to try them on, when nobody has asked anything yet."""

    queries = CharField(
        required=False,
        max_length=4000,
        widget=Textarea(attrs={"rows": 4}),
        label="Queries of your own",
        help_text="One a line. They are tried beside what people asked lately.",
    )
    note = CharField(required=False, max_length=300, label="Why", help_text="For those who come after you.")

    def __init__(self, *args: Any, weights: Weights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for knob in KNOBS:
            help_text = f"{knob.help} {knob.lowest:g} to {knob.highest:g} {knob.unit}; default {knob.default:g}."
            # Limits are checked by problems(), for the API and the page alike.
            self.fields[knob.name] = FloatField(
                label=knob.label, help_text=help_text, initial=getattr(weights, knob.name)
            )
            self.fields[knob.name].widget.attrs["step"] = "any"

    @property
    def match_fields(self) -> list[BoundField]:
        """Return the fields of weights that say how well words match."""
        return [self[knob.name] for knob in KNOBS if not knob.is_signal]

    @property
    def signal_fields(self) -> list[BoundField]:
        """Return the fields of weights that say something of the asset or the person."""
        return [self[knob.name] for knob in KNOBS if knob.is_signal]

    @property
    def weights(self) -> Weights:
        """Return the weights that were entered."""
        return Weights(**{knob.name: self.cleaned_data[knob.name] for knob in KNOBS})

    @property
    def own_queries(self) -> list[str]:
        """Return the queries that were entered."""
        return [line.strip() for line in self.cleaned_data["queries"].splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        """Check limits and caps."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if all(knob.name in cleaned for knob in KNOBS):
            for name, message in problems(self.weights):
                self.add_error(name or None, message)
        return cleaned
