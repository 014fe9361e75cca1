"""The producer's desk: cash that carriers collected at the door, and what of it they handed over."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.desks.keyed import KeyedPaginator
from marketplace.desks.producer.money_pages import Desk, paid_order_of
from marketplace.desks.producer.order_access import login_first
from marketplace.desks.producer.transfer_forms import ProofForm
from marketplace.sales.domain import payouts
from marketplace.sales.models import CarrierPayout

ROWS_PER_PAGE = 30

State = CarrierPayout.State
STATE_KINDS = {State.SETTLED: "ok", State.DIFFERS: "warn", State.UNKNOWN: "warn"}
WITH_CARRIERS = "with-carriers"


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """What carriers still have, what needs a look, what was settled."""
    desk = Desk.of(request)
    own = CarrierPayout.objects.filter(seller=desk.stall)
    waiting = payouts.with_carriers(desk.stall)
    counts = dict(own.order_by().values_list("state").annotate(number=Count("pk")))
    sums = waiting.order_by().aggregate(number=Count("pk"), total=Sum("total"))
    counts[WITH_CARRIERS] = sums["number"]
    chosen = request.GET.get("state")
    chosen = chosen if chosen in State.values else WITH_CARRIERS
    settled = own.filter(state=chosen).select_related("seller_order").order_by("-pk")
    rows = waiting if chosen == WITH_CARRIERS else settled
    paginator = KeyedPaginator(rows, ROWS_PER_PAGE, count=counts.get(chosen, 0))
    tabs = [(WITH_CARRIERS, _("With the carriers")), *State.choices]
    context = {
        **desk.context(request, "payouts"),
        "tabs": [(code, label, counts.get(code, 0)) for code, label in tabs],
        "state": chosen,
        "is_waiting": chosen == WITH_CARRIERS,
        "page": paginator.get_page(request.GET.get("page")),
        "total": sums["total"] or 0,
        "kind": STATE_KINDS.get(chosen, ""),
        "can_clear": chosen in (State.DIFFERS, State.UNKNOWN),
    }
    return render(request, "desks/producer/payouts.html", context)


@require_POST
@never_cache
@login_first("producer_desk:payouts")
def note(request: HttpRequest, seller_number: str) -> HttpResponse:
    """The carrier has handed the money of this order over."""
    seller_order = paid_order_of(request.user, seller_number)
    try:
        payouts.note_by_hand(seller_order, paid_on=clock.today(), actor=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(
            request, _("The carrier's money for %(number)s is noted.") % {"number": seller_number}
        )
    return redirect("producer_desk:payouts")


@require_POST
@never_cache
@login_first("producer_desk:payouts")
def clear(request: HttpRequest, payout: int) -> HttpResponse:
    """A person has dealt with a payout that was not as it should be."""
    found = _payout_of(request.user, payout)
    form = ProofForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Please say how it was cleared."))
        return redirect("producer_desk:payouts")
    try:
        payouts.clear(found, actor=request.user, note=form.cleaned_data["note"])
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Cleared."))
    return redirect("producer_desk:payouts")


def _payout_of(user: User, pk: int) -> CarrierPayout:
    """A payout that this person may see; 403 for a team member without the right, else 404."""
    found = CarrierPayout.objects.visible_to(user).filter(pk=pk).first()
    if found is None:
        if CarrierPayout.objects.filter(pk=pk, seller__team__user=user).exists():
            raise PermissionDenied
        raise Http404
    return found
