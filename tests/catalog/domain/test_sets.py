import pytest

from catalog.domain.sets import load_sets
from catalog.models import Category, ProductClass

pytestmark = pytest.mark.integration


def test_tree_of_six_groups_and_26_sets(db):
    assert load_sets() == 32
    groups = Category.get_root_nodes()
    assert [(group.code, group.get_children_count()) for group in groups] == [
        ("food", 13),
        ("drinks", 4),
        ("herbs", 3),
        ("crafts", 2),
        ("plants", 3),
        ("tourism", 1),
    ]
    sets = Category.objects.exclude(set_number=None).order_by("set_number")
    assert [each.set_number for each in sets] == list(range(1, 27))
    assert not Category.objects.filter(name_en="").exists()


def test_second_load_changes_nothing(db):
    load_sets()
    assert load_sets() == 0
    assert (Category.objects.count(), ProductClass.objects.count()) == (32, 1)


def test_load_corrects_what_differs_and_leaves_other_categories(db):
    load_sets()
    Category.objects.filter(code="set-09").update(name="Khác")
    other = Category.add_root(name="Riêng", code="own", slug="rieng")
    assert load_sets() == 1
    assert Category.objects.get(code="set-09").name == "Tương, nước mắm, gia vị dạng lỏng khác"
    assert Category.objects.filter(pk=other.pk).exists()


def test_some_sets_only(db):
    assert load_sets(only=[14]) == 2
    assert list(Category.objects.values_list("code", flat=True)) == ["drinks", "set-14"]


def test_what_is_not_sold_online_yet(db):
    load_sets()
    rules = dict(Category.objects.exclude(sale_rule="open").values_list("code", "sale_rule"))
    assert rules == {
        "drinks": "clearance",
        "set-14": "clearance",
        "set-15": "clearance",
        "herbs": "clearance",
        "set-18": "clearance",
        "tourism": "booking",
        "set-26": "booking",
    }


def test_product_class_has_stock_and_is_sent(db):
    load_sets()
    product_class = ProductClass.objects.get(slug="ocop")
    assert product_class.track_stock
    assert product_class.requires_shipping


def test_slugs_keep_the_letters(db):
    load_sets()
    assert Category.objects.get(code="drinks").slug == "do-uong"
    assert Category.objects.get(code="set-05").slug == "do-an-nhanh"
