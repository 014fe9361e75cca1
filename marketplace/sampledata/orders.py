"""The demo's orders: what its buyer has ordered of its first stall, so that the desk has something to do.

They are placed and moved as everybody's are: stock, money, mails and notices follow by themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

from oscar.apps.basket.models import Basket

from marketplace.core.models import User
from marketplace.legal.models import Kind, Version
from marketplace.sales.domain import discounts, fulfil, write
from marketplace.sales.domain.place import Address, Buyer, SellerChoice, place_order
from marketplace.sales.domain.quote import quote
from marketplace.sales.models import Message, SellerOrder
from marketplace.sampledata.accounts import account, stall_of
from marketplace.sampledata.made_up import MARK
from producers.models import Partner, StockRecord
from producers.strategy import Selector
from storefront.forms.addresses import place_of

ENOUGH = 40
"""So many pieces at least are there of what is ordered: more than all orders together ask for."""
CASH, TRANSFER = "cod", "vietqr"

Act = Callable[..., object]


@dataclass(frozen=True)
class _Plan:
    """An order: how many of the stall's first, second and third goods, and what the seller did with it."""

    quantities: tuple[int, ...]
    acts: tuple[Act, ...] = ()
    method: str = CASH
    note: str = ""
    question: str = ""
    why: str = ""


PLANS = (
    _Plan((1, 1), (fulfil.confirm, fulfil.pack, fulfil.ship, fulfil.deliver)),
    _Plan((0, 2, 1), (fulfil.confirm, fulfil.pack, fulfil.ship, fulfil.deliver)),
    _Plan((2,), (fulfil.cancel,), why=f"Mẻ này chưa đạt, xin hẹn đợt sau {MARK}."),
    _Plan((1, 0, 1), (fulfil.confirm, fulfil.pack, fulfil.ship)),
    _Plan((0, 1), (fulfil.confirm, fulfil.pack)),
    _Plan((3,), (fulfil.confirm,), note=f"Đóng làm ba túi giúp {MARK}."),
    _Plan((0, 1, 2), (fulfil.confirm,)),
    _Plan((2, 1), method=TRANSFER),
    _Plan((1, 1, 1), note=f"Giao giờ hành chính {MARK}."),
    _Plan((0, 0, 2), question=f"Hàng có kịp đến trước thứ Bảy không? {MARK}"),
)


def load_orders() -> int:
    """Place the demo's orders, none where the stall has too little; returns how many.

    The demo's accounts and promotions are there before, as they were made.
    """
    user, owner = account("nguoi-mua"), account("chu-the")
    stall = stall_of(owner)
    goods = _goods_of(stall) if stall is not None else []
    if not goods:
        return 0
    said = _said_by(user)
    for number, plan in enumerate(PLANS):
        seller_order = _place(plan, goods, token=f"demo-{stall.pk}-{number}", **said)
        _follow(plan, seller_order, user, owner)
    return len(PLANS)


def _goods_of(stall: Partner) -> list[StockRecord]:
    """What there is most of; three, or fewer in a small stall."""
    shelf = StockRecord.objects.filter(partner=stall, price__isnull=False, num_in_stock__gte=ENOUGH)
    return list(shelf.select_related("product").order_by("-num_in_stock", "pk")[:3])


def _said_by(user: User) -> dict:
    """What the account says in each order: who buys, where to, and the terms agreed to."""
    kept = user.addresses.get()
    return {
        "user": user,
        "buyer": Buyer(user.get_full_name(), user.email, str(kept.phone_number), "vi"),
        "address": place_of(kept),
        "terms_version": Version.objects.edition_in_force(Kind.TERMS),
    }


def _place(
    plan: _Plan, goods: list[StockRecord], *, user: User, buyer: Buyer, address: Address, **said
) -> SellerOrder:
    basket = Basket.objects.create(owner=user)
    basket.strategy = Selector().strategy(user=user)
    for record, quantity in zip(cycle(goods), plan.quantities, strict=False):
        if quantity:
            basket.add_product(record.product, quantity)
    discounts.reduce_prices(basket, buyer.known_to(user))
    order = place_order(
        basket=basket,
        user=user,
        buyer=buyer,
        address=address,
        choices={record.partner_id: SellerChoice(plan.method, plan.note) for record in goods},
        expected=quote(basket).delivered(address.province, {}),
        **said,
    )
    return order.seller_orders.get()


def _follow(plan: _Plan, seller_order: SellerOrder, buyer: User, owner: User) -> None:
    for act in plan.acts:
        act(seller_order, actor=owner, note=plan.why)
    if plan.question:
        write.write(seller_order, side=Message.Side.BUYER, author=buyer, body=plan.question)
