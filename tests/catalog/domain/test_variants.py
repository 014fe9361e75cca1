"""Variants: other packs of a product, which share its recognition and are sold by themselves."""

import datetime

import pytest

from catalog.domain import certify, listings, prepare, variants
from catalog.domain.banned import BannedWords
from catalog.domain.prepare import Offer
from catalog.models import BannedWord, Product
from tests.factories.catalog import make_product, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def make_variant(product, name="1 kg", price=95_000, stock=4) -> Product:
    made = variants.add(product, variant=name, net_content=name)
    prepare.put_on_offer(made, Offer(price, stock))
    return Product.objects.for_cards().get(pk=made.pk)


def test_a_variant_is_for_sale_by_itself_and_in_no_list():
    product = make_product(title="Chè búp")
    made = make_variant(product)
    assert (made.title, made.price, made.available, made.can_buy) == ("Chè búp, 1 kg", 95_000, 4, True)
    assert (made.stars, made.category, made.producer) == (3, product.category, product.producer)
    assert made.get_absolute_url() == product.get_absolute_url()
    assert list(Product.objects.listed()) == [product]
    assert set(Product.objects.buyable()) == {product, made}


@pytest.mark.parametrize("field", ["variant", "net_content", "unit"])
@pytest.mark.parametrize("rule", BannedWord.Rule)
def test_no_word_that_the_office_looks_for_stands_in_what_tells_packs_apart(field, rule):
    BannedWord.objects.create(word="thần dược", rule=rule)
    made = make_variant(make_product())
    words = {"variant": "2 kg", "net_content": "2 kg", "unit": "gói", field: "Thần dược, 2 kg"}
    with pytest.raises(BannedWords, match="thần dược"):
        variants.add(made.parent, **words)
    values = {"net_weight": None, "shipping_weight": None, **words}
    with pytest.raises(BannedWords):
        prepare.write_variant(made, values=values, offer=Offer(95_000, 4))
    assert Product.objects.filter(parent=made.parent).get().variant == "1 kg"


def test_it_follows_the_recognition_of_its_product():
    product = make_product()
    made = make_variant(product)
    certification = certify.award(
        product, stars=4, level="provincial", issued_on=datetime.date(2026, 5, 5), decision_number="1/QĐ"
    )
    made.refresh_from_db()
    assert (made.certification, made.stars) == (certification, 4)
    certify.withdraw(certification, on=datetime.date(2026, 11, 1), decision="2/QĐ", reason="x")
    assert not Product.objects.get(pk=made.pk).can_buy


def test_it_goes_and_comes_with_its_product():
    product = make_product()
    made = make_variant(product)
    listings.hide(product, actor=make_user())
    assert not Product.objects.select_related("parent").get(pk=made.pk).can_buy
    assert not Product.objects.buyable().exists()


def test_it_is_called_as_its_product_is():
    product = make_product(title="Chè búp", title_en="Tea buds")
    made = make_variant(product)
    check = listings.submit(product, actor=None, changes={"title": "Chè nõn"})
    listings.approve(check, actor=make_user())
    made.refresh_from_db()
    assert (made.title, made.title_en, made.folded) == (
        "Chè nõn, 1 kg",
        "Tea buds, 1 kg",
        "che non 1 kg tea buds 1 kg",
    )


def test_two_packs_of_one_name_are_refused():
    product = make_product(variant="500 g")
    make_variant(product)
    for name in ("1 KG", "500 g"):
        with pytest.raises(variants.VariantRefused):
            variants.add(product, variant=name)
    assert product.children.count() == 1


def test_there_is_an_end_to_packs(monkeypatch):
    monkeypatch.setattr(variants, "MOST", 1)
    product = make_product()
    make_variant(product)
    with pytest.raises(variants.VariantRefused):
        variants.add(product, variant="2 kg")
