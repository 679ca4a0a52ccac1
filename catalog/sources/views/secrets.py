"""The page of a source's passwords."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from catalog.sources import actions
from catalog.sources.actions.rotation import Tried
from catalog.sources.forms import NextPasswordForm
from catalog.sources.models import Source
from catalog.sources.queries import took_over_at
from catalog.sources.views.manageable import manageable, status_of
from portal.kit.errors import DomainError
from portal.kit.people import signed_in
from portal.kit.web import page


@require_http_methods(["GET", "POST"])
def secret(request: HttpRequest, source_id: int) -> HttpResponse:
    """Enter the next password, which takes over once the server asks for it."""
    source = manageable(request, source_id)
    form = NextPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.enter_next_password(source, by=signed_in(request), **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, "The next password is stored. Now change it at the server, any time.")
            return redirect("sources:secret", source.pk)
    return _secret_page(request, source, form)


@require_POST
def test_secret(request: HttpRequest, source_id: int) -> HttpResponse:
    """Sign in with each password by itself."""
    source = manageable(request, source_id)
    tried = actions.test_passwords(source, by=signed_in(request))
    source.refresh_from_db()
    return _secret_page(request, source, NextPasswordForm(), tried)


@require_POST
def forget_secret(request: HttpRequest, source_id: int) -> HttpResponse:
    """Withdraw the next password."""
    source = manageable(request, source_id)
    try:
        actions.forget_next_password(source, by=signed_in(request))
    except DomainError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, "The next password is withdrawn. The present one stays.")
    return redirect("sources:secret", source.pk)


def _secret_page(
    request: HttpRequest, source: Source, form: NextPasswordForm, tried: Tried | None = None
) -> HttpResponse:
    context = {"source": source, "form": form, "tried": tried, "took_over_at": took_over_at(source)}
    return page(request, "sources/secret.html", context, fragment="sources/_secret_tried.html", status=status_of(form))
