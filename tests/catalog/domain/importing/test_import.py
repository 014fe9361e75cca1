import datetime
import unicodedata
from functools import cache

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.domain.importing import import_products
from catalog.domain.importing.report import Outcome
from catalog.models import Certification, Product
from catalog.models.certifications import CertificationStatus
from marketplace.regions.domain.resolve import Resolver
from producers.models import Partner, StockRecord
from tests.catalog.domain.importing.lists import HONEY, NO_PRODUCER, ROWS, TEA, many, write_csv, write_xlsx
from tests.factories.catalog import make_certification

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("regions")]

ALL_NEW = {Outcome.CREATED: 3, Outcome.RENEWED: 0, Outcome.FILLED_IN: 0, Outcome.UNCHANGED: 0}
ALL_KNOWN = {Outcome.CREATED: 0, Outcome.RENEWED: 0, Outcome.FILLED_IN: 0, Outcome.UNCHANGED: 3}


@cache
def resolver():
    """Read once: the regions are the same in every test."""
    return Resolver()


@pytest.fixture
def bring_in(tmp_path):
    def bring_in(*rows, **options):
        path = write_csv(tmp_path / "list.csv", rows)
        return import_products(path, **{"resolver": resolver(), **options})

    return bring_in


def product(title):
    return Product.objects.for_cards().get(title=title)


def test_what_a_row_becomes(frozen, bring_in):
    report = bring_in(*ROWS)
    assert report.outcomes == ALL_NEW
    assert (report.rows, report.producers_created) == (3, 2)
    assert (report.without_producer, report.without_commune) == (1, 2)
    honey = product("Mật ong bạc hà Đồng Văn")
    assert honey.slug == "mat-ong-bac-ha-dong-van"
    assert honey.category.code == "set-04"
    assert (honey.place_now, honey.place_then) == (
        "Xã Sà Phìn, Tuyên Quang",
        "xã Sà Phìn, huyện Đồng Văn, Hà Giang",
    )
    assert honey.producer.name == "Hợp tác xã Ong Đá"
    assert honey.producer.legal_form == Partner.LegalForm.COOPERATIVE
    assert honey.producer.slug == "hop-tac-xa-ong-da"
    assert honey.producer.region == honey.region
    assert honey.source_url == "https://example.org/mat-ong"
    assert "ong" in honey.folded.split()
    assert honey.price is None
    assert not honey.is_for_sale
    recognition = honey.certification
    assert (recognition.stars, recognition.decision_number) == (4, "813/QĐ-UBND")
    assert recognition.provenance == Certification.Provenance.IMPORTED
    assert (recognition.issued_on, recognition.level, recognition.act, recognition.number) == (
        None,
        "",
        "",
        "",
    )
    assert recognition.started_on == datetime.date(2022, 12, 31)
    assert recognition.valid_until == datetime.date(2025, 12, 31)
    assert honey.certification_status == CertificationStatus.EXPIRED


def test_statuses_of_what_a_source_says(frozen, bring_in):
    bring_in(*ROWS, {**NO_PRODUCER, "product_name": "Rau dớn", "stars": ""})
    tea = product("Trà Shan tuyết Phìn Hồ")
    assert (tea.certification_status, tea.stars) == (CertificationStatus.VALID, 5)
    assert tea.certification.potential_five_star
    greens = product("Rau bò khai")
    assert greens.producer is None
    assert greens.certification_status == CertificationStatus.UNKNOWN
    assert greens.region_certainty == Product.RegionCertainty.PROVINCE_ONLY
    assert (greens.place_now, greens.place_then) == ("Tỉnh Thái Nguyên", "tỉnh Bắc Kạn")
    assert product("Rau dớn").certification_status == CertificationStatus.UNSTATED
    assert set(Product.objects.listed()) == set(Product.objects.all())
    assert list(Product.objects.for_sale()) == []


def test_same_from_csv_and_workbook(frozen, tmp_path):
    import_products(write_xlsx(tmp_path / "list.xlsx", ROWS))
    report = import_products(write_csv(tmp_path / "list.csv", ROWS, encoding="utf-16", delimiter="\t"))
    assert report.outcomes == ALL_KNOWN


def test_second_run_changes_nothing(frozen, bring_in):
    bring_in(*ROWS)
    before = everything()
    report = bring_in(*ROWS)
    assert report.outcomes == ALL_KNOWN
    assert not report.has_changes
    assert report.producers_created == 0
    assert everything() == before


def test_second_run_in_other_spellings_changes_nothing(frozen, bring_in):
    bring_in(*ROWS)
    before = everything()
    other = [{name: unicodedata.normalize("NFD", f"  {text} ") for name, text in row.items()} for row in ROWS]
    other[0] |= {"stars": "4 sao", "producer_name": "HTX Ong Đá", "product_name": "MẬT ONG BẠC HÀ ĐỒNG VĂN"}
    report = bring_in(*other)
    assert report.outcomes == ALL_KNOWN
    assert report.spelt_differently == [["HTX Ong Đá", "Hợp tác xã Ong Đá"]]
    assert everything() == before


def test_what_somebody_entered_stays(frozen, bring_in):
    bring_in(*ROWS)
    Product.objects.filter(title="Mật ong bạc hà Đồng Văn").update(unit="chai 500 ml")
    bring_in({**HONEY, "unit": "lọ", "price_vnd": "250000"})
    assert product("Mật ong bạc hà Đồng Văn").unit == "chai 500 ml"
    StockRecord.objects.update(price=300_000)
    report = bring_in({**HONEY, "price_vnd": "250000"})
    assert not report.has_changes
    assert product("Mật ong bạc hà Đồng Văn").price == 300_000


def test_trial_changes_nothing(frozen, bring_in):
    report = bring_in(*ROWS, dry_run=True)
    assert report.outcomes == ALL_NEW
    assert not report.is_written
    assert everything() == ([], [], [], [])
    assert not DBTaskResult.objects.exists()


def test_one_bad_row_keeps_all_out(frozen, bring_in):
    report = bring_in(HONEY, {**TEA, "stars": "sáu"}, NO_PRODUCER)
    assert not report.is_written
    (problem,) = report.problems
    assert (problem.line, problem.column, problem.value) == (3, "stars", "sáu")
    assert report.bad_lines == {3}
    assert everything() == ([], [], [], [])


def test_one_bad_row_left_out(frozen, bring_in):
    report = bring_in(HONEY, {**TEA, "stars": "sáu"}, NO_PRODUCER, skip_bad=True)
    assert report.is_written
    assert (report.rows, report.outcomes[Outcome.CREATED], report.bad_lines) == (3, 2, {3})
    assert set(Product.objects.values_list("title", flat=True)) == {
        HONEY["product_name"],
        NO_PRODUCER["product_name"],
    }


def test_no_such_province(frozen, bring_in):
    report = bring_in({**HONEY, "province": "Atlantis"}, skip_bad=True)
    (problem,) = report.problems
    assert (problem.line, problem.column, problem.value) == (2, "province", "Atlantis")
    assert not Product.objects.exists()


def test_no_such_commune_is_noted(frozen, bring_in):
    report = bring_in({**HONEY, "commune": "Không Đâu Cả"})
    assert [note.line for note in report.notes] == [2]
    assert "Không Đâu Cả" in report.notes[0].text
    honey = product(HONEY["product_name"])
    assert honey.region_certainty == Product.RegionCertainty.PROVINCE_ONLY
    assert honey.place_then == "huyện Đồng Văn, Hà Giang"


def test_without_any_place(frozen, bring_in):
    bring_in({**HONEY, "commune": "", "district": "", "province": ""})
    honey = product(HONEY["product_name"])
    assert (honey.region, honey.region_certainty) == (None, Product.RegionCertainty.UNKNOWN)


def test_same_product_twice_in_one_file(frozen, bring_in):
    report = bring_in(HONEY, HONEY, {**HONEY, "recognised_year": "2025", "stars": "5"})
    assert report.outcomes == {
        Outcome.CREATED: 1,
        Outcome.RENEWED: 1,
        Outcome.FILLED_IN: 0,
        Outcome.UNCHANGED: 1,
    }
    honey = product(HONEY["product_name"])
    assert sorted(honey.certifications.values_list("recognised_year", "stars")) == [(2022, 4), (2025, 5)]
    assert honey.stars == 5


def test_one_name_of_two_producers(frozen, bring_in):
    report = bring_in(HONEY, {**HONEY, "producer_name": "Hợp tác xã Ong Mèo Vạc"})
    assert report.outcomes[Outcome.CREATED] == 2
    assert report.producers_created == 2


def test_producers_of_one_name_in_two_provinces(frozen, bring_in):
    elsewhere = {**HONEY, "commune": "", "district": "", "province": "Gia Lai"}
    report = bring_in(HONEY, elsewhere)
    assert report.producers_created == 2
    assert sorted(Partner.objects.values_list("slug", flat=True)) == [
        "hop-tac-xa-ong-da",
        "hop-tac-xa-ong-da-gia-lai",
    ]
    assert not bring_in(HONEY, elsewhere).has_changes


def test_a_producer_without_place_is_the_one_of_the_name_known_longest(frozen, bring_in):
    bring_in(HONEY)
    placeless = {**HONEY, "product_name": "Phấn hoa", "commune": "", "district": "", "province": ""}
    assert bring_in(placeless).producers_created == 0
    bring_in({**HONEY, "commune": "", "district": "", "province": "Gia Lai"})
    again = bring_in(placeless, {**placeless, "product_name": "Sáp ong"})
    assert (again.outcomes[Outcome.UNCHANGED], again.producers_created) == (1, 0)
    assert product("Sáp ong").producer.region.name == "Xã Sà Phìn"


def test_merged_provinces_are_one_place(frozen, bring_in):
    """Hà Giang became part of Tuyên Quang: a list of after 2025 means the same producer."""
    bring_in(HONEY)
    report = bring_in({**HONEY, "district": "", "commune": "Sà Phìn", "province": "Tuyên Quang"})
    assert report.outcomes[Outcome.UNCHANGED] == 1
    assert report.producers_created == 0


def test_producer_placed_more_exactly_by_a_later_row(frozen, bring_in):
    roughly = {**HONEY, "product_name": "Phấn hoa", "commune": "", "district": ""}
    bring_in(roughly)
    assert Partner.objects.get().region.name == "Tỉnh Tuyên Quang"
    bring_in(HONEY)
    assert Partner.objects.get().region.name == "Xã Sà Phìn"


def test_newer_recognition_joins_the_history(frozen, bring_in):
    bring_in(HONEY)
    report = bring_in({**HONEY, "recognised_year": "2025", "decision": "1/QĐ-UBND"})
    assert report.outcomes[Outcome.RENEWED] == 1
    honey = product(HONEY["product_name"])
    assert honey.certifications.count() == 2
    assert (honey.certification.recognised_year, honey.stars) == (2025, 4)


def test_empty_facts_are_filled_in(frozen, bring_in):
    bring_in({**HONEY, "recognised_year": "", "decision": "", "source_url": ""})
    report = bring_in({**HONEY, "unit": "chai", "price_vnd": "250.000"})
    assert report.outcomes[Outcome.FILLED_IN] == 1
    honey = product(HONEY["product_name"])
    recognition = honey.certifications.get()
    assert (recognition.recognised_year, recognition.decision_number) == (2022, "813/QĐ-UBND")
    assert recognition.valid_until == datetime.date(2025, 12, 31)
    assert (honey.unit, honey.price, honey.source_url) == ("chai", 250_000, "https://example.org/mat-ong")
    assert not bring_in({**HONEY, "unit": "chai", "price_vnd": "250.000"}).has_changes


def test_what_differs_is_noted_and_kept(frozen, bring_in):
    bring_in(HONEY)
    report = bring_in({**HONEY, "stars": "3"})
    assert not report.has_changes
    assert len(report.notes) == 1
    assert product(HONEY["product_name"]).certification.stars == 4


def test_a_row_without_year_is_the_recognition_without_year(frozen, bring_in):
    undated = {**HONEY, "recognised_year": "", "stars": "3", "decision": "1/QĐ-UBND"}
    bring_in(undated, {**HONEY, "decision": ""})
    before = everything()
    assert not bring_in(undated, {**HONEY, "decision": ""}).has_changes
    assert everything() == before


def test_a_price_fills_a_stock_record_that_has_none(frozen, bring_in):
    bring_in(HONEY)
    honey = product(HONEY["product_name"])
    StockRecord.objects.create(product=honey, partner=honey.producer, partner_sku="a", num_in_stock=3)
    assert bring_in({**HONEY, "price_vnd": "250000"}).outcomes[Outcome.FILLED_IN] == 1
    record = StockRecord.objects.get()
    assert (int(record.price), record.num_in_stock) == (250_000, 3)


def test_illustrative_renewal_is_no_recognition_of_a_source(frozen, bring_in):
    bring_in(HONEY)
    honey = product(HONEY["product_name"])
    make_certification(
        honey,
        stars=4,
        issued_on=datetime.date(2025, 12, 20),
        provenance=Certification.Provenance.ILLUSTRATIVE,
    )
    report = bring_in({**HONEY, "recognised_year": "2025"})
    assert report.outcomes[Outcome.RENEWED] == 1
    assert not bring_in({**HONEY, "recognised_year": ""}).has_changes


def test_price_gives_a_stock_record_without_stock(frozen, bring_in):
    bring_in({**HONEY, "price_vnd": "250.000 ₫"}, {**NO_PRODUCER, "price_vnd": "20000"})
    record = StockRecord.objects.get()
    assert (record.product.title, int(record.price), record.num_in_stock) == (
        HONEY["product_name"],
        250_000,
        0,
    )


def test_pictures_are_ordered_in_the_same_transaction(frozen, bring_in):
    bring_in(*many(60))
    ids = [task.args_kwargs["args"][0] for task in DBTaskResult.objects.order_by("enqueued_at")]
    assert sorted(map(len, ids)) == [10, 50]
    assert sorted(pk for part in ids for pk in part) == sorted(Product.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("count", [1, 30])
def test_queries_do_not_grow_with_rows(frozen, bring_in, count):
    # The categories are there, as in every shop that runs.
    bring_in(TEA)
    with CaptureQueriesContext(connection) as new:
        bring_in(*many(count), illustrate=False, resolver=None)
    with CaptureQueriesContext(connection) as known:
        bring_in(*many(count), illustrate=False, resolver=None)
    assert (len(new), len(known)) == (21, 15)


def everything():
    return (
        list(Product.objects.order_by("pk").values()),
        list(Certification.objects.order_by("pk").values()),
        list(Partner.objects.order_by("pk").values()),
        list(Product.categories.through.objects.order_by("pk").values()),
    )


words = st.text("abcđêghô ÁờƯ0123", min_size=1, max_size=12).filter(str.strip)
good_rows = st.fixed_dictionaries(
    {
        "product_name": words,
        "producer_name": st.sampled_from(["", "HTX A", "Hợp tác xã A", "Công ty TNHH B"]),
        "province": st.sampled_from(["Hà Nội", "TP. Hà Nội", "Bắc Kạn", "Thái Nguyên", ""]),
        "group": st.sampled_from(["food", "Đồ uống", "handicraft"]),
        "stars": st.sampled_from(["", "3", "4 sao", "★★★★★"]),
        "recognised_year": st.sampled_from(["", "2019", "2022", "2025"]),
    }
).filter(lambda row: any(char.isalnum() for char in row["product_name"]))
bad_rows = good_rows.flatmap(
    lambda row: st.sampled_from(
        [{"stars": "7"}, {"product_name": ""}, {"province": "Nowhere"}, {"recognised_year": "1999"}]
    ).map(lambda wrong: {**row, **wrong})
)
COLUMNS = ("product_name", "producer_name", "province", "group", "stars", "recognised_year")


class TestAnyList(TestCase):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path, frozen):
        self.path = tmp_path / "list.csv"

    @settings(max_examples=25, deadline=None)
    @given(good=st.lists(good_rows, max_size=8), bad=st.lists(bad_rows, max_size=3))
    def test_good_rows_go_in_once_and_bad_ones_never(self, good, bad):
        write_csv(self.path, [*bad, *good], columns=COLUMNS)
        if bad:
            assert not import_products(self.path, resolver=resolver()).is_written
            assert not Product.objects.exists()
        report = import_products(self.path, skip_bad=True, resolver=resolver())
        assert report.rows == len(good) + len(bad)
        assert report.bad_lines == set(range(2, 2 + len(bad)))
        assert sum(report.outcomes.values()) == len(good)
        assert Product.objects.count() == report.outcomes[Outcome.CREATED] == len(report.created_ids)
        assert not Product.objects.filter(certification=None).exists()
        before = everything()
        again = import_products(self.path, skip_bad=True, resolver=resolver())
        assert not again.has_changes
        assert everything() == before
