"""The producer's desk: what buyers write about their orders, and the answers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.private_files import private_answer
from marketplace.core.roles import Right
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.stalls import stalls_with
from marketplace.sales.conversation import Said, conversation
from marketplace.sales.domain.write import mark_read, write
from marketplace.sales.forms import MessageForm
from marketplace.sales.models import SellerOrder, SentPicture, Side, Thread
from producers.models import Partner

THREADS_PER_PAGE = 20
UNPROCESSABLE = 422
#: How many messages the page of an order shows.
NEWEST = 3


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The threads of the person's stalls, what waits for an answer first."""
    stalls = stalls_with(request.user, Right.ANSWER_BUYERS)
    rows = Thread.objects.filter(seller__in=[stall.pk for stall in stalls]).select_related(
        "seller_order__order__placement"
    )
    page = Paginator(rows, THREADS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "stall": stalls[0] if len(stalls) == 1 else None,
        "page": page,
    }
    return render(request, "desks/producer/messages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def thread(request: HttpRequest, number: str) -> HttpResponse:
    """All that was written about one order, and a form to write."""
    seller_order = order_to_answer(request.user, number)
    form = MessageForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _sent(request, seller_order, form):
            return redirect("producer_desk:thread", number=number)
        status = UNPROCESSABLE
    said = _said(seller_order)
    mark_read(seller_order, Side.SELLER)
    context = {
        **links_of(request.user),
        "stall": seller_order.seller,
        "seller_order": seller_order,
        "placement": seller_order.order.placement,
        "said": said,
        "form": form,
    }
    return render(request, "desks/producer/thread.html", context, status=status)


@require_safe
@login_required
def picture(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """A picture that was sent with a message or a return of the order."""
    seller_order = order_to_answer(request.user, number)
    found = SentPicture.objects.filter(seller_order=seller_order, pk=pk).first()
    if found is None:
        raise Http404
    return private_answer(found.name, "image/webp")


def newest_said(seller_order: SellerOrder) -> list[Said]:
    """What the page of an order shows of its messages."""
    return _said(seller_order)[-NEWEST:]


def order_to_answer(user: User, number: str) -> SellerOrder:
    """A seller order whose buyer this person may answer; 403 for other team members, 404 for strangers."""
    mine = Partner.objects.with_right(user, Right.ANSWER_BUYERS)
    orders = SellerOrder.objects.select_related("order__placement", "seller")
    found = orders.filter(seller__in=mine, number=number).first()
    if found is None:
        if SellerOrder.objects.filter(number=number, seller__team__user=user).exists():
            raise PermissionDenied
        raise Http404
    return found


def picture_address(number: str, picture: SentPicture) -> str:
    return reverse("producer_desk:sent-picture", args=[number, picture.pk])


def _said(seller_order: SellerOrder) -> list[Said]:
    return conversation(
        seller_order, Side.SELLER, lambda picture: picture_address(seller_order.number, picture)
    )


def _sent(request: HttpRequest, seller_order: SellerOrder, form: MessageForm) -> bool:
    cleaned = form.cleaned_data
    try:
        write(
            seller_order,
            side=Side.SELLER,
            author=request.user,
            body=cleaned["body"],
            pictures=cleaned["pictures"],
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Your message is sent."))
    return True
