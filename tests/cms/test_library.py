"""The document library: papers found by kind, year, issuer and words."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from cms.domain.site import set_up
from cms.models import File, LibraryPage, Paper
from marketplace.core.roles import Role
from search import sections
from tests.factories.catalog import make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

PATH = "/van-ban/"
PRIME_MINISTER = "Thủ tướng Chính phủ"


@pytest.fixture
def home():
    return set_up()


@pytest.fixture
def library(home):
    return LibraryPage.objects.child_of(home).get()


def make_paper(number="148/QĐ-TTg", **fields) -> Paper:
    return Paper.objects.create(
        **{
            "kind": Paper.Kind.DECISION,
            "number": number,
            "title": "Bộ tiêu chí đánh giá, phân hạng",
            "issuer": PRIME_MINISTER,
            "issued_on": datetime.date(2023, 2, 24),
            "source_url": "https://vanban.example/148",
            **fields,
        }
    )


def numbers(client, **asked) -> list[str]:
    return [paper.number for paper in client.get(PATH, asked).context["papers"]]


def test_a_paper_shows_its_facts_and_leads_to_its_source(client, library):
    newer = make_paper("26/2026/QĐ-TTg", issued_on=datetime.date(2026, 5, 22))
    make_paper(replaced_by=newer)
    page = client.get(PATH).text
    for words in ("148/QĐ-TTg", "24/02/2023", PRIME_MINISTER, "vanban.example", "https://vanban.example/148"):
        assert words in page


def test_a_file_is_downloaded_here(client, library):
    file = File(title="148")
    file.file.save("148.pdf", ContentFile(b"%PDF-1.4"), save=False)
    file.file_size = 8
    file.save()
    make_paper(file=file, source_url="")
    page = client.get(PATH).text
    assert f'href="{file.url}"' in page
    assert "PDF" in page


@pytest.fixture
def papers(library):
    make_paper()
    make_paper("26/2026/QĐ-TTg", issued_on=datetime.date(2026, 5, 22), title="Đánh giá sản phẩm OCOP")
    make_paper("220/KH-UBND", kind=Paper.Kind.PLAN, issuer="UBND Hà Nội", issued_on=None, issued_year=2021)
    make_paper("1/QĐ-KIN", is_public=False)


def test_the_newest_stands_first_and_years_without_a_day_after_their_days(client, papers):
    make_paper("9/KH", issued_on=None, issued_year=2026)
    assert numbers(client) == ["26/2026/QĐ-TTg", "9/KH", "148/QĐ-TTg", "220/KH-UBND"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"kind": "plan"}, ["220/KH-UBND"]),
        ({"year": "2023"}, ["148/QĐ-TTg"]),
        ({"issuer": PRIME_MINISTER}, ["26/2026/QĐ-TTg", "148/QĐ-TTg"]),
        ({"q": "danh gia ocop"}, ["26/2026/QĐ-TTg"]),
        ({"q": "148"}, ["148/QĐ-TTg"]),
        ({"q": "kh ubnd"}, ["220/KH-UBND"]),
        ({"q": "tiêu", "year": "2023", "kind": "decision"}, ["148/QĐ-TTg"]),
        ({"year": "1999"}, []),
        ({"q": "khong co gi"}, []),
        ({"q": "KIN"}, []),
    ],
)
def test_papers_are_narrowed(client, papers, asked, found):
    assert numbers(client, **asked) == found


@pytest.mark.parametrize(
    "asked", [{"kind": "x"}, {"year": "x"}, {"year": "²²²²"}, {"page": "x"}, {"page": "999"}, {"q": "\x00"}]
)
def test_what_cannot_be_read_is_ignored(client, papers, asked):
    assert len(numbers(client, **asked)) == 3


def test_where_nothing_fits_the_page_says_what_to_do(client, papers):
    page = client.get(PATH, {"year": "1999"}).text
    assert "noindex" in page
    assert f'href="{PATH}"' in page


def test_english_readers_get_english_words_where_there_are_some(client, library):
    make_paper(title_en="Criteria of evaluation")
    make_paper("781/QĐ-TTg")
    page = client.get(f"/en{PATH}").text
    assert "Criteria of evaluation" in page
    assert 'lang="vi">Bộ tiêu chí' in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_the_same_number_of_queries(client, library, django_assert_num_queries, count):
    for number in range(count):
        make_paper(f"{number}/QĐ", issuer=f"Nơi {number}")
    client.get(PATH)
    with django_assert_num_queries(9):
        assert client.get(PATH).status_code == 200


def test_papers_are_found_by_the_search(client, papers):
    [filled] = [each for each in sections.find("tieu chi") if each.section.name == "papers"]
    assert [paper.number for paper in filled.entries] == ["148/QĐ-TTg", "220/KH-UBND"]
    page = client.get("/tim-kiem/", {"q": "tieu chi danh gia phan hang"}).text
    assert "148/QĐ-TTg" in page
    assert not [each for each in sections.find("!!!") if each.section.name == "papers"]


@pytest.mark.parametrize("count", [1, 30])
def test_the_section_of_the_search_takes_two_queries(library, django_assert_num_queries, count):
    for number in range(count):
        make_paper(f"{number}/QĐ")
    sections.find("tieu chi")
    with django_assert_num_queries(2):
        [found] = sections.find("tieu chi")
    assert len(found.entries) == min(count, 3)


# --- the admin
def sign_in(client, role):
    person = make_user()
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")


def form(**changes) -> dict[str, str]:
    return {
        "kind": "plan",
        "number": "145/KH-UBND",
        "title": "Kế hoạch",
        "issuer": "UBND Hà Nội",
        "issued_on": "2022-05-09",
        "source_url": "https://vanban.example/145",
        "is_public": "on",
        **changes,
    }


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF_EDITOR, Role.OFFICE])
def test_editors_and_the_office_add_papers(client, home, role):
    sign_in(client, role)
    assert client.post("/quan-tri/van-ban/new/", form()).status_code == 302
    assert Paper.objects.get().issued_year == 2022
    assert "145/KH-UBND" in client.get("/quan-tri/van-ban/").text


def test_a_paper_that_nobody_could_open_is_refused(client, home):
    sign_in(client, Role.OFFICE)
    sent = client.post("/quan-tri/van-ban/new/", form(source_url=""))
    assert sent.status_code == 200
    assert "source_url" in sent.context["form"].errors
    assert not Paper.objects.exists()


def test_a_paper_does_not_replace_itself():
    paper = make_paper()
    paper.replaced_by = paper
    with pytest.raises(ValidationError):
        paper.full_clean()
