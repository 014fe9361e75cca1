"""News that time brings: reviews that could be written, certifications that end."""

import datetime
from collections.abc import Iterator

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Certification
from catalog.models.certifications import in_force
from marketplace.core import clock
from marketplace.core.tasks import retrying_task
from marketplace.notifications.domain.notify import notify_buyer, notify_team
from marketplace.notifications.models import Notice
from marketplace.reviews.domain.reviewing import reviewable_lines
from marketplace.sales.models import SellerOrder, SellerOrderLine
from producers.models import Partner

EXPECTED = (SellerOrder.State.CONFIRMED, SellerOrder.State.PACKED, SellerOrder.State.SHIPPED)
"""States of a seller order whose guests come; one that the host has not confirmed promises nothing."""

STEPS = (30, 90, 180)
"""Days before the end of a certification at which its producer is told, the nearest first."""


@retrying_task(in_transaction=True, title=_("Ask the buyer for a review"))
def invite_to_review(seller_order_id: int) -> None:
    """To the buyer, unless everything was reviewed meanwhile or came back."""
    seller_order = SellerOrder.objects.select_related("order__placement").get(pk=seller_order_id)
    if reviewable_lines(seller_order).exists():
        notify_buyer(
            seller_order.order,
            "review_invitation",
            key=str(seller_order.pk),
            seller=seller_order.seller_name,
        )


def tell_of_visits() -> int:
    """Remind buyers of what they have booked for tomorrow; once for each line. Gives how many."""
    tomorrow = clock.today() + datetime.timedelta(days=1)
    coming = SellerOrderLine.objects.filter(
        day=tomorrow, quantity__gt=0, seller_order__state__in=EXPECTED
    ).select_related("seller_order__order__placement", "order_line__product")
    lines = list(coming)
    for line in lines:
        notify_buyer(
            line.seller_order.order,
            "visit",
            key=f"{line.pk}:{tomorrow}",
            seller=line.seller_order.seller_name,
            product=line.order_line.product.title if line.order_line.product else line.title,
            starts=line.starts.isoformat("minutes") if line.starts is not None else "",
            place=line.place,
        )
    return len(lines)


def tell_of_ends() -> int:
    """Tell producers of certifications that come to their end; once for each, its end and step."""
    due = {_key(each, days): (each, days) for each, days in _due()}
    told = set(Notice.objects.filter(kind="certificate", key__in=due).values_list("key", flat=True))
    for key in due.keys() - told:
        certification, _step = due[key]
        product = certification.product
        notify_team(
            product.producer_id,
            "certificate",
            key=key,
            product=product.title,
            product_id=product.pk,
            slug=product.slug,
            days=(certification.ends_on - clock.today()).days,
            ends_on=certification.ends_on.isoformat(),
        )
    return len(due.keys() - told)


def _due() -> Iterator[tuple[Certification, int]]:
    """Certifications in force that end within the longest step, each with the step that it has reached."""
    today = clock.today()
    soon = today + datetime.timedelta(days=max(STEPS))
    ending = Certification.objects.filter(
        in_force(),
        Q(valid_until__lte=soon) | Q(extended_until__lte=soon),
        product__certification=F("pk"),
        product__producer__state=Partner.State.OPEN,
        product__producer__team__isnull=False,
    )
    for certification in ending.select_related("product").distinct().order_by("pk"):
        left = (certification.ends_on - today).days
        step = next((days for days in STEPS if left <= days), None)
        if step is not None:
            yield certification, step


def _key(certification: Certification, days: int) -> str:
    return f"{certification.pk}:{certification.ends_on}:{days}"
