"""The demo's data. Loading takes seconds, so it is loaded once for all that is read from it."""

import csv
import datetime
from collections import Counter

import pytest
from django.core.management import call_command
from django.db.models import Count, F

from catalog.models import Certification, Product, ProductImage
from catalog.models.certifications import CertificationStatus
from marketplace.core.models import User
from marketplace.core.roles import Right, Role
from marketplace.sales.domain import ledger
from marketplace.sales.domain.charge import PriceList
from marketplace.sales.domain.promotions import find_code
from marketplace.sales.models import DeliveryTable, Message, Promotion, SellerOrder
from marketplace.sampledata import table
from marketplace.sampledata.accounts import PASSWORD, PLANS, demo_accounts
from marketplace.sampledata.load import PRODUCTS, SampleReport, load_sample
from marketplace.sampledata.made_up import MARK
from marketplace.sampledata.orders import PLANS as ORDERS
from marketplace.sampledata.points import GOODS
from marketplace.sampledata.promotions import CODE
from marketplace.sampledata.stories import STORIES
from producers.domain.bank_accounts import account_of
from producers.models import Partner, StockMovement, StockRecord, Story

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("regions", "frozen")]


def rows(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def everything():
    models = (
        *(Product, Certification, Partner, StockRecord, StockMovement, Story, User, Promotion),
        *(SellerOrder, Message),
    )
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_sample_data(settings):
    """One load, looked at from all sides, and a second one that changes nothing."""
    settings.DEMO = True
    report = load_sample(pictures=False)
    assert (report.products, report.stories, report.accounts) == (733, 44, len(PLANS))
    assert report.promotions == 3
    assert report.orders == len(ORDERS)

    _has_every_row_with_its_source()
    _has_prices_and_stock()
    _has_illustrative_renewals(report)
    _has_one_fictional_stall()
    _has_accounts_that_can_do_something()
    _has_promotions_that_count()
    _has_orders_in_all_states()

    before = everything()
    assert load_sample(pictures=False) == SampleReport()
    assert everything() == before


def _has_every_row_with_its_source():
    real = Product.objects.filter(producer__is_fictional=False) | Product.objects.filter(producer=None)
    assert real.count() == len(rows(PRODUCTS)) == 732
    assert real.filter(producer=None).count() == 77
    assert not real.filter(source_url="").exists()
    assert not real.filter(region=None).exists()
    assert not Product.objects.filter(categories=None).exists()
    assert set(Product.objects.listed()) == set(real)
    stories = Story.objects.annotate(of_stall=F("product__producer")).filter(seller=F("of_stall"))
    assert stories.count() == len(rows(STORIES)) == 44
    assert not Story.objects.filter(body_en="").exists()
    assert Product.objects.exclude(title_en="").count() > 90


def _has_prices_and_stock():
    records = StockRecord.objects.exclude(partner__is_fictional=True).filter(departure=None)
    assert records.count() == 655
    assert not [record.pk for record in records if record.price % 1000 or record.price <= 0]
    assert all(0 <= record.num_in_stock <= 60 for record in records)
    assert 10 < records.filter(num_in_stock=0).count() < 50
    received = StockMovement.Kind.RECEIVED
    taken_in = StockMovement.objects.filter(stock_record__in=records, kind=received)
    assert taken_in.count() == records.exclude(num_in_stock=0).count()
    assert StockRecord.objects.filter(partner__kind=Partner.Kind.POINT).count() == GOODS
    assert not Product.objects.for_sale().filter(categories__set_number__in=[14, 15, 18]).exists()
    for_sale = Product.objects.for_sale().for_cards()
    assert all(product.is_for_sale for product in for_sale)
    assert len(set(Partner.objects.values_list("delivery_charge", "free_delivery_from"))) > 5
    tables = list(DeliveryTable.objects.select_related("seller"))
    assert len(tables) > 40
    assert all(each.seller.delivers_by_zone and PriceList(each.seller).serves_everywhere for each in tables)
    assert all(len(each.zones[0]["provinces"]) == 1 for each in tables)
    assert {len(each.zones[1]["provinces"]) for each in tables} <= {14, 15}


def _has_illustrative_renewals(report):
    renewals = Certification.objects.filter(provenance="illustrative").exclude(withdrawn_on__isnull=False)
    assert renewals.count() == report.renewals
    expired = 0
    for product in Product.objects.for_cards().filter(producer__is_fictional=False):
        expired += product.certification_status == CertificationStatus.EXPIRED
    share = report.renewals / (report.renewals + expired)
    assert share == pytest.approx(0.7, abs=0.05)
    for renewal in renewals.select_related("product"):
        assert (renewal.number, renewal.decision_number, renewal.level, renewal.act) == ("", "", "", "")
        assert renewal.status in (CertificationStatus.VALID, CertificationStatus.EXPIRING)
        assert renewal.issued_on < datetime.date(2026, 11, 24)
    two = Product.objects.annotate(count=Count("certifications")).filter(count__gt=1)
    assert two.count() == report.renewals


def _has_one_fictional_stall():
    stall = Partner.objects.get(is_fictional=True, kind=Partner.Kind.PRODUCER)
    point = Partner.objects.get(is_fictional=True, kind=Partner.Kind.POINT)
    assert "minh hoạ" in point.name
    product = Product.objects.for_cards().get(producer=stall)
    assert "minh hoạ" in stall.name
    assert "minh hoạ" in product.title
    assert product.certification_status == CertificationStatus.WITHDRAWN
    withdrawn = Certification.objects.exclude(withdrawn_on=None)
    assert list(withdrawn.values_list("product", flat=True)) == [product.pk]


def _has_accounts_that_can_do_something():
    accounts = {account.email: account for account in demo_accounts()}
    assert len(accounts) == len(PLANS) == 12
    users = {user.email: user for user in User.objects.prefetch_related("groups")}
    assert all(user.check_password(PASSWORD) for user in users.values())
    assert users["nguoi-mua@example.org"].addresses.count() == 1
    owner, packer, writer = (users[f"{name}@example.org"] for name in ("chu-the", "dong-goi", "viet-bai"))
    stall = Partner.objects.with_right(owner, Right.MANAGE_TEAM).get()
    assert stall.name == accounts["chu-the@example.org"].stall
    assert Partner.objects.with_right(packer, Right.MOVE_ORDERS).get() == stall
    assert not Partner.objects.with_right(packer, Right.EDIT_STALL).exists()
    assert not Partner.objects.with_right(writer, Right.SEE_ORDERS).exists()
    manager, clerk = (users[f"{name}@example.org"] for name in ("diem-ban", "nhan-vien"))
    assert Partner.objects.with_right(manager, Right.RUN_POINT).get().kind == Partner.Kind.POINT
    assert Partner.objects.with_right(clerk, Right.SELL_AT_COUNTER).count() == 1
    assert not Partner.objects.with_right(clerk, Right.RUN_POINT).exists()
    second = Partner.objects.with_right(users["chu-the-2@example.org"], Right.MANAGE_TEAM).get()
    assert second != stall
    assert {each.holder for each in map(account_of, (stall, second))} == {"TAI KHOAN MINH HOA"}
    roles = {
        email: sorted(user.groups.values_list("name", flat=True))
        for email, user in users.items()
        if user.groups.exists()
    }
    assert roles == {
        "bien-tap@example.org": [Role.EDITOR],
        "truong-bien-tap@example.org": [Role.CHIEF_EDITOR],
        "van-phong@example.org": [Role.OFFICE],
        "quan-tri@example.org": [Role.ADMINISTRATOR],
    }
    assert [email for email, user in users.items() if user.is_superuser] == ["quan-tri@example.org"]


def _has_promotions_that_count():
    running = list(Promotion.objects.on_offer().for_rows())
    with_code, for_event, of_stall = running
    assert all(MARK in each.title for each in running)
    assert with_code == find_code(CODE)
    assert with_code.is_for_first_order
    assert (for_event.seller, for_event.event.is_fictional) == (None, True)
    owners = [of_stall.seller, *for_event.sellers.all()]
    assert [each.team.get(role="owner").user.email for each in owners] == [
        "chu-the@example.org",
        "chu-the-2@example.org",
    ]
    for each, seller in zip((of_stall, for_event), owners, strict=True):
        assert all(each.covers(product, seller.pk) for product in Product.objects.filter(producer=seller))
        assert Product.objects.for_sale().filter(producer=seller).exists()


def _has_orders_in_all_states():
    orders = SellerOrder.objects.select_related("seller", "order__user")
    stall = Partner.objects.get(team__user__email="chu-the@example.org")
    assert {each.seller for each in orders} == {stall}
    assert {each.order.user.email for each in orders} == {"nguoi-mua@example.org"}
    assert Counter(each.state for each in orders) == {
        "pending": 3,
        "confirmed": 2,
        "packed": 1,
        "shipped": 1,
        "delivered": 2,
        "cancelled": 1,
    }
    # The stall's own promotion made them cheaper.
    assert all(each.discount for each in orders)
    assert Message.objects.get().body.endswith(MARK)
    assert list(ledger.differences(SellerOrder.objects.all())) == []


@pytest.fixture
def few(monkeypatch, tmp_path, settings):
    """The demo with the first rows of its products only."""
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path / "media"
    short = tmp_path / "products.csv"
    short.write_text("".join(PRODUCTS.read_text(encoding="utf-8").splitlines(keepends=True)[:4]), "utf-8")
    monkeypatch.setattr("marketplace.sampledata.load.PRODUCTS", short)


def test_what_somebody_entered_stays(few):
    load_sample(pictures=False)
    product = Product.objects.filter(natural_key__isnull=False).first()
    product.title = "Tên mới"
    product.save()
    StockRecord.objects.update(price=123_000, num_in_stock=3)
    Partner.objects.update(delivery_charge=1)
    Story.objects.all().delete()
    User.objects.filter(email="chu-the@example.org").update(first_name="Khác")
    before = everything()
    assert load_sample(pictures=False) == SampleReport()
    assert everything() == before


def test_missing_pictures_are_drawn(few, tmp_path):
    report = load_sample()
    assert report.pictures == Product.objects.count() == ProductImage.objects.count() == 4
    image = ProductImage.objects.first()
    for width in ProductImage.WIDTHS:
        assert (tmp_path / "media" / image.name_at(width)).stat().st_size > 1000
    assert load_sample() == SampleReport()


def test_only_the_demo_has_prices_and_accounts(few, settings):
    settings.DEMO = False
    load_sample(pictures=False)
    assert Product.objects.count() == 3
    assert not StockRecord.objects.exists()
    assert not User.objects.exists()
    assert not Promotion.objects.exists()
    assert not Partner.objects.filter(is_fictional=True).exists()
    assert not Certification.objects.filter(provenance="illustrative").exists()


def test_the_table_names_every_account_and_the_password_once(few):
    call_command("load_sample", "--no-pictures", verbosity=0)

    lines = list(table.lines(demo_accounts(), PASSWORD))

    assert sum(PASSWORD in line for line in lines) == 1
    for account in demo_accounts():
        (line,) = [line for line in lines if account.email in line.split()]
        assert account.label in line
        assert account.path in line.split()
