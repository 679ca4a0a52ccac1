"""Signing in: by password, by one click in the demo, for the first time, by a one-time link."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from access.people import one_click
from access.people.actions import signing_in
from access.people.forms import FirstPasswordForm, SignInForm, WelcomeForm
from access.people.links import links
from access.people.models import User
from portal.kit.errors import DomainError
from portal.kit.people import signed_in
from portal.kit.web import page

_HOME = "portal:home"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail address and password. An empty portal sends its first visitor to the welcome page."""
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = SignInForm(request, request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            signing_in.sign_in(request, form.get_user(), how="password")
            return redirect(_next(request))
        signing_in.note_refusal(str(form.data.get("username", "")))
    elif not User.objects.exists():
        return redirect("people:welcome")
    context = {"form": form, "next": _next(request), "one_click": one_click.offered()}
    return page(request, "people/sign_in.html", context, status=422 if form.errors else 200)


@login_not_required
@csrf_protect
@require_POST
def one_click_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as a person of the demo; not there otherwise."""
    chosen = next((one for one in one_click.offered() if str(one.pk) == request.POST.get("person")), None)
    if chosen is None:
        raise Http404
    signing_in.sign_in(request, chosen, how="demo")
    return redirect(_next(request))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Close the session."""
    person = signed_in(request)
    signing_in.sign_out(request, by=User.objects.get(pk=person.pk))
    return redirect("people:sign_in")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Create the administrator of an empty portal; not there once there is anybody."""
    if User.objects.exists():
        raise Http404
    form = WelcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = signing_in.found(**form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            signing_in.sign_in(request, person, how="password")
            messages.success(request, "Welcome. Connect a source first: everything else follows from it.")
            return redirect(_HOME)
    return page(request, "people/welcome.html", {"form": form}, status=422 if form.errors else 200)


@method_decorator(login_not_required, name="dispatch")
class SetPassword(PasswordResetConfirmView):
    """Set a password by the one-time link that an administrator hands over."""

    form_class = FirstPasswordForm
    token_generator = links
    template_name = "people/set_password.html"

    def get_user(self, uidb64: str) -> User | None:
        """Return the person of the link; nobody for a closed account."""
        person = super().get_user(uidb64)
        return person if isinstance(person, User) and person.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:
        """Store the password and sign the person in."""
        person = form.user
        signing_in.set_first_password(by=person, password=form.cleaned_data["new_password1"])
        signing_in.sign_in(self.request, person, how="link")
        return redirect(_HOME)


def _next(request: HttpRequest) -> str:
    """Return where to go on: a page of ours, or home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else resolve_url(_HOME)
