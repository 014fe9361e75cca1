"""The busy stall of the benchmark, in miniature."""

import pytest

from marketplace.payments.models import Payment
from marketplace.sales.models import SellerOrder
from tests.bench.stall import make_owner, make_stall, session_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_a_stall_in_miniature(client, settings):
    seller = make_stall(products=6, orders=200)
    assert seller.products.listed().count() == 6
    parts = SellerOrder.objects.filter(seller=seller)
    assert parts.count() == Payment.objects.count() == 200
    states = set(parts.values_list("state", flat=True))
    assert states >= {"delivered", "cancelled", "refused"}
    assert states & {"pending", "confirmed", "packed", "shipped"}
    assert (parts.first().placed_at - parts.last().placed_at).days > 700
    owner = make_owner(seller)
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(owner)
    assert client.get("/ban-hang/").status_code == 200
