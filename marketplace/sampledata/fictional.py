"""The one fictional stall: it shows what a withdrawn certification looks like."""

import datetime

from catalog.domain.certify import last_day, point_to_newest, withdraw
from catalog.domain.sets import product_class, set_code
from catalog.models import Category, Certification, Product
from marketplace.core import clock
from marketplace.core.text import slugify
from producers.models import Partner, StockRecord

STALL = "Gian hàng minh hoạ"
TITLE = "Sản phẩm minh hoạ có chứng nhận bị thu hồi"
TITLE_EN = "Illustrative product with a withdrawn certification"
SUMMARY = "Gian hàng và sản phẩm ở đây là hư cấu, chỉ để minh hoạ."
ILLUSTRATIVE_DECISION = "Minh hoạ"
REASON = "Minh hoạ: cơ sở đã ngừng sản xuất."
SET_NUMBER = 7
PRICE = 50_000


def load_fictional_stall() -> Product | None:
    """Make the stall and its product; None if they are there."""
    if Partner.objects.filter(slug=slugify(STALL)).exists():
        return None
    stall = Partner.objects.create(name=STALL, slug=slugify(STALL), summary=SUMMARY, is_fictional=True)
    product = Product.objects.create(
        title=TITLE,
        title_en=TITLE_EN,
        slug=slugify(TITLE),
        product_class=product_class(),
        producer=stall,
        unit="sản phẩm",
    )
    product.categories.add(Category.objects.get(code=set_code(SET_NUMBER)))
    StockRecord.objects.create(product=product, partner=stall, partner_sku=f"p{product.pk}", price=PRICE)
    issued_on = clock.today() - datetime.timedelta(days=400)
    certification = Certification.objects.create(
        product=product,
        stars=3,
        recognised_year=issued_on.year,
        issued_on=issued_on,
        started_on=issued_on,
        valid_until=last_day(issued_on),
        provenance=Certification.Provenance.ILLUSTRATIVE,
    )
    point_to_newest([product.pk])
    certification.refresh_from_db()
    withdraw(
        certification,
        on=clock.today() - datetime.timedelta(days=30),
        decision=ILLUSTRATIVE_DECISION,
        reason=REASON,
    )
    Product.objects.filter(pk=product.pk).update(folded=product.words())
    return product
