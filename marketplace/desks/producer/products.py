"""The producer's desk: the products of one's own stalls, from a first draft to the office's approval."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.domain import listings, prepare
from catalog.models import Category, Listing, ListingCheck, Product
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.roles import Right
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.product_forms import ProductForm, SetForm, initial_of
from marketplace.desks.producer.product_list import condition as condition_of
from marketplace.desks.producer.product_list import counted, for_rows, products_of, rows, state_of, tab_of
from marketplace.desks.producer.stalls import chosen_of, stalls_with
from producers.models import Partner, StockRecord

PER_PAGE = 20
SEARCH_LENGTH = 100
PRICES_SHOWN = 12
UNPROCESSABLE = 422
SEND = "send"

State = Listing.State


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The products of the person's stalls, by tab, found by text."""
    stalls = stalls_with(request.user, Right.EDIT_STOCK)
    asked = request.GET.get("stall", "")
    chosen = chosen_of(stalls, asked) if asked else None
    among = [chosen] if chosen is not None else stalls
    text = request.GET.get("q", "").strip()[:SEARCH_LENGTH]
    tab = tab_of(request.GET.get("tab"))
    products = products_of(among, text)
    tabs = counted(products, among)
    order = ("certification__valid_until", "pk") if tab.code == "ending" else ("-pk",)
    found = for_rows(products.filter(condition_of(tab.code, among))).order_by(*order)
    paginator = Paginator(found, PER_PAGE)
    # The tab has counted them already.
    paginator.count = {each.code: number for each, number in tabs}[tab.code]
    page = paginator.get_page(request.GET.get("page"))
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "chosen": chosen,
        "stall": chosen or (stalls[0] if len(stalls) == 1 else None),
        "several": chosen is None and len(stalls) > 1,
        "text": text,
        "tab": tab,
        "tabs": tabs,
        "page": page,
        "rows": rows(list(page)),
    }
    return render(request, "desks/producer/products.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Begin a product: first its set, which the address then carries, then the form of that set."""
    stalls = stalls_with(request.user, Right.EDIT_PRODUCTS)
    chosen = SetForm(request.GET if "set" in request.GET else None, stalls=stalls)
    if not chosen.is_valid():
        return _choose_set(request, stalls, chosen)
    seller = chosen_of(stalls, chosen.cleaned_data["stall"])
    form = ProductForm(request.POST or None, group=prepare.group_of(chosen.category), initial={"in_stock": 0})
    if request.method == "POST" and form.is_valid():
        product = prepare.begin(
            seller,
            category=chosen.category,
            values=form.values(),
            offer=form.offer(),
            actor=request.user,
        )
        messages.success(request, _("The product is begun. Now add pictures, then send it to the office."))
        return redirect("producer_desk:product-pictures", pk=product.pk)
    context = {**links_of(request.user), "stall": seller, "category": chosen.category, "form": form}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/product.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One product: what it is, what it costs, how many there are, and where it stands."""
    product = product_of(request.user, pk)
    record = prepare.own_record(product)
    initial = initial_of(product, record)
    group = prepare.group_of(product.category)
    if request.method != "POST":
        return _page(request, product, ProductForm(group=group, initial=initial))
    form = ProductForm(request.POST, group=group, initial=initial)
    if not form.is_valid():
        return _page(request, product, form, status=UNPROCESSABLE)
    try:
        goes_to_office = prepare.write(
            product,
            values=form.values(),
            offer=form.offer(),
            seen=form.cleaned_data["seen"] or None,
            send=request.POST.get("act") == SEND,
            actor=request.user,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, product, form, status=UNPROCESSABLE)
    messages.success(request, _saved_words(goes_to_office))
    return redirect("producer_desk:product", pk=pk)


@require_POST
@never_cache
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One act of the list or of a product's page: send, take back, hide, show, copy."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("producer_desk:product", args=[pk]))
    product = product_of(request.user, pk)
    try:
        words, shown = _acted(request, product)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        shown = product
    else:
        messages.success(request, words)
    return redirect("producer_desk:product", pk=shown.pk)


def _acted(request: HttpRequest, product: Product) -> tuple[str, Product]:
    asked = request.POST.get("act", "")
    if asked == SEND:
        listings.submit(product, actor=request.user)
        return _("Sent to the office. You are told when it is decided."), product
    if asked == "take-back":
        check = prepare.waiting_check(product)
        if check is None:
            raise listings.ListingMoved
        listings.take_back(check, actor=request.user)
        return _("Taken back."), product
    if asked == "hide":
        listings.hide(product, actor=request.user)
        return _("Buyers do not see it any more."), product
    if asked == "show":
        listings.show(product, actor=request.user)
        return _("Buyers see it again."), product
    if asked == "copy":
        return _("This is the copy, a draft. Change what is different."), prepare.copy(
            product, actor=request.user
        )
    raise Http404


def product_of(user: User, pk: int, right: Right = Right.EDIT_PRODUCTS) -> Product:
    """A product on which this person may work; 403 for a team member without the right, else 404."""
    own = Product.objects.filter(pk=pk, parent=None)
    found = (
        own.filter(producer__in=Partner.objects.with_right(user, right))
        .select_related("producer", "certification", "listing", "region__parent")
        .prefetch_related("categories", "images")
        .first()
    )
    if found is not None:
        return found
    if own.filter(producer__team__user=user).exists():
        raise PermissionDenied
    raise Http404


def frame_of(request: HttpRequest, product: Product) -> dict:
    """What all pages of one product show above their own part."""
    return {**links_of(request.user), "stall": product.producer, "product": product}


def _choose_set(request: HttpRequest, stalls: list[Partner], form: SetForm) -> HttpResponse:
    context = {**links_of(request.user), "stalls": stalls, "form": form}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/product_set.html", context, status=status)


def _page(request: HttpRequest, product: Product, form: ProductForm, status: int = 200) -> HttpResponse:
    variants = list(product.children.order_by("pk"))
    checks = list(product.listing_checks.select_related("decided_by")[:PRICES_SHOWN])
    record = product.stock_record
    shown = [each for each in variants if each.is_public]
    packs = StockRecord.objects.filter(product__in=shown, partner=product.producer, departure=None)
    on_offer = [each for each in (record, *packs) if each is not None and each.price is not None]
    available = int(product.is_in_stock) if product.is_booked else sum(e.net_stock_level for e in on_offer)
    state, kind = state_of(product, available, low=False, is_priced=bool(on_offer))
    context = {
        **frame_of(request, product),
        "category": product.category,
        "form": form,
        "state": state,
        "kind": kind,
        "listing_state": prepare.state_of(product).value,
        "waiting": next((each for each in checks if each.state == ListingCheck.State.WAITING), None),
        "sent_back": _sent_back(checks),
        "checks": checks,
        "prices": list(record.price_changes.select_related("actor")[:PRICES_SHOWN]) if record else [],
        "pictures": list(product.images.all()),
        "variants": variants,
        "needs_clearance": product.sale_rule == Category.SaleRule.CLEARANCE and not product.is_sold_online,
        "send": SEND,
    }
    return render(request, "desks/producer/product.html", context, status=status)


def _sent_back(checks: list[ListingCheck]) -> ListingCheck | None:
    """The last decision, if it was to send the listing back and nothing was sent since."""
    last = next((each for each in checks if each.state != ListingCheck.State.TAKEN_BACK), None)
    return last if last is not None and last.state == ListingCheck.State.SENT_BACK else None


def _saved_words(goes_to_office: bool) -> str:
    if goes_to_office:
        return _("Saved. Names, pictures and origin show once the office has checked them.")
    return _("Saved.")
