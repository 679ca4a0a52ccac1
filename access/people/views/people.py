"""The administration of people: the list, inviting, and what is changed on a person's page."""

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.people import queries
from access.people.actions import administration, signing_in, tokens
from access.people.administration_forms import DetailsForm, InviteForm, PeopleFilterForm, RolesForm, TeamsForm
from access.people.effective import abilities, sights
from access.people.models import ApiToken, User
from access.people.policies import MANAGE, WHY_NOT
from portal.kit.errors import DomainError
from portal.kit.people import signed_in
from portal.kit.web import found_or_404, needs, page, paged

_SHOWN_SIGHTS = 60
_SHOWN_TOKENS = 30


@require_safe
@needs(MANAGE, WHY_NOT)
def people(request: HttpRequest) -> HttpResponse:
    """List the people that the address asks for."""
    form = PeopleFilterForm(request.GET)
    shown = paged(request, queries.people(form.wanted))
    context = {"form": form, "page_obj": shown, "is_narrowed": form.wanted != queries.PeopleFilter()}
    return page(request, "people/list.html", context, fragment="people/_list.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE, WHY_NOT)
def invite(request: HttpRequest) -> HttpResponse:
    """Add a person; the answer shows the link by which they set a password, this once."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = administration.invite(by=signed_in(request), **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            return _link_page(request, person)
    return page(request, "people/invite.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@needs(MANAGE, WHY_NOT)
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a person: who they are, what they may do and why, their sessions and tokens."""
    return _person_page(request, _person(person_id))


@require_POST
@needs(MANAGE, WHY_NOT)
def details(request: HttpRequest, person_id: int) -> HttpResponse:
    """Change name, address and job title."""
    stored = _person(person_id)
    form = DetailsForm(request.POST)
    if form.is_valid():
        try:
            administration.correct(stored, by=signed_in(request), **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
    if form.errors:
        return _person_page(request, stored, details_form=form)
    return _changed(request, stored, "The details are changed.")


@require_POST
@needs(MANAGE, WHY_NOT)
def roles(request: HttpRequest, person_id: int) -> HttpResponse:
    """Replace the roles."""
    stored = _person(person_id)
    form = RolesForm(request.POST)
    if form.is_valid():
        try:
            administration.set_roles(stored, by=signed_in(request), roles=form.cleaned_data["roles"])
        except DomainError as error:
            form.refuse(error)
    if form.errors:
        return _person_page(request, stored, roles_form=form)
    return _changed(request, stored, "The roles are changed, from the next click on.")


@require_POST
@needs(MANAGE, WHY_NOT)
def person_teams(request: HttpRequest, person_id: int) -> HttpResponse:
    """Replace the teams."""
    stored = _person(person_id)
    form = TeamsForm(request.POST)
    if not form.is_valid():
        return _person_page(request, stored, teams_form=form)
    administration.set_teams(stored, by=signed_in(request), teams=list(form.cleaned_data["teams"]))
    return _changed(request, stored, "The teams are changed, from the next click on.")


@never_cache
@require_POST
@needs(MANAGE, WHY_NOT)
def link(request: HttpRequest, person_id: int) -> HttpResponse:
    """Make a one-time link and show it, this once."""
    return _link_page(request, _person(person_id))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE, WHY_NOT)
def close(request: HttpRequest, person_id: int) -> HttpResponse:
    """Say what closing the account means, and close it: sessions and tokens end at once."""
    stored = _person(person_id)
    if request.method != "POST":
        return page(request, "people/close.html", {"person": stored})
    try:
        administration.deactivate(stored, by=signed_in(request), reason=request.POST.get("reason", "").strip()[:1000])
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("people:person", person_id)
    return _changed(request, stored, f"The account of {stored} is closed.")


@require_POST
@needs(MANAGE, WHY_NOT)
def reopen(request: HttpRequest, person_id: int) -> HttpResponse:
    """Open the account again."""
    stored = _person(person_id)
    administration.activate(stored, by=signed_in(request))
    return _changed(request, stored, f"The account of {stored} is open again.")


@require_POST
@needs(MANAGE, WHY_NOT)
def end_sessions(request: HttpRequest, person_id: int) -> HttpResponse:
    """Sign the person out everywhere."""
    stored = _person(person_id)
    administration.end_sessions(stored, by=signed_in(request))
    return _changed(request, stored, f"{stored} is signed out everywhere.")


@require_POST
@needs(MANAGE, WHY_NOT)
def revoke(request: HttpRequest, person_id: int, token_id: int) -> HttpResponse:
    """Revoke one of the person's API tokens."""
    wanted = ApiToken.objects.select_related("owner").filter(owner=person_id, pk=token_id)
    token = found_or_404(wanted.first())
    tokens.revoke(token, by=signed_in(request))
    return _changed(request, token.owner, f"The token {token.name} does not work any more.")


def _person(person_id: int) -> User:
    return found_or_404(queries.person_by_id(person_id))


def _changed(request: HttpRequest, person: User, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("people:person", person.pk)


def _link_page(request: HttpRequest, person: User) -> HttpResponse:
    path = administration.make_link(person, by=signed_in(request))
    return page(request, "people/link.html", {"person": person, "link": request.build_absolute_uri(path)})


def _person_page(
    request: HttpRequest,
    person: User,
    *,
    details_form: DetailsForm | None = None,
    roles_form: RolesForm | None = None,
    teams_form: TeamsForm | None = None,
) -> HttpResponse:
    seen = sights(person)
    context = {
        "person": person,
        "details_form": details_form or DetailsForm(initial=model_to_dict(person, ["name", "email", "job_title"])),
        "roles_form": roles_form or RolesForm(initial={"roles": person.roles}),
        "teams_form": teams_form or TeamsForm(initial={"teams": list(person.groups.all())}),
        "abilities": abilities(person),
        "sights": seen[:_SHOWN_SIGHTS],
        "more_sights": max(0, len(seen) - _SHOWN_SIGHTS),
        "sessions": signing_in.sessions_of(person),
        "tokens": person.api_tokens.all()[:_SHOWN_TOKENS],
        "is_self": person.pk == signed_in(request).pk,
    }
    is_refused = any((details_form, roles_form, teams_form))
    return page(request, "people/person.html", context, status=422 if is_refused else 200)
