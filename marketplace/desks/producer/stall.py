"""The producer's desk: the stall's own page, and the days on which it pauses."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog.domain import stall_checks
from marketplace.core.exceptions import Refused
from marketplace.core.keys import key_of
from marketplace.core.roles import Right
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.stall_forms import BLOCKS, PauseForm, StallForm
from marketplace.desks.producer.stalls import chosen_of, stalls_with
from producers.domain import stall_pages
from producers.models import BlockKind, Partner, StallCheck, StallDraft

PUBLISH, PREVIEW, ADD, UP, DOWN, REMOVE = "publish", "preview", "add", "up", "down", "remove"
UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def edit(request: HttpRequest) -> HttpResponse:
    """Write the page. Every button saves the draft; publishing sends it by way of the office to buyers."""
    stalls = stalls_with(request.user, Right.EDIT_STALL)
    stall = chosen_of(stalls, request.GET.get("stall", ""))
    draft = stall_pages.draft_of(stall)
    if request.method != "POST":
        return _page(request, stalls, stall, draft, StallForm(seller=stall, before=draft))
    act, _colon, detail = request.POST.get("act", "").partition(":")
    form = StallForm(request.POST, request.FILES, seller=stall, before=draft, is_strict=act == PUBLISH)
    if not form.is_valid():
        return _page(request, stalls, stall, draft, form, status=UNPROCESSABLE)
    try:
        return _saved(request, stall, form, act, detail)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, stalls, stall, draft, form, status=UNPROCESSABLE)


@require_POST
@never_cache
def pause(request: HttpRequest) -> HttpResponse:
    """Set the days of a pause, or end it."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("producer_desk:stall"))
    stalls = stalls_with(request.user, Right.EDIT_STALL)
    stall = chosen_of(stalls, request.GET.get("stall", ""))
    if "end" in request.POST:
        stall_pages.end_pause(stall, actor=request.user)
        messages.success(request, _("The stall takes orders."))
        return redirect(_address(stall))
    form = PauseForm(request.POST)
    if form.is_valid():
        try:
            stall_pages.pause(stall, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("last", str(refusal))
        else:
            messages.success(request, _("The pause is set. Buyers read it on your stall and your products."))
            return redirect(_address(stall))
    draft = stall_pages.draft_of(stall)
    page = StallForm(seller=stall, before=draft)
    return _page(request, stalls, stall, draft, page, pause_form=form, status=UNPROCESSABLE)


@require_POST
@never_cache
def take_back(request: HttpRequest) -> HttpResponse:
    """Let the page that was sent to the office wait no longer."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("producer_desk:stall"))
    stalls = stalls_with(request.user, Right.EDIT_STALL)
    stall = chosen_of(stalls, request.GET.get("stall", ""))
    check = StallCheck.objects.waiting().filter(seller=stall).first()
    try:
        if check is None:
            raise stall_checks.StallCheckMoved
        stall_checks.take_back(check, actor=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Taken back. The draft is as it was."))
    return redirect(_address(stall))


def _saved(request: HttpRequest, stall: Partner, form: StallForm, act: str, detail: str) -> HttpResponse:
    content = form.content()
    place = _arrange(content["blocks"], form.order(), act, detail)
    draft = stall_pages.save(
        stall, actor=request.user, content=content, revision=form.cleaned_data["revision"]
    )
    if act == PREVIEW:
        return redirect("stalls:preview", slug=stall.slug)
    if act == PUBLISH:
        _send(request, stall, draft)
    else:
        messages.success(request, _("The draft is saved. Buyers see it once you publish it."))
    return redirect(_address(stall) + (f"#block-{place}" if place is not None else ""))


def _send(request: HttpRequest, stall: Partner, draft: StallDraft) -> None:
    if stall_checks.submit(stall, actor=request.user, revision=draft.revision) is None:
        messages.success(request, _("The page is published."))
    else:
        messages.success(
            request, _("Sent to the office. Buyers see your page as it was until the office has approved it.")
        )


def _arrange(blocks: list[dict], order: list[int], act: str, detail: str) -> int | None:
    """Add, move or take out a block as the button said; gives the place to go on writing."""
    if act == ADD and detail in BlockKind.values and len(blocks) < BLOCKS:
        blocks.append(_empty(detail))
        return len(blocks) - 1
    number = key_of(detail)
    if act not in (UP, DOWN, REMOVE) or number not in order:
        return None
    place = order.index(number)
    if act == REMOVE:
        del blocks[place]
        return None
    other = place - 1 if act == UP else place + 1
    if 0 <= other < len(blocks):
        blocks[place], blocks[other] = blocks[other], blocks[place]
        return other
    return place


def _empty(kind: str) -> dict:
    return {
        BlockKind.TEXT: {"kind": kind, "heading": "", "body": ""},
        BlockKind.PICTURE: {"kind": kind, "picture": None, "alt": "", "caption": ""},
        BlockKind.VIDEO: {"kind": kind, "url": "", "title": ""},
        BlockKind.MILESTONES: {"kind": kind, "heading": "", "rows": []},
    }[kind]


def _page(
    request: HttpRequest,
    stalls: list[Partner],
    stall: Partner,
    draft: StallDraft,
    form: StallForm,
    *,
    pause_form: PauseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = stall_pages.page_of(stall)
    last = StallCheck.objects.filter(seller=stall).exclude(state=StallCheck.State.TAKEN_BACK).first()
    days = {"first": stall.pause_from, "last": stall.pause_to, "words": stall.pause_words}
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "stall": stall,
        "form": form,
        "draft": draft,
        "page": page,
        "waiting": last if last is not None and last.state == StallCheck.State.WAITING else None,
        "sent_back": last if last is not None and last.state == StallCheck.State.SENT_BACK else None,
        "is_changed": stall_pages.content_of(draft) != stall_pages.content_of(page),
        "kinds": BlockKind.choices,
        "is_full": len(form.kinds) >= BLOCKS,
        "pause_form": pause_form or PauseForm(initial=days),
    }
    return render(request, "desks/producer/stall.html", context, status=status)


def _address(stall: Partner) -> str:
    return f"{reverse('producer_desk:stall')}?stall={stall.slug}"
