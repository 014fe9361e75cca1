"""The producer's desk: giving packed parcels to a carrier, and the list that both sign."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.roles import Right
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.order_access import login_first, several_of
from marketplace.desks.producer.order_forms import HandoverForm
from marketplace.desks.producer.stalls import chosen_of, stalls_with
from marketplace.sales.carriers import Carrier, carrier, carriers
from marketplace.sales.domain.dispatch import hand_over
from marketplace.sales.models import DeliveryWay, Handover, SellerOrder
from marketplace.sales.parcel_papers import handover_pdf
from producers.models import Partner

#: So many parcels fit on the page and in one act; more are another handover.
MOST_PARCELS = 100
MOST_HANDOVERS = 20
#: What a row says of a parcel; nobody looks at its goods any more.
SHOWN = ("order__placement", "order__shipping_address", "parcel")

State = SellerOrder.State


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The packed parcels for one carrier and those without any, and what was handed over last."""
    stalls = stalls_with(request.user, Right.SEE_ORDERS)
    stall = chosen_of(stalls, request.GET.get("stall", ""))
    packed = _packed(stall)
    chosen = _chosen(request.GET.get("carrier", ""), packed)
    parcels = packed.filter(Q(parcel__carrier_code=chosen.code) | Q(parcel=None))
    shown = parcels.select_related(*SHOWN).order_by("placed_at", "pk")[:MOST_PARCELS]
    counts = dict(packed.order_by().values_list("parcel__carrier_code").annotate(number=Count("pk")))
    done = stall.handovers.annotate(number=Count("parcels"))[:MOST_HANDOVERS]
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "stall": stall,
        "carriers": [(each, counts.get(each.code, 0)) for each in carriers().values()],
        "chosen": chosen,
        "parcels": list(shown),
        "most": MOST_PARCELS,
        "handovers": list(done),
        "may_move": stall.grants(request.user, Right.MOVE_ORDERS),
    }
    return render(request, "desks/producer/handovers.html", context)


@require_POST
@never_cache
@login_first("producer_desk:handovers")
def make(request: HttpRequest) -> HttpResponse:
    """Hand the chosen parcels over: each is shipped, and the buyers are told."""
    stalls_with(request.user, Right.MOVE_ORDERS)
    numbers = request.POST.getlist("order")[:MOST_PARCELS]
    seller_orders = several_of(request.user, numbers, to_move=True)
    form = HandoverForm(request.POST)
    sellers = {each.seller_id for each in seller_orders}
    if len(sellers) != 1 or not form.is_valid():
        messages.warning(request, _("Please choose a carrier and parcels of one stall."))
        return redirect("producer_desk:handovers")
    seller = seller_orders[0].seller
    try:
        handing = hand_over(seller, form.cleaned_data["carrier"], seller_orders, actor=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect(f"{reverse('producer_desk:handovers')}?stall={seller.slug}")
    for refusal in handing.refused:
        messages.warning(request, str(refusal))
    messages.success(
        request, _("The parcels are on their way; the buyers get a mail. Print the list to sign.")
    )
    return redirect("producer_desk:handover", pk=handing.handover.pk)


@require_safe
@login_required
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The parcels of one handover."""
    handover = _handover(request.user, pk)
    context = {
        **links_of(request.user),
        "stall": handover.seller,
        "handover": handover,
        "parcels": list(_parcels(handover)),
    }
    return render(request, "desks/producer/handover.html", context)


@require_safe
@login_required
@never_cache
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The list that seller and carrier sign."""
    handover = _handover(request.user, pk)
    pdf = handover_pdf(handover, _parcels(handover))
    name = f"ban-giao-{handover.pk}.pdf"
    return FileResponse(BytesIO(pdf), filename=name, content_type="application/pdf")


def _packed(stall: Partner) -> QuerySet[SellerOrder]:
    return SellerOrder.objects.filter(seller=stall, state=State.PACKED, delivery_way=DeliveryWay.DOOR)


def _chosen(code: str, packed: QuerySet[SellerOrder]) -> Carrier:
    """The carrier that was asked for, else that of the oldest packed parcel, else the first of the list."""
    if code:
        if code not in carriers():
            raise Http404
        return carriers()[code]
    known = (
        packed.exclude(parcel=None).order_by("placed_at", "pk").values_list("parcel__carrier_code", flat=True)
    )
    return carrier(known.first() or next(iter(carriers())))


def _handover(user: User, pk: int) -> Handover:
    """A handover of a stall whose orders this person may see; 403 for others of the team, else 404."""
    handovers = Handover.objects.select_related("seller", "actor")
    found = handovers.filter(pk=pk, seller__in=Partner.objects.with_right(user, Right.SEE_ORDERS)).first()
    if found is not None:
        return found
    if handovers.filter(pk=pk, seller__team__user=user).exists():
        raise PermissionDenied
    raise Http404


def _parcels(handover: Handover) -> QuerySet[SellerOrder]:
    return SellerOrder.objects.filter(parcel__handover=handover).for_rows().order_by("placed_at", "pk")
