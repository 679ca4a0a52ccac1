"""The notifications page and its badge."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal.kit.models import Notification
from portal.kit.notify import mark_read, unread
from portal.kit.people import signed_in
from portal.kit.web import page, paged


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


@require_POST
def notifications_read(request: HttpRequest) -> HttpResponse:
    """Mark the notifications named by `id`, or all, as read."""
    ids = [int(value) for value in request.POST.getlist("id") if value.isdecimal() and len(value) < 19]
    mark_read(signed_in(request), ids if "id" in request.POST else None)
    return HttpResponseRedirect(reverse("kit:notifications"))
