"""Photos of products: kept in all widths, in order, and seen by the office before buyers see them."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from catalog.domain import listings, photos, prepare
from catalog.domain.prepare import Offer
from catalog.models import ProductImage
from tests.factories.catalog import make_category, make_product, make_seller, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def upload(size=(1200, 1500), colour="#b5512f") -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", size, colour).save(target, "JPEG")
    return SimpleUploadedFile("anh.jpg", target.getvalue(), "image/jpeg")


def draft():
    return prepare.begin(make_seller(), category=make_category(8), values={"title": "Giò"}, offer=Offer())


@pytest.mark.parametrize("size", [(1200, 1500), (400, 500)])
def test_a_photo_is_kept_in_every_width(size):
    photo = photos.store(upload(size), draft())
    for width in ProductImage.WIDTHS:
        with default_storage.open(photo["original"].replace("-960.", f"-{width}.")) as file:
            assert Image.open(file).width == width
    assert (photo["width"], photo["height"]) == (960, 1200)


def test_a_tiny_picture_is_refused():
    with pytest.raises(photos.PhotosRefused):
        photos.store(upload((300, 900)), draft())


def test_photos_of_a_draft_are_kept_in_their_order():
    product = draft()
    one, two = photos.store(upload(), product), photos.store(upload(colour="#4b6e45"), product)
    assert not photos.arrange(product, [one, two])
    assert not photos.arrange(product, [two, {**one, "caption": "Mặt sau"}])
    kept = list(product.images.order_by("display_order").values_list("original", "caption"))
    assert kept == [(two["original"], ""), (one["original"], "Mặt sau")]


def test_photos_of_a_public_product_go_to_the_office_first():
    product = make_product(pictured=True)
    before = product.images.get().original.name
    new = photos.store(upload(), product)
    assert photos.arrange(product, [new], actor=make_user())
    assert product.images.get().original.name == before
    assert photos.photos_of(product) == [new]
    listings.approve(prepare.waiting_check(product), actor=make_user())
    assert product.images.get().original.name == new["original"]


def test_who_was_slower_is_told():
    product = draft()
    seen = photos.mark(product)
    photos.arrange(product, [photos.store(upload(), product)], seen=seen)
    with pytest.raises(photos.PhotosRefused):
        photos.arrange(product, [], seen=seen)
    assert product.images.count() == 1


def test_there_is_an_end_to_photos(monkeypatch):
    monkeypatch.setattr(photos, "MOST", 0)
    product = draft()
    with pytest.raises(photos.PhotosRefused):
        photos.arrange(product, [photos.store(upload(), product)])
