"""Teams, their members, and what each role allows."""

from django.contrib import messages
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.people import queries
from access.people.actions import teams as actions
from access.people.administration_forms import MemberForm, TeamForm
from access.people.models import User
from access.people.policies import MANAGE, WHY_NOT
from portal.kit.errors import DomainError
from portal.kit.people import signed_in
from portal.kit.web import found_or_404, needs, page, paged


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE, WHY_NOT)
def teams(request: HttpRequest) -> HttpResponse:
    """List the teams and make one."""
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create(by=signed_in(request), **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, f"The team {made} is made. Put people into it.")
            return redirect("people:team", made.pk)
    context = {"form": form, "page_obj": paged(request, queries.teams(), size=50)}
    return page(request, "people/teams.html", context, status=422 if form.errors else 200)


@require_safe
@needs(MANAGE, WHY_NOT)
def team(request: HttpRequest, team_id: int) -> HttpResponse:
    """Show a team with its members."""
    return _team_page(request, _team(team_id))


@require_POST
@needs(MANAGE, WHY_NOT)
def rename(request: HttpRequest, team_id: int) -> HttpResponse:
    """Give the team another name."""
    stored = _team(team_id)
    form = TeamForm(request.POST)
    if form.is_valid():
        try:
            actions.rename(stored, by=signed_in(request), **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
    if form.errors:
        return _team_page(request, stored, name_form=form)
    messages.success(request, "The team has its new name.")
    return redirect("people:team", team_id)


@require_POST
@needs(MANAGE, WHY_NOT)
def join(request: HttpRequest, team_id: int) -> HttpResponse:
    """Put somebody into the team."""
    stored = _team(team_id)
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _team_page(request, stored, member_form=form)
    person = form.cleaned_data["member"]
    actions.add(stored, person, by=signed_in(request))
    messages.success(request, f"{person} is in the team.")
    return redirect("people:team", team_id)


@require_POST
@needs(MANAGE, WHY_NOT)
def leave(request: HttpRequest, team_id: int, person_id: int) -> HttpResponse:
    """Take somebody out of the team."""
    stored = _team(team_id)
    person = found_or_404(User.objects.filter(groups=stored, pk=person_id).first())
    actions.remove(stored, person, by=signed_in(request))
    messages.success(request, f"{person} is no longer in the team.")
    return redirect("people:team", team_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE, WHY_NOT)
def delete(request: HttpRequest, team_id: int) -> HttpResponse:
    """Say what deleting the team means, and delete it with what was granted to it."""
    stored = _team(team_id)
    if request.method != "POST":
        return page(request, "people/team_delete.html", {"team": stored})
    actions.delete(stored, by=signed_in(request))
    messages.success(request, f"The team {stored} is deleted.")
    return redirect("people:teams")


@require_safe
@needs(MANAGE, WHY_NOT)
def suggest(request: HttpRequest, team_id: int) -> HttpResponse:
    """Suggest people for ?member= who are not in the team."""
    found = queries.outside_of(_team(team_id), request.GET.get("member", "")[:100].strip())
    options = [{"label": str(one), "value": one.email, "icon": "user", "hint": one.email} for one in found]
    groups = [{"label": "People", "options": options}] if options else []
    return render(request, "people/_suggestions.html", {"groups": groups})


@require_safe
@needs(MANAGE, WHY_NOT)
def roles(request: HttpRequest) -> HttpResponse:
    """Show what each role allows."""
    context = {"roles": queries.role_cards(), "matrix": queries.matrix()}
    return page(request, "people/roles.html", context)


def _team(team_id: int) -> Group:
    return found_or_404(queries.teams().filter(pk=team_id).first())


def _team_page(
    request: HttpRequest, team: Group, *, name_form: TeamForm | None = None, member_form: MemberForm | None = None
) -> HttpResponse:
    context = {
        "team": team,
        "page_obj": paged(request, queries.members_of(team), size=50),
        "name_form": name_form or TeamForm(initial={"name": team.name}),
        "member_form": member_form or MemberForm(),
    }
    return page(request, "people/team.html", context, status=422 if name_form or member_form else 200)
