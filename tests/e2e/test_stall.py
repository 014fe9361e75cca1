"""One day of a stall on a phone of 360 px: owner, packer, office and buyer, each in their own browser."""

import re
from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from PIL import Image
from playwright.sync_api import expect

from catalog.domain.certify import award
from catalog.models import Product
from cms.domain.site import set_up
from marketplace.core import clock
from marketplace.core.models import User
from marketplace.core.money import format_vnd
from marketplace.core.roles import Role, TeamRole
from marketplace.sales.models import SellerOrder
from tests.factories.catalog import make_user
from tests.tasks import run_tasks

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SMALL_PHONE = 360
TITLE, PRICE, DELIVERY = "Chè đinh Tân Cương", 180_000, 30_000
PACKER = "dong-goi@example.org"


@pytest.mark.parametrize("javascript", [True, False], ids=["", "without JavaScript"])
def test_from_an_invitation_to_a_reviewed_product(market, new_shopper, javascript):
    def person(email: str = ""):
        someone = new_shopper("en", width=SMALL_PHONE, javascript=javascript)
        if email:
            someone.log_in(email, to=someone.address("customer:summary"))
        return someone

    owner = person(market.owner.email)
    packer = join_the_team(person(), invite_packer(owner))
    product = put_up_product(owner)
    approve(person(make_official().email), product)
    # Councils award; their screens are not this story's.
    award(product, stars=4, level="province", issued_on=clock.today(), decision_number="1/QĐ-UBND")
    buyer = person(make_user(email="nguoi-mua@example.org").email)
    order = buy(buyer, market, product)
    pack_and_send(packer, order)
    review(buyer, order)
    answer(owner)
    read_as_visitor(person(), product)


def test_the_chosen_tab_is_seen_where_the_row_is_wider_than_the_screen(market, new_shopper):
    owner = new_shopper("en", width=SMALL_PHONE)
    owner.log_in(market.owner.email, to=owner.address("customer:summary"))
    owner.page.goto(f"{owner.address('producer_desk:index')}?state=done")
    expect(owner.main.get_by_role("link", name="Done")).to_be_in_viewport(ratio=1)


def invite_packer(owner) -> str:
    """The link that the owner sends by phone."""
    owner.open("producer_desk:team")
    owner.field("Name").fill("Chị Lan")
    owner.main.get_by_role("radio", name=re.compile("^Packer")).check()
    owner.button("Invite").click()
    return owner.main.get_by_label("Link for this person alone").input_value()


def join_the_team(packer, link: str):
    packer.page.goto(link)
    packer.main.get_by_role("link", name="Register an account").click()
    packer.main.locator("#id_name").fill("Trần Văn Minh")
    packer.main.locator("#id_email").fill(PACKER)
    packer.main.locator("#id_password").fill("chè xanh buổi sáng")
    packer.main.locator("#id_consent").check()
    packer.button("Register").click()
    packer.button("Join the team").click()
    expect(packer.main).to_contain_text("Welcome to the team")
    assert User.objects.get(email=PACKER).memberships.get().role == TeamRole.PACKER
    return packer


def put_up_product(owner) -> Product:
    owner.open("producer_desk:products")
    owner.main.get_by_role("link", name="Add a product").first.click()
    owner.main.locator("#id_set").select_option("11")
    owner.button("Go on").click()
    owner.field("Name of the product").fill(TITLE)
    owner.field("Ingredients").fill("Búp chè tươi 100 %")
    owner.main.locator("#id_shelf_life").fill("12 tháng")
    owner.main.locator("#id_price").fill("180.000")
    owner.main.locator("#id_in_stock").fill("5")
    owner.button("Save").click()
    expect(owner.page).to_have_url(re.compile("/anh/$"))
    owner.main.locator("input[type='file']").set_input_files(
        [{"name": "che.jpg", "mimeType": "image/jpeg", "buffer": photo()}]
    )
    owner.button("Save").first.click()
    expect(owner.main.locator(".photos img")).to_have_count(1)
    owner.main.get_by_role("link", name="Texts, price, stock").click()
    owner.button("Save and send to the office").click()
    expect(owner.main).to_contain_text("This waits for the office")
    return Product.objects.get(title=TITLE)


def photo() -> bytes:
    file = BytesIO()
    Image.new("RGB", (1200, 1500), "#3F6B4A").save(file, "JPEG")
    return file.getvalue()


def make_official() -> User:
    set_up()
    official = make_user(email="van-phong@example.org")
    official.groups.add(Group.objects.get(name=Role.OFFICE))
    return official


def approve(official, product: Product) -> None:
    official.open("office_desk:listings")
    official.main.get_by_role("link", name=product.title, exact=True).click()
    official.button("Approve").click()
    product.refresh_from_db()
    assert product.is_public


def buy(buyer, market, product: Product) -> SellerOrder:
    buyer.open("catalogue:detail", product.slug, product.pk)
    buyer.put_into_basket(product.title)
    buyer.open("checkout:index")
    buyer.page.wait_for_load_state()
    buyer.field("Your name").fill("Nguyễn Thị Lan")
    buyer.field("Phone").fill("0912 345 678")
    buyer.fill_in_place(market.ha_dong)
    if not buyer.scripted:
        buyer.accepts(422)
    buyer.button("Review the order").click()
    if not buyer.scripted:
        # The server asks back what the former name means.
        buyer.choose_commune(market.ha_dong)
        buyer.button("Review the order").click()
    buyer.agree_and_order(PRICE + DELIVERY)
    return SellerOrder.objects.get()


def pack_and_send(packer, order: SellerOrder) -> None:
    packer.open("producer_desk:order", order.number)
    for step in ("Confirm order", "Packed", "Handed to the carrier", "Delivered and paid"):
        packer.button(step).first.click()
        expect(packer.button(step)).to_have_count(0)
    order.refresh_from_db()
    assert order.state == SellerOrder.State.DELIVERED
    run_tasks()


def review(buyer, order: SellerOrder) -> None:
    buyer.open("customer:order", order.order.number)
    buyer.main.get_by_role("link", name=re.compile("^Write a review")).click()
    buyer.main.get_by_role("radio", name="5, very good").check()
    buyer.main.get_by_label(re.compile("^Your review")).fill("Nước xanh, hậu ngọt.")
    buyer.button("Publish the review").click()
    expect(buyer.main).to_contain_text("Thank you. Everybody can read your review now.")


def answer(owner) -> None:
    owner.open("producer_desk:reviews")
    owner.main.get_by_role("link", name=re.compile(TITLE)).first.click()
    owner.main.locator("textarea").fill("Cảm ơn chị, hẹn vụ chè sau.")
    owner.button("Publish the answer").click()
    run_tasks()


def read_as_visitor(visitor, product: Product) -> None:
    visitor.open("catalogue:detail", product.slug, product.pk)
    expect(visitor.main).to_contain_text("Nước xanh, hậu ngọt.")
    expect(visitor.main).to_contain_text("Cảm ơn chị, hẹn vụ chè sau.")
    expect(visitor.main).to_contain_text(format_vnd(PRICE))
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE
