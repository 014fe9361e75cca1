"""Two stalls with goods as the browser's tests find them: rows by the factories, with real picture files."""

from dataclasses import dataclass
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from catalog.models import Product, ProductImage
from marketplace.core.models import User
from marketplace.regions.models import Region
from producers.models import Partner
from tests.factories.catalog import make_member, make_picture, make_product, make_region, make_seller

COLOURS = ("#B5472F", "#3F6B4A", "#C98A2B", "#4B5A78")


@dataclass
class Market:
    """Tea of one seller, honey of another: four and three stars, delivery 30.000 ₫ and 25.000 ₫."""

    tea: Product
    honey: Product
    owner: User
    ha_dong: Region

    @property
    def tea_seller(self) -> Partner:
        return self.tea.producer

    @property
    def honey_seller(self) -> Partner:
        return self.honey.producer


def make_market() -> Market:
    tea_seller = make_seller(
        name="Hợp tác xã Chè Hảo Tâm",
        region=make_region(),
        delivery_charge=30_000,
        registered_address="Xóm Hồng Thái, xã Tân Cương, tỉnh Thái Nguyên",
        business_code="4600000001",
        representative="Người đại diện minh hoạ",
        phone="+842083000001",
        email="che@example.org",
    )
    honey_seller = make_seller(name="Hợp tác xã Mật ong Bạc Hà", delivery_charge=25_000)
    tea = make_pictured(
        title="Chè Tân Cương",
        seller=tea_seller,
        set_number=11,
        price=120_000,
        stars=4,
        unit="hộp",
        net_content="200 g",
        region=make_region(),
        certification={"decision_number": "813/QĐ-UBND", "level": "province"},
    )
    honey = make_pictured(
        title="Mật ong bạc hà", seller=honey_seller, price=95_000, stars=3, unit="chai", net_content="500 ml"
    )
    ha_dong = Region.objects.current().communes().get(name="Phường Hà Đông", parent__name="Thành phố Hà Nội")
    return Market(tea, honey, make_member(tea_seller), ha_dong)


def make_pictured(**fields) -> Product:
    """A product for sale whose picture has files, so that no page asks for one in vain."""
    product = make_product(**fields)
    picture = make_picture(product)
    for width in ProductImage.WIDTHS:
        if not default_storage.exists(picture.name_at(width)):
            default_storage.save(picture.name_at(width), _raster(width, COLOURS[product.pk % len(COLOURS)]))
    return Product.objects.for_cards().get(pk=product.pk)


def _raster(width: int, colour: str) -> ContentFile:
    file = BytesIO()
    Image.new("RGB", (width, width * 5 // 4), colour).save(file, "WEBP")
    return ContentFile(file.getvalue())
