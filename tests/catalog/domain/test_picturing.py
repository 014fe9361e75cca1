import io
import re

import pytest
from PIL import Image

from catalog.domain.picturing import picture_products
from catalog.models import Product, ProductImage
from catalog.tasks import illustrate_products
from tests.factories.catalog import make_product

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_draws_what_is_missing_in_three_widths(db, media):
    make_product(title="Mật ong bạc hà", set_number=4)
    photographed = make_product(pictured=True)
    products = list(Product.objects.for_cards())
    assert picture_products(products) == 1
    drawn = Product.objects.for_cards().get(title="Mật ong bạc hà").picture
    assert drawn.kind == ProductImage.Kind.ILLUSTRATION
    assert re.fullmatch(r"products/mat-ong-bac-ha-[0-9a-f]{8}-960\.webp", drawn.original.name)
    for width, height in ((320, 400), (640, 800), (960, 1200)):
        picture = Image.open(io.BytesIO((media / drawn.name_at(width)).read_bytes()))
        assert (picture.format, picture.size) == ("WEBP", (width, height))
    assert (drawn.width, drawn.height) == (960, 1200)
    assert ProductImage.objects.filter(product=photographed).count() == 1


def test_task_may_run_twice(db, media):
    product = make_product()
    illustrate_products.func([product.pk, 0])
    illustrate_products.func([product.pk])
    assert ProductImage.objects.filter(product=product).count() == 1
    assert len(list(media.rglob("*.webp"))) == 3
