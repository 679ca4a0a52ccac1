"""One's own account: profile, password, sessions, API tokens."""

from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.people.actions import signing_in, tokens
from access.people.forms import NewPasswordForm, ProfileForm, TokenForm
from access.people.models import ApiToken, User
from portal.kit.errors import DomainError
from portal.kit.people import signed_in
from portal.kit.web import found_or_404, page

_MOST_ZONES = 12


def _person(request: HttpRequest) -> User:
    person = signed_in(request)
    assert isinstance(person, User)  # noqa: S101 - the project's user model
    return person


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change the profile."""
    person = _person(request)
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=person.pk))
    if request.method == "POST" and form.is_valid():
        signing_in.change_profile(by=User.objects.get(pk=person.pk), **form.cleaned_data)
        messages.success(request, "Your profile is changed.")
        return redirect("people:account")
    context = {"form": form, "person": person, "teams": person.groups.all()}
    return page(request, "people/account.html", context, status=422 if form.errors else 200)


@require_safe
def zones(request: HttpRequest) -> HttpResponse:
    """Suggest time zones while somebody types."""
    wanted = request.GET.get("time_zone", "").strip().replace(" ", "_").casefold()
    found = [zone for zone in sorted(available_timezones()) if wanted and wanted in zone.casefold()]
    options = [{"label": zone.replace("_", " "), "value": zone} for zone in found[:_MOST_ZONES]]
    return page(
        request, "people/_zones.html", {"groups": [{"label": "Time zones", "options": options}] if options else []}
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the password."""
    person = _person(request)
    form = NewPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        signing_in.change_password(request, by=person, password=form.cleaned_data["new_password1"])
        messages.success(request, "Your password is changed. Your other sessions have ended.")
        return redirect("people:account")
    return page(request, "people/password.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """List one's open sessions; end one, or all others."""
    person = _person(request)
    if request.method == "POST":
        return _end_sessions(request, person)
    context = {"sessions": signing_in.sessions_of(person), "current": request.session.session_key}
    return page(request, "people/sessions.html", context)


def _end_sessions(request: HttpRequest, person: User) -> HttpResponse:
    number = request.POST.get("session", "")
    try:
        if number.isdecimal():
            signing_in.end_session(int(number), by=person)
        else:
            signing_in.end_other_sessions(request, by=person)
    except DomainError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, "Ended.")
    return redirect("people:sessions")


@never_cache
@require_http_methods(["GET", "POST"])
def api_tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens and make one; its secret is on the answer to that request and nowhere else."""
    person = _person(request)
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _, secret = tokens.make(by=person, **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            form = TokenForm()
    context = {"form": form, "secret": secret, "tokens": person.api_tokens.all()[:50]}
    return page(request, "people/tokens.html", context, status=422 if form.errors else 200)


@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke one of one's own tokens."""
    person = _person(request)
    token = found_or_404(ApiToken.objects.select_related("owner").filter(owner=person, pk=token_id).first())
    tokens.revoke(token, by=person)
    messages.success(request, f"The token {token.name} does not work any more.")
    return redirect("people:tokens")
