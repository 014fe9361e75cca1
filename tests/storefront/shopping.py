"""What the tests of basket, checkout and orders do over and over."""

from urllib.parse import urlencode

from django.conf import settings
from django.core.signing import Signer
from django.test import Client
from oscar.apps.basket.models import Basket, Line
from oscar.apps.order.models import Order

from catalog.models import Product
from marketplace.core.models import User
from marketplace.regions.models import Region
from producers.strategy import Selector
from tests.factories.catalog import PASSWORD


def fill_basket(
    client: Client, *products: Product | tuple[Product, int], owner: User | None = None
) -> Basket:
    """A basket that the visitor of this client carries, with products in quantities."""
    basket = Basket.objects.create(owner=owner)
    basket.strategy = Selector().strategy()
    for wanted in products:
        product, quantity = wanted if isinstance(wanted, tuple) else (wanted, 1)
        basket.add_product(product, quantity)
    if owner is None:
        client.cookies[settings.OSCAR_BASKET_COOKIE_OPEN] = Signer().sign(basket.pk)
    return basket


def log_in(client: Client, person: User) -> None:
    assert client.login(username=person.email, password=PASSWORD)


def quantities(basket: Basket) -> list[int]:
    return list(basket.lines.order_by("pk").values_list("quantity", flat=True))


def line_of(basket: Basket, product: Product) -> Line:
    return basket.lines.get(product=product)


def ha_dong() -> Region:
    return Region.objects.current().get(name="Phường Hà Đông")


def form_data(basket: Basket, **changes: str) -> dict[str, str]:
    """A complete answer to the checkout's form; a change of None leaves a field out."""
    commune = ha_dong()
    data = {
        "name": "Nguyễn Thị Mẫu",
        "phone": "0912 345 678",
        "email": "mau@example.org",
        "province": str(commune.parent_id),
        "commune": "Phường Hà Đông",
        "street": "Số 8, ngõ 99",
        **changes,
    }
    for pk in basket.lines.values_list("stockrecord__partner", flat=True).distinct():
        data.setdefault(f"payment-{pk}", "cod")
        data.setdefault(f"note-{pk}", "")
    return {name: value for name, value in data.items() if value is not None}


def answer(client: Client, basket: Basket, language: str = "/en", **changes: str):
    """Send the checkout's form."""
    return client.post(f"{language}/thanh-toan/", form_data(basket, **changes))


def consent(review) -> dict[str, str]:
    """The form of a review page, with the consent given."""
    return {
        "token": review.context["token"],
        "digest": review.context["quote"].digest,
        "edition": review.context["edition"],
        "terms": "on",
    }


def to_review(client: Client, basket: Basket, language: str = "/en", **changes: str):
    """Answer the form and open the review."""
    assert answer(client, basket, language, **changes).status_code == 302
    return client.get(f"{language}/thanh-toan/xem-lai/")


def place(client: Client, basket: Basket, language: str = "/en", **changes: str) -> Order:
    """The whole way from a basket to an order."""
    review = to_review(client, basket, language, **changes)
    response = client.post(f"{language}/thanh-toan/dat-hang/", consent(review))
    assert response.status_code == 302, response.content.decode()
    return Order.objects.get(basket=basket)


def with_query(path: str, **values: str) -> str:
    return f"{path}?{urlencode(values)}"


def words(response) -> str:
    """The text of an answer, without markup's escapes."""
    return response.content.decode().replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&")
