"""Forms show label, hint and error tied together, and take the refusals of actions."""

from django import forms

from portal.kit.components.fields import error_summary, field, form_fields
from portal.kit.errors import Conflict, Invalid
from portal.kit.forms import Form


class Sample(Form):
    name = forms.CharField(help_text="As people say it.")
    note = forms.CharField(required=False)
    agreed = forms.BooleanField(required=False, label="I agree")
    basis = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, help_text="One of them.")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


GOOD = {"name": "Orders", "basis": "a"}


def test_hint_and_error_are_tied_to_the_control() -> None:
    html = field(Sample({"basis": "a"})["name"])
    assert 'aria-describedby="id_name_hint id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<p class="hint" id="id_name_hint">As people say it.</p>' in html
    assert 'id="id_name_error"' in html


def test_a_field_without_hint_and_error_refers_to_nothing() -> None:
    html = field(Sample(GOOD)["note"])
    assert "aria-describedby" not in html
    assert "aria-invalid" not in html
    assert '<span class="optional">(optional)</span>' in html


def test_choices_are_a_fieldset_with_a_legend() -> None:
    html = field(Sample({"name": "x"})["basis"])
    assert html.startswith('<fieldset class="field invalid" aria-describedby="id_basis_hint id_basis_error"')
    assert "<legend>Basis</legend>" in html
    assert html.count('type="radio"') == 2


def test_a_checkbox_stands_before_its_label() -> None:
    html = field(Sample(GOOD)["agreed"])
    assert html.index('type="checkbox"') < html.index('<label for="id_agreed">I agree</label>')


def test_hidden_fields_have_no_label() -> None:
    html = form_fields(Sample(GOOD))
    assert '<input type="hidden" name="token" id="id_token">' in html
    assert "Token" not in html


def test_summary_links_to_the_fields_and_is_silent_without_errors() -> None:
    wrong = error_summary(Sample({"basis": "a"}))
    assert '<a href="#id_name">Name: This field is required.</a>' in wrong
    assert 'role="alert"' in wrong
    assert error_summary(Sample(GOOD)) == ""
    assert error_summary(Sample()) == ""


def test_a_refusal_lands_on_the_field_it_names() -> None:
    form = Sample(GOOD)
    form.refuse(Invalid("This name is taken. Choose another.", field="name"))
    assert form.errors == {"name": ["This name is taken. Choose another."]}


def test_a_refusal_of_the_whole_lands_above_the_form() -> None:
    form = Sample(GOOD)
    form.refuse(Conflict("Somebody else has changed this.", field="no_such_field"))
    assert form.non_field_errors() == ["Somebody else has changed this."]
    assert "Somebody else has changed this." in error_summary(form)


def test_what_people_typed_is_escaped() -> None:
    html = field(Sample({"name": '"><script>x</script>', "basis": "a"})["name"])
    assert "<script>" not in html
