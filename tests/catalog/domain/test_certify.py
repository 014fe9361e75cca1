import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.domain.acts import act_on
from catalog.domain.certify import CertificationRefused, award, counted_from, extend, last_day, withdraw
from catalog.models import Certification, CertificationAct, Product
from catalog.models.certifications import STARRED, CertificationStatus, in_force
from marketplace.core.models import Activity
from tests.factories.catalog import make_certification, make_product, make_user

HA_NOI = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = datetime.date(2026, 11, 24)
days = st.dates(datetime.date(2018, 1, 1), datetime.date(2035, 12, 31))


@pytest.mark.unit
@pytest.mark.parametrize(
    ("issued_on", "expected"),
    [
        (datetime.date(2023, 11, 24), datetime.date(2026, 11, 24)),
        (datetime.date(2022, 12, 31), datetime.date(2025, 12, 31)),
        (datetime.date(2024, 2, 29), datetime.date(2027, 2, 28)),
        (datetime.date(2023, 8, 31), datetime.date(2026, 8, 31)),
    ],
)
def test_valid_for_36_months(issued_on, expected):
    assert last_day(issued_on) == expected


@pytest.mark.unit
@pytest.mark.parametrize(
    ("year", "expected"),
    [(2022, datetime.date(2025, 12, 31)), (2023, datetime.date(2026, 12, 31)), (None, None)],
)
def test_known_by_year_counts_from_its_last_day(year, expected):
    assert last_day(counted_from(None, year)) == expected


@pytest.mark.unit
@given(day=days)
def test_last_day_is_three_years_later_or_the_end_of_february(day):
    end = last_day(day)
    assert (end.year, end.month) == (day.year + 3, day.month)
    assert end.day == day.day or (day.month, day.day, end.day) == (2, 29, 28)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("day", "number"),
    [
        (datetime.date(2019, 8, 20), None),
        (datetime.date(2019, 8, 21), "1048/QĐ-TTg"),
        (datetime.date(2023, 2, 23), "1048/QĐ-TTg"),
        (datetime.date(2023, 2, 24), "148/QĐ-TTg"),
        (datetime.date(2025, 7, 5), "148/QĐ-TTg"),
        (datetime.date(2025, 7, 6), "148/QĐ-TTg, 1489/QĐ-TTg"),
        (datetime.date(2026, 5, 22), "26/2026/QĐ-TTg"),
        (datetime.date(2031, 1, 1), "26/2026/QĐ-TTg"),
    ],
)
def test_act_in_force(day, number):
    act = act_on(day)
    assert (act.number if act else None) == number


def at(day, hour, minute):
    return time_machine.travel(datetime.datetime(*day, hour, minute, tzinfo=HA_NOI), tick=False)


@pytest.mark.integration
def test_counts_until_the_last_minute_of_its_last_day_in_ha_noi(db):
    product = make_product(certification={"issued_on": None, "recognised_year": 2023})
    starred = Product.objects.starred
    with at((2026, 12, 31), 23, 59):
        assert product.certification.status == CertificationStatus.EXPIRING
        assert list(starred()) == [product]
    with at((2027, 1, 1), 0, 0):
        assert product.certification.status == CertificationStatus.EXPIRED
        assert list(starred()) == []
        assert list(Product.objects.listed()) == [product]


@pytest.mark.integration
@pytest.mark.parametrize(
    ("day", "status"),
    [
        (datetime.date(2026, 9, 4), CertificationStatus.VALID),
        (datetime.date(2026, 9, 5), CertificationStatus.EXPIRING),
        (datetime.date(2027, 3, 3), CertificationStatus.EXPIRING),
        (datetime.date(2027, 3, 4), CertificationStatus.EXTENDED),
        (datetime.date(2027, 8, 30), CertificationStatus.EXTENDED),
        (datetime.date(2027, 8, 31), CertificationStatus.EXPIRED),
    ],
)
def test_status_at_its_boundaries(db, frozen, day, status):
    product = make_product(certification={"issued_on": datetime.date(2024, 3, 3)})
    with at((2027, 3, 1), 8, 0):
        extend(product.certification, until=datetime.date(2027, 8, 30), decision="1/QĐ", reason="Hồ sơ")
    if status in (CertificationStatus.VALID, CertificationStatus.EXPIRING):
        product.certification.extended_until = None
    assert product.certification.status_on(day) == status


@pytest.mark.integration
def test_award(db, frozen):
    actor = make_user()
    product = make_product(recognised=False)
    certification = award(
        product,
        stars=4,
        level=Certification.Level.PROVINCE,
        issued_on=datetime.date(2026, 11, 20),
        decision_number="99/QĐ-UBND",
        actor=actor,
    )
    assert product.certification == certification
    assert certification.act == "26/2026/QĐ-TTg"
    assert certification.valid_until == datetime.date(2029, 11, 20)
    assert certification.provenance == Certification.Provenance.AWARDED
    line = Activity.objects.get(act="certification.awarded")
    assert (line.actor, line.subject_id) == (actor, str(certification.pk))
    assert line.details == {"product": product.pk, "stars": 4, "decision": "99/QĐ-UBND"}


@pytest.mark.integration
@pytest.mark.parametrize(
    "wrong",
    [{"stars": 2}, {"stars": 6}, {"issued_on": datetime.date(2026, 11, 25)}, {"decision_number": ""}],
)
def test_award_refused(db, frozen, wrong):
    product = make_product(recognised=False)
    right = {"stars": 3, "level": "province", "issued_on": TODAY, "decision_number": "1/QĐ"}
    with pytest.raises(CertificationRefused):
        award(product, **{**right, **wrong})
    assert not Certification.objects.exists()
    assert not Activity.objects.exists()


@pytest.mark.integration
def test_newest_recognition_is_current(db, frozen):
    product = make_product(recognised=False)
    undated = make_certification(product, stars=5, issued_on=None)
    assert product.certification == undated
    by_year = make_certification(product, stars=3, recognised_year=2022)
    assert product.certification == by_year
    older = make_certification(product, stars=4, issued_on=datetime.date(2022, 12, 30))
    assert product.certification == by_year
    newest = make_certification(product, stars=4, issued_on=datetime.date(2026, 1, 5))
    assert product.certification == newest
    statuses = {each.pk: each.status for each in product.certifications.all()}
    assert statuses == {
        undated.pk: CertificationStatus.SUPERSEDED,
        by_year.pk: CertificationStatus.SUPERSEDED,
        older.pk: CertificationStatus.SUPERSEDED,
        newest.pk: CertificationStatus.VALID,
    }
    history = list(product.certifications.newest_first())
    assert history == [newest, by_year, older, undated]


@pytest.mark.integration
def test_extension(db, frozen):
    product = make_product(certification={"issued_on": datetime.date(2023, 11, 1)})
    certification = product.certification
    assert certification.status == CertificationStatus.EXPIRED
    furthest = datetime.date(2027, 4, 30)
    assert furthest == certification.valid_until + datetime.timedelta(days=180)
    with pytest.raises(CertificationRefused):
        extend(certification, until=datetime.date(2027, 5, 1), decision="7/QĐ", reason="Chờ kết quả")
    with pytest.raises(CertificationRefused):
        extend(certification, until=certification.valid_until, decision="7/QĐ", reason="Chờ kết quả")
    with pytest.raises(CertificationRefused):
        extend(certification, until=furthest, decision="", reason="Chờ kết quả")
    assert not CertificationAct.objects.exists()
    extend(certification, until=furthest, decision="7/QĐ", reason="Chờ kết quả")
    assert certification.status == CertificationStatus.EXTENDED
    act = CertificationAct.objects.get()
    assert (act.kind, act.on, act.until, act.decision_number) == ("extended", TODAY, furthest, "7/QĐ")
    assert Activity.objects.filter(act="certification.extended").count() == 1


@pytest.mark.integration
def test_withdrawal_takes_the_product_from_lists_and_brings_no_older_one_back(db, frozen):
    product = make_product(certification={"issued_on": datetime.date(2025, 1, 1)})
    make_certification(product, issued_on=datetime.date(2024, 6, 1))
    certification = product.certification
    withdraw(certification, on=TODAY, decision="5/QĐ", reason="Ngừng sản xuất")
    product.refresh_from_db()
    assert product.certification == certification
    assert product.certification_status == CertificationStatus.WITHDRAWN
    assert list(Product.objects.listed()) == []
    assert list(Product.objects.for_sale()) == []
    assert list(Product.objects.reachable()) == [product]
    with pytest.raises(CertificationRefused):
        withdraw(certification, on=TODAY, decision="6/QĐ", reason="Lần nữa")
    assert CertificationAct.objects.count() == 1


@pytest.mark.integration
def test_withdrawal_from_a_day_to_come(db, frozen):
    product = make_product()
    withdraw(product.certification, on=TODAY + datetime.timedelta(days=1), decision="5/QĐ", reason="Vi phạm")
    assert list(Product.objects.starred()) == [product]
    frozen.shift(datetime.timedelta(days=1))
    assert list(Product.objects.starred()) == []
    assert list(Product.objects.listed()) == []


maybe_day = st.none() | st.dates(datetime.date(2026, 11, 20), datetime.date(2026, 11, 28))


@pytest.mark.integration
class TestConditionAndStatusAgree(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.product = make_product(recognised=False)

    @given(
        stars=st.none() | st.integers(1, 5),
        valid_until=maybe_day,
        extended_until=maybe_day,
        withdrawn_on=maybe_day,
        today=st.dates(datetime.date(2026, 11, 19), datetime.date(2026, 11, 29)),
    )
    def test_in_the_query_and_in_python(self, today, **fields):
        certification = make_certification(self.product, started_on=None, **fields)
        with at((today.year, today.month, today.day), 12, 0):
            counts = Certification.objects.filter(in_force(), pk=certification.pk).exists()
            assert counts == (certification.status in STARRED)
            listed = Product.objects.listed().filter(pk=self.product.pk).exists()
            assert listed == Product.objects.get(pk=self.product.pk).is_listed
