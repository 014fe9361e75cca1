"""The producer's desk: writing the stories of one's own stalls; editors write those of all."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Product
from marketplace.core.exceptions import Refused
from marketplace.core.keys import key_of
from marketplace.core.models import User
from marketplace.core.roles import Right, has_role
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.story_forms import AboutForm, StoryForm
from marketplace.desks.product_fields import all_if_few
from producers.domain import stories
from producers.models import Partner, Story, StoryVersion
from producers.models.stories import MODERATORS

STORIES_PER_PAGE = 20
UNPROCESSABLE = 422
SEND = "send"

State = StoryVersion.State
STATE_KINDS = {State.SENT: "new", State.PUBLISHED: "ok", State.SENT_BACK: "warn"}


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The stories that this person may write, those that wait for the writer first."""
    stalls = _stalls(request.user)
    newest = StoryVersion.objects.filter(story=OuterRef("pk")).order_by("-pk")
    rows = (
        Story.objects.writable_by(request.user)
        .select_related("seller", "product")
        .annotate(last_state=Subquery(newest.values("state")[:1]), last_id=Subquery(newest.values("pk")[:1]))
        .order_by("-last_id", "-pk")
    )
    page = Paginator(rows, STORIES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **links_of(request.user),
        "stall": stalls[0] if len(stalls) == 1 else None,
        "stalls": stalls,
        "page": page,
        "rows": [_row(story) for story in page],
    }
    return render(request, "desks/producer/stories.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Begin a story of a stall or of one of its products; ``product`` in the address chooses one."""
    about = _about(request)
    form = StoryForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if about.is_valid() and form.is_valid():
            seller, product = _subject(about.cleaned_data)
            version = stories.begin(
                author=request.user, seller=seller, product=product, content=form.content()
            )
            return _saved(request, version)
        status = UNPROCESSABLE
    context = {**links_of(request.user), "about": about, "form": form, "send": SEND}
    return render(request, "desks/producer/story.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One story: its text to write, or to read while it waits for approval."""
    story = _story(request.user, pk)
    version = stories.open_version(story)
    before = version or _last_text(story)
    options = {"before": before, "seen": stories.mark(story)}
    if request.method != "POST":
        return _page(request, story, version, StoryForm(**options))
    form = StoryForm(request.POST, request.FILES, **options)
    if not form.is_valid():
        return _page(request, story, version, form, status=UNPROCESSABLE)
    try:
        seen = form.cleaned_data["seen"]
        written = stories.write(story, author=request.user, content=form.content(), seen=seen)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, story, version, form, status=UNPROCESSABLE)
    return _saved(request, written)


@require_POST
@never_cache
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft again of the text that waits for approval."""
    page = reverse("producer_desk:story", args=[pk])
    if not request.user.is_authenticated:
        return redirect_to_login(page)
    story = _story(request.user, pk)
    version = stories.open_version(story)
    try:
        if version is None:
            raise stories.VersionMoved(_("This text was decided already."))
        stories.take_back(version, actor=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The text is a draft again."))
    return redirect(page)


def _page(
    request: HttpRequest, story: Story, version: StoryVersion | None, form: StoryForm, status: int = 200
) -> HttpResponse:
    decided = stories.last_decided(story)
    is_waiting = version is not None and version.state == State.SENT
    context = {
        **links_of(request.user),
        "stall": story.seller,
        "story": story,
        "version": version,
        "form": None if is_waiting else form,
        "sent_back": decided if decided is not None and decided.state == State.SENT_BACK else None,
        "send": SEND,
        "history": list(story.versions.select_related("author", "decided_by")),
    }
    return render(request, "desks/producer/story.html", context, status=status)


def _saved(request: HttpRequest, version: StoryVersion) -> HttpResponse:
    if request.POST.get("act") == SEND:
        stories.send(version, actor=request.user)
        messages.success(request, _("Sent. You get a mail when an editor has read it."))
        return redirect("producer_desk:stories")
    messages.success(request, _("The draft is saved."))
    return redirect("producer_desk:story", pk=version.story_id)


def _row(story: Story) -> dict:
    label = State(story.last_state).label if story.last_state else ""
    is_public_too = story.is_published and story.last_state != State.PUBLISHED
    return {
        "story": story,
        "state": label,
        "kind": STATE_KINDS.get(story.last_state, ""),
        "is_public_too": is_public_too,
    }


def _stalls(user: User) -> list[Partner]:
    """The person's stalls whose stories they may write; 403 for other team members, 404 for strangers.

    Empty for editors, who write the stories of all.
    """
    stalls = list(Partner.objects.producers().with_right(user, Right.WRITE_STORIES).order_by("name", "pk"))
    if not stalls and not has_role(user, *MODERATORS):
        if user.memberships.exists():
            raise PermissionDenied
        raise Http404
    return stalls


def _story(user: User, pk: int) -> Story:
    """A story that this person may write; 403 for a team member without that right, else 404."""
    found = Story.objects.writable_by(user).select_related("seller", "product").filter(pk=pk).first()
    if found is not None:
        return found
    if Story.objects.filter(pk=pk, seller__team__user=user).exists():
        raise PermissionDenied
    raise Http404


def _last_text(story: Story) -> Story | StoryVersion:
    """Where a new version begins: the text that was sent back, else the one that the public reads."""
    decided = stories.last_decided(story)
    is_sent_back = decided is not None and decided.state == State.SENT_BACK
    return decided if is_sent_back else story


def _about(request: HttpRequest) -> AboutForm:
    """What a story can be about: each stall and its products, or the one product asked for."""
    stalls = _stalls(request.user)
    products = _products(request.user, stalls)
    asked = request.GET.get("product")
    if asked is not None:
        chosen = products.filter(pk=key_of(asked)).first()
        if chosen is None:
            raise Http404
        return AboutForm(request.POST or None, choices=[(f"product:{chosen.pk}", chosen.title)])
    if not stalls:
        raise Http404
    products = products.filter(producer__in=stalls).order_by("title", "pk")
    few = all_if_few(products)
    groups = {stall.pk: [(f"stall:{stall.pk}", _("The stall itself"))] for stall in stalls}
    for product in few or ():
        groups[product.producer_id].append((f"product:{product.pk}", product.title))
    choices = [(stall.name, groups[stall.pk]) for stall in stalls]
    return AboutForm(request.POST or None, choices=choices, products=products if few is None else None)


def _products(user: User, stalls: list[Partner]) -> QuerySet[Product]:
    if has_role(user, *MODERATORS):
        return Product.objects.reachable()
    return Product.objects.filter(producer__in=stalls, parent=None)


def _subject(chosen: dict) -> tuple[Partner | None, Product | None]:
    """What was chosen, or named, among the choices of this person."""
    kind, _colon, pk = chosen["about"].partition(":")
    named = chosen.get("named")
    if named:
        product = named.select_related("producer").get()
        return product.producer, product
    if kind == "stall":
        return Partner.objects.get(pk=pk), None
    product = Product.objects.select_related("producer").get(pk=pk)
    return product.producer, product
