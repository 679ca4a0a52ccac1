"""The query language as a form: its fields are filled from a query, and make one again.

What the form has no field for stands in its last one, as typed. OR is known where alternatives differ in one word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.search.language import LONGEST, Alternative, Comparison, Condition, Field, Term, understand
from catalog.search.language.conditions import CHOICES
from catalog.search.language.query import OR, quoted
from catalog.search.language.scanning import Token, scan, tidy
from portal.kit.forms import Form

PREFIX = "b"
_TEXTS = (Field.NAME, Field.COLUMN, Field.OWNER, Field.SOURCE)
_CHOSEN = (Field.TYPE, Field.SENSITIVITY, Field.DESCRIBED)
_NOT_KEPT = ("q", "page")
_MOST_YEARS = 100

Values = dict[str, str]


def _text(label: str, example: str = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"placeholder": example, "autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=LONGEST, widget=widget)


def _choice(name: Field, anything: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=name.capitalize(), required=False, choices=[("", anything), *CHOICES[name].items()])


class BuilderForm(Form):
    """Plain fields instead of signs."""

    words = _text("All of these words")
    phrase = _text("Exactly this phrase")
    any = _text("Any of these words")
    without = _text("None of these words")
    name = _text("Name has", "orders")
    column = _text("Has a column", "customer_id")
    owner = _text("Owner", "a name, me or none")
    type = _choice(Field.TYPE, "Any type")
    source = _text("Source")
    sensitivity = _choice(Field.SENSITIVITY, "Any")
    updated = forms.DateField(
        label="Updated since", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    history = forms.IntegerField(label="Years of history, at least", required=False, min_value=1, max_value=_MOST_YEARS)
    described = _choice(Field.DESCRIBED, "Described or not")
    usable = forms.BooleanField(label="Only what I can use", required=False)
    more = _text("More conditions", "-owner:me schema:sales")


@dataclass(frozen=True)
class Builder:
    """The form, filled from a query; `kept` are the address's other parameters."""

    form: BuilderForm
    kept: tuple[tuple[str, str], ...] = ()
    is_filled: bool = False
    is_whole: bool = True
    """The form says all that the query does."""
    url: str = field(default_factory=lambda: reverse("search:build"))


def of(query_text: str, query: QueryDict) -> Builder:
    """Return the form for a query's text, with the other parameters of its address."""
    values = read(query_text)
    kept = tuple((name, value) for name, many in query.lists() if name not in _NOT_KEPT for value in many)
    form = BuilderForm(initial=values or {}, prefix=PREFIX)
    return Builder(form, kept, is_filled=bool(values), is_whole=values is not None)


@require_safe
def build(request: HttpRequest) -> HttpResponseRedirect:
    """Go to the results of the form's query, narrowed as before."""
    form = BuilderForm(request.GET, prefix=PREFIX)
    form.is_valid()  # what is wrong in one field is left out, as in the address of a search
    given = {name: _said(value) for name, value in form.cleaned_data.items()}
    own = {form.add_prefix(name) for name in form.fields} | set(_NOT_KEPT)
    kept = [(name, value) for name, many in request.GET.lists() if name not in own for value in many]
    text = compose(given)
    return HttpResponseRedirect(f"{reverse('search:results')}?{urlencode([*([('q', text)] if text else []), *kept])}")


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return value.isoformat() if isinstance(value, date) else str(value or "")


def compose(values: Mapping[str, str]) -> str:
    """Return the query that the fields say."""
    said = {name: tidy(value) for name, value in values.items() if value}
    common = [*_tokens(said.get("words", "")), *_phrase(said.get("phrase", ""))]
    common += [each if each.startswith("-") else f"-{each}" for each in _tokens(said.get("without", ""))]
    conditions = [*_conditions(said), *_tokens(said.get("more", ""))]
    options = _tokens(said.get("any", "")) or [""]
    return f" {OR} ".join(" ".join(filter(None, [*common, option, *conditions])) for option in options)


def _tokens(text: str) -> list[str]:
    return [_written(token) for token in scan(text) if token.text != "|"]


def _written(token: Token) -> str:
    if token.field:
        return token.text
    text = f'"{token.text}"' if token.is_quoted else token.text
    return f"{'-' if token.is_excluded else ''}{f'+{text}' if text.upper() == OR else text}"


def _phrase(text: str) -> list[str]:
    bare = text.replace('"', " ").strip()
    return [f'"{bare}"'] if bare else []


def _conditions(said: Mapping[str, str]) -> Iterable[str]:
    for name in _TEXTS:
        values = [quoted(value) for part in said.get(name, "").replace('"', "").split(",") if (value := part.strip())]
        if values:
            yield f"{name}:{','.join(values)}"
    yield from (f"{name}:{said[name]}" for name in _CHOSEN if name in said)
    if "updated" in said:
        yield f"updated:>={said['updated']}"
    if "history" in said:
        yield f"history:>={said['history']}y"
    if "usable" in said:
        yield "usable:yes"


def read(text: str) -> Values | None:
    """Return the fields that say what the text does; None when they can't."""
    alternatives = understand(text).alternatives
    if not alternatives:
        return {}
    split = _split(alternatives)
    if split is None:
        return None
    (terms, conditions), options = split
    values: Values = {"any": " ".join(map(str, options))}
    phrases = [term for term in terms if term.is_quoted and not term.is_excluded]
    values["phrase"] = phrases[0].typed if phrases else ""
    wanted = [term for term in terms if not term.is_excluded and not any(term is phrase for phrase in phrases[:1])]
    values["words"] = " ".join(map(str, wanted))
    values["without"] = " ".join(str(term).removeprefix("-") for term in terms if term.is_excluded)
    return {name: value for name, value in (values | _fields(conditions)).items() if value}


def _split(
    alternatives: tuple[Alternative, ...],
) -> tuple[tuple[list[Term], list[Condition]], list[Term]] | None:
    """Return what all alternatives share, and the one term in which each differs."""
    leaves = [[leaf for term in each.terms for leaf in term.leaves] for each in alternatives]
    conditions = list(alternatives[0].conditions)
    if len(alternatives) == 1:
        return (leaves[0], conditions), []
    shared = [leaf for leaf in dict.fromkeys(leaves[0]) if all(leaf in others for others in leaves)]
    rests = [[leaf for leaf in each if leaf not in shared] for each in leaves]
    is_plain = all(len(rest) == 1 and not rest[0].is_excluded for rest in rests)
    is_alike = all(set(each.conditions) == set(conditions) for each in alternatives)
    return ((shared, conditions), [rest[0] for rest in rests]) if is_plain and is_alike else None


def _fields(conditions: Iterable[Condition]) -> Values:
    values: Values = {}
    more = []
    for condition in conditions:
        value = _value(condition)
        if value and condition.field not in values:
            values[condition.field.value] = value
        else:
            more.append(str(condition))
    return values | {"more": " ".join(more)}


def _value(condition: Condition) -> str:
    """Return what a condition's field would hold; empty when it has none for it."""
    name, value, sign = condition.field, condition.value, condition.comparison
    if condition.is_excluded:
        return ""
    if name in _TEXTS and sign == Comparison.IS and not any("," in each for each in condition.values):
        return ", ".join(condition.values)
    if len(condition.values) > 1:
        return ""
    if name in _CHOSEN or name == Field.USABLE:
        return value
    if name == Field.UPDATED and sign == Comparison.FROM:
        return value if _is_day(value) else ""
    if name == Field.HISTORY and sign == Comparison.FROM:
        years = value.removesuffix("y")
        return years if value != years and years.isdecimal() and 1 <= int(years) <= _MOST_YEARS else ""
    return ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
