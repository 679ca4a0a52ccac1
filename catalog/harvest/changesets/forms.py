"""The form that asks why."""

from django import forms

from portal.kit.forms import Form


class ReasonForm(Form):
    """A reason, kept with the decision and in the audit log."""

    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept with the run and in the audit log.",
        error_messages={"required": "Say why: whoever looks at this later will want to know."},
    )
