"""Forms in the look of Atrium: render them with the tags `field`, `form_fields` and `error_summary`."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from portal.kit.errors import DomainError


class Styled:
    """Plain labels without colons, and errors of actions on their field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def refuse(self, error: DomainError) -> None:
        """Show an action's error on the field it names, or above the form."""
        fields: dict[str, forms.Field] = getattr(self, "fields")  # noqa: B009 - a mixin of forms
        name = error.field if error.field in fields else None
        self.add_error(name or NON_FIELD_ERRORS, error.message)  # type: ignore[attr-defined]  # a mixin of forms


class Form(Styled, forms.Form):
    """A form that stores nothing by itself."""


class ModelForm(Styled, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable while running
    """A form of a model's fields; saving goes through an action, not through save()."""
