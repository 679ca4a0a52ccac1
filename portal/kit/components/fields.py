"""What people press and fill in: buttons, form fields, error summaries, lists of suggestions."""

from typing import Any

from django import forms, template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.utils.safestring import SafeString

from portal.kit.components.rendering import attributes, checked, render

register = template.Library()

KINDS = {"plain": "", "primary": "primary", "danger": "danger", "ghost": "ghost"}


@register.simple_tag
def button(
    label: str, kind: str = "plain", icon: str = "", small: bool = False, hide_label: bool = False, **attrs: object
) -> SafeString:
    """A button; other keywords become HTML attributes (hx_post="…", name="…", aria_pressed="true")."""
    values = _button(label, kind, icon, small, hide_label)
    return render("button", values | {"attrs": attributes({"type": "submit"} | attrs)})


@register.simple_tag
def link_button(
    label: str,
    url: str,
    kind: str = "plain",
    icon: str = "",
    small: bool = False,
    hide_label: bool = False,
    **attrs: object,
) -> SafeString:
    """A link that looks like a button."""
    return render("button", _button(label, kind, icon, small, hide_label) | {"url": url, "attrs": attributes(attrs)})


@register.simple_tag(takes_context=True)
def post_button(
    context: Context, label: str, url: str, kind: str = "plain", icon: str = "", small: bool = False, confirm: str = "",
    hide_label: bool = False, **attrs: object,
) -> SafeString:  # fmt: skip
    """A form of one button that posts; attributes go to the form, so hx_post and hx_target work there."""
    values = _button(label, kind, icon, small, hide_label)
    extra = {"url": url, "csrf_token": context.get("csrf_token"), "attrs": attributes(attrs)}
    return render("post_button", values | extra | {"confirm": confirm})


@register.simple_tag
def dialog_button(label: str, dialog: str, kind: str = "plain", icon: str = "", small: bool = False) -> SafeString:
    """A button that opens the dialog with this id."""
    attrs = attributes({"type": "button", "data_dialog": dialog, "aria_haspopup": "dialog"})
    return render("button", _button(label, kind, icon, small, False) | {"attrs": attrs})


@register.simple_tag
def field(field: BoundField, label: str = "", hint: str = "", short: bool = False) -> SafeString:
    """A form field with label, hint and error, tied together for assistive technology."""
    is_group = isinstance(field.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))
    is_check = isinstance(field.field.widget, forms.CheckboxInput)
    hint = hint or str(field.help_text)
    values = {"field": field, "label": label or field.label, "hint": hint, "short": short, "errors": field.errors}
    control = "" if is_group else field.as_widget(attrs=_described(field, hint))
    return render("field", values | {"control": control, "is_group": is_group, "is_check": is_check})


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """All visible fields of a form, then the hidden ones."""
    return render("form_fields", {"form": form})


@register.simple_tag
def error_summary(form: BaseForm) -> SafeString:
    """What is wrong, with links to the fields; nothing when nothing is wrong."""
    if not form.is_bound or form.is_valid():
        return SafeString("")
    return render("error_summary", {"form": form, "bound": [form[name] for name in form.errors if name in form.fields]})


@register.inclusion_tag("ui/listbox.html")
def listbox(groups: Any, empty: str = "") -> dict[str, Any]:
    """Suggestions for a <combo-box>: groups with `label` and `options` (label, url, value, hint, icon)."""
    return {"groups": groups, "empty": empty}


def _button(label: str, kind: str, icon: str, small: bool, hide_label: bool) -> dict[str, Any]:
    classes = [KINDS[checked(kind, KINDS, "kind")], "small" if small else "", "square" if hide_label else ""]
    return {"label": label, "classes": " ".join(filter(None, classes)), "icon": icon, "hide_label": hide_label}


def _described(field: BoundField, hint: str) -> dict[str, str | bool]:
    """Return the attributes that tie hint and error to the control."""
    ids = [f"{field.auto_id}_hint"] if hint else []
    ids += [f"{field.auto_id}_error"] if field.errors else []
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(ids)} if ids else {}
    if field.errors:
        attrs["aria-invalid"] = "true"
    return attrs
