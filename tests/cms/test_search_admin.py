"""What the programme office edits for the search, and what comes of it in the shop."""

import pytest
from django.contrib.auth.models import Group

from cms.domain.site import set_up
from marketplace.core.roles import Role
from search.models import Pin, SynonymList
from tests.factories.catalog import make_product, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def office(client):
    set_up()
    person = make_user(email="van-phong@example.org")
    person.groups.add(Group.objects.get(name=Role.OFFICE))
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_office_pins_a_product_for_words(office):
    product = make_product()
    sent = office.post("/quan-tri/ghim/new/", {"words": "Trà SEN", "product": product.pk, "place": 1})
    assert sent.status_code == 302
    pin = Pin.objects.get()
    assert (pin.folded, pin.product_id) == ("tra sen", product.pk)
    assert "Trà SEN" in office.get("/quan-tri/ghim/").content.decode()
    assert office.post(f"/quan-tri/ghim/delete/{pin.pk}/").status_code == 302
    assert not Pin.objects.exists()


@pytest.mark.parametrize("words", ["!!!", "", "tra  sen"])
def test_a_pin_without_words_or_the_same_again_is_refused(office, words):
    product = make_product()
    Pin.objects.create(words="Trà sen", product=product)
    sent = office.post("/quan-tri/ghim/new/", {"words": words, "product": product.pk, "place": 2})
    assert sent.status_code == 200
    assert Pin.objects.count() == 1


def test_a_product_is_chosen_in_a_window_not_from_a_list_of_all(office):
    make_product(title="Trà sen Tây Hồ")
    page = office.get("/quan-tri/ghim/new/").content.decode()
    assert "chon-san-pham" in page
    assert "Trà sen Tây Hồ" not in page


def test_the_chooser_finds_listed_products_without_marks(office):
    tea = make_product(title="Trà sen Tây Hồ")
    make_product(title="Trà sen chưa công nhận", recognised=False)
    make_product(title="Bún")
    page = office.get("/quan-tri/chon-san-pham/results/", {"q": "tra sen"}).content.decode()
    assert "Trà sen Tây Hồ" in page
    assert tea.producer.name in page
    assert "chưa công nhận" not in page
    assert "Bún" not in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_of_pins_takes_the_same_number_of_queries(office, django_assert_num_queries, count):
    for number in range(count):
        Pin.objects.create(words=f"chè {number}", product=make_product())
    office.get("/quan-tri/ghim/")
    with django_assert_num_queries(11):
        office.get("/quan-tri/ghim/")


def test_a_list_of_synonyms_begins_as_the_one_in_force_and_keeps_who_wrote_it(office):
    assert "mật ong" in office.get("/quan-tri/tu-dong-nghia/new/").content.decode()
    assert office.post("/quan-tri/tu-dong-nghia/new/", {"text": "chó, cún"}).status_code == 302
    newest = SynonymList.objects.get()
    assert (newest.text, newest.edited_by.email) == ("chó, cún", "van-phong@example.org")
    page = office.get("/quan-tri/tu-dong-nghia/new/").content.decode()
    assert "chó, cún" in page
    assert "mật ong" not in page.split("<textarea")[1].split("</textarea>")[0]


def test_a_line_that_cannot_be_understood_is_refused_and_named(office):
    sent = office.post("/quan-tri/tu-dong-nghia/new/", {"text": "chó, cún\nmột mình"})
    assert sent.status_code == 200
    assert not SynonymList.objects.exists()
    assert "2" in sent.context["form"].errors["text"][0]


def test_a_written_list_is_never_changed(office):
    kept = SynonymList.objects.create(text="chó, cún")
    for act in ("edit", "delete"):
        assert office.post(f"/quan-tri/tu-dong-nghia/{act}/{kept.pk}/", {"text": "x, y"}).status_code == 302
    assert SynonymList.objects.get().text == "chó, cún"
