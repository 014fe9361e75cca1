"""Reviews of received goods, and notices: plain functions over the real models and acts."""

from itertools import count

from catalog.models import Product
from marketplace.core.models import User
from marketplace.notifications.models import Notice
from marketplace.reviews.domain import reviewing
from marketplace.reviews.models import Review
from marketplace.sales.models import SellerOrder, SellerOrderLine
from producers.models import Partner
from tests.factories.catalog import make_user
from tests.marketplace.sales.cases import Purchase, make_basket

_numbers = count(1)


def make_received_line(product: Product, *, user: User | None = None) -> SellerOrderLine:
    """The line of an order of this product that has arrived; ``user`` is the buyer if there is an account."""
    owner = {"user": user} if user is not None else {}
    order = Purchase(make_basket(product, owner=user), **owner).place()
    seller_order = order.seller_orders.get()
    SellerOrder.objects.filter(pk=seller_order.pk).update(state=SellerOrder.State.DELIVERED)
    return seller_order.lines.select_related("seller_order", "order_line__product").get()


def make_review(product: Product, *, user: User | None = None, **fields) -> Review:
    """A review of this product by who bought and received it."""
    fields.setdefault("rating", 4)
    fields.setdefault("name", "Lan")
    fields.setdefault("text", "Thơm, gói kỹ.")
    buyer = user or make_user()
    return reviewing.write(make_received_line(product, user=buyer), author=buyer, **fields)


def make_notice(person: User, *, seller: Partner | None = None, kind: str = "new_order", **fields) -> Notice:
    """A notice in the person's list, of an order that need not exist."""
    number = next(_numbers)
    fields.setdefault("key", f"test-{number}")
    fields.setdefault("facts", {"number": f"261124-{number}", "amount": "150.000 ₫"})
    fields.setdefault("is_listed", True)
    return Notice.objects.create(recipient=person, seller=seller, kind=kind, **fields)
