"""The pages of dead letters."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from portal.kit.dead_letters import actions, queries, topics
from portal.kit.dead_letters.forms import Decision, Filter, PayloadForm, shown
from portal.kit.dead_letters.policies import MANAGE, SEE_TRACES, WHY_NOT
from portal.kit.errors import Conflict, DomainError
from portal.kit.models import DeadLetter
from portal.kit.people import signed_in
from portal.kit.web import found_or_404, needs, page, paged

_VERBS = {
    "replay": (actions.replay, "Sent again."),
    "discard": (actions.discard, "Discarded. It can be taken up again."),
    "reopen": (actions.reopen, "Taken up again."),
}
_VERBS_FOR_ALL = {"replay": (actions.replay_all, "sent again"), "discard": (actions.discard_all, "discarded")}
_REFUSALS_TOLD = 3


@require_safe
@needs(MANAGE, WHY_NOT)
def index(request: HttpRequest) -> HttpResponse:
    """List failed work, the latest failure first."""
    form = Filter(request.GET or {"state": DeadLetter.State.OPEN})
    wanted = form.wanted
    found = paged(request, queries.letters(signed_in(request), wanted))
    may_decide_on_all = wanted.is_one_failure and wanted.state == DeadLetter.State.OPEN and bool(found.object_list)
    context = {
        "form": form,
        "page": found,
        "rows": [(letter, topics.label_of(letter.topic)) for letter in found],
        "is_narrowed": bool(wanted.topic or wanted.error or wanted.text or wanted.state != DeadLetter.State.OPEN),
        "decision": Decision(auto_id="all_%s") if may_decide_on_all else None,
        "wanted": wanted,
    }
    return page(request, "kit/dead_letters/list.html", context, fragment="kit/dead_letters/_list.html")


@require_safe
@needs(MANAGE, WHY_NOT)
def detail(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Show one letter with everything it holds."""
    return _detail(request, _letter(request, letter_id))


@require_POST
@needs(MANAGE, WHY_NOT)
def decide(request: HttpRequest, letter_id: int, verb: str) -> HttpResponse:
    """Replay, discard or reopen one letter."""
    letter = _letter(request, letter_id)
    act, words = _VERBS[verb]
    form = Decision(request.POST)
    if not form.is_valid():
        return _detail(request, letter, decision=form)
    try:
        act(letter, by=signed_in(request), reason=form.cleaned_data["reason"])
    except DomainError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, words)
    return redirect("kit:dead_letter", letter.pk)


@require_POST
@needs(MANAGE, WHY_NOT)
def edit(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Change what a replay will do."""
    letter = _letter(request, letter_id)
    form = PayloadForm(request.POST)
    if not form.is_valid():
        return _detail(request, letter, edited=form)
    try:
        actions.edit(letter, by=signed_in(request), **form.cleaned_data)
    except Conflict as error:
        messages.warning(request, error.message)
    except DomainError as error:
        form.refuse(error)
        return _detail(request, letter, edited=form)
    else:
        messages.success(request, "Stored. It is done when you replay it.")
    return redirect("kit:dead_letter", letter.pk)


@require_POST
@needs(MANAGE, WHY_NOT)
def decide_on_all(request: HttpRequest, verb: str) -> HttpResponse:
    """Replay or discard all open letters of a kind of work or error."""
    wanted, (act, words) = Filter(request.POST).wanted, _VERBS_FOR_ALL[verb]
    back = urlencode({name: value for name, value in vars(wanted).items() if value})
    try:
        tally = act(wanted, by=signed_in(request), reason=request.POST.get("reason", ""))
    except DomainError as error:
        messages.warning(request, error.message)
    else:
        _tell(request, tally, words)
    return redirect(f"{reverse('kit:dead_letters')}?{back}")


def _tell(request: HttpRequest, tally: actions.Tally, words: str) -> None:
    if tally.done or not tally.refused:
        messages.success(request, f"{tally.done} {words}.")
    for letter, why in tally.refused[:_REFUSALS_TOLD]:
        messages.warning(request, f"{letter.subject}: {why}")
    if len(tally.refused) > _REFUSALS_TOLD:
        messages.warning(request, f"{len(tally.refused) - _REFUSALS_TOLD} more were refused and stay open.")
    if tally.left:
        messages.info(request, f"{tally.left} are left: decide once more.")


def _letter(request: HttpRequest, letter_id: int) -> DeadLetter:
    return found_or_404(queries.letter(signed_in(request), letter_id))


def _detail(
    request: HttpRequest, letter: DeadLetter, *, decision: Decision | None = None, edited: PayloadForm | None = None
) -> HttpResponse:
    topic = topics.find(letter.topic)
    context: dict[str, Any] = {
        "letter": letter,
        "topic": topics.label_of(letter.topic),
        "is_known": topic is not None,
        "url": topic.url(letter) if topic else "",
        "payload": shown(letter.payload),
        "original": shown(letter.original_payload) if letter.original_payload is not None else "",
        "sees_trace": signed_in(request).has_perm(SEE_TRACES),
        "decision": decision or Decision(),
        "edited": edited or PayloadForm(initial={"payload": letter.payload}, auto_id="edit_%s"),
    }
    return page(request, "kit/dead_letters/detail.html", context, status=422 if decision or edited else 200)
