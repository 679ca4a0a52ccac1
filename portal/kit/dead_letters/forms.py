"""The forms of dead letters."""

import json
from typing import Any

from django import forms

from portal.kit.dead_letters import topics
from portal.kit.dead_letters.queries import Wanted
from portal.kit.forms import Form
from portal.kit.models import DeadLetter

_EVERY_STATE = "every"


class Filter(Form):
    """Narrows the list; open letters unless the address says otherwise."""

    text = forms.CharField(label="Words", max_length=200, required=False)
    state = forms.ChoiceField(
        label="State", required=False, choices=[*DeadLetter.State.choices, (_EVERY_STATE, "Every state")]
    )
    topic = forms.ChoiceField(
        label="Kind of work", required=False, choices=lambda: [("", "Every kind"), *topics.choices()]
    )
    error = forms.CharField(label="Error", max_length=60, required=False)

    @property
    def wanted(self) -> Wanted:
        """Return what is looked for; what is wrong in the address filters nothing."""
        self.is_valid()
        facts = {name: self.cleaned_data.get(name, "") for name in ("text", "state", "topic", "error")}
        state = facts.pop("state") or DeadLetter.State.OPEN
        return Wanted(state="" if state == _EVERY_STATE else state, **facts)


class Decision(Form):
    """Why."""

    reason = forms.CharField(label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class PayloadField(forms.JSONField):
    """An object, shown as people read it."""

    def prepare_value(self, value: Any) -> Any:
        """Return an object's text; what was typed in stays as it is."""
        return shown(value) if isinstance(value, dict) else super().prepare_value(value)


class PayloadForm(Form):
    """What a replay will do, as JSON."""

    payload = PayloadField(
        label="What to do",
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false"}),
        error_messages={"invalid": "This is no JSON. Look for a missing quote or comma."},
    )
    reason = forms.CharField(label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_payload(self) -> dict[str, Any]:
        """Refuse what is not an object."""
        payload: Any = self.cleaned_data["payload"]
        if not isinstance(payload, dict):
            raise forms.ValidationError("Give an object, in braces.")
        return payload


def shown(payload: dict[str, Any]) -> str:
    """Return a payload as people read it."""
    return json.dumps(payload, indent=2, ensure_ascii=False)
