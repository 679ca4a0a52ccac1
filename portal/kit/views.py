"""The notifications page and its badge."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from portal.kit.models import Notification
from portal.kit.notify import mark_read, unread
from portal.kit.people import signed_in
from portal.kit.web import found_or_404, page, paged


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """List the person's own notifications, newest first."""
    person = signed_in(request)
    rows = Notification.objects.filter(recipient_id=person.pk)
    if request.GET.get("show") == "unread":
        rows = rows.filter(read_at=None)
    context = {
        "page_obj": paged(request, rows),
        "unread": unread(person),
        "only_unread": request.GET.get("show") == "unread",
    }
    return page(request, "kit/notifications.html", context)


@require_safe
def notification_badge(request: HttpRequest) -> HttpResponse:
    """Answer with the bell's badge."""
    return render(request, "kit/_badge.html", {"unread": unread(signed_in(request))})


@require_safe
def notification(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Mark one of the person's own notifications as read and go on to what it tells of."""
    person = signed_in(request)
    told = found_or_404(Notification.objects.filter(recipient_id=person.pk, pk=notification_id).first())
    if request.method == "GET":
        mark_read(person, [told.pk])
    is_ours = url_has_allowed_host_and_scheme(told.url, {request.get_host()}, require_https=request.is_secure())
    return redirect(told.url if is_ours else "kit:notifications")


@require_POST
def notifications_read(request: HttpRequest) -> HttpResponse:
    """Mark the notifications named by `id`, or all, as read."""
    ids = [int(value) for value in request.POST.getlist("id") if value.isdecimal() and len(value) < 19]
    mark_read(signed_in(request), ids if "id" in request.POST else None)
    return HttpResponseRedirect(reverse("kit:notifications"))
