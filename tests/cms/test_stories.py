"""Stories as the public reads them: list, filters, the page of one, search; and the queue of the editors."""

import datetime
import json

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.translation import override

from catalog.domain.certify import withdraw
from cms.domain.site import set_up
from cms.models import StoryIndex
from marketplace.core.roles import Role, TeamRole
from producers.domain import stories
from producers.models import Partner, Story, StoryVersion
from search import sections
from tests.factories.catalog import (
    make_member,
    make_product,
    make_region,
    make_seller,
    make_story,
    make_user,
)
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("regions", "frozen")]

QUERIES_OF_LIST = 11
QUERIES_OF_PAGE = 8
QUERIES_OF_QUEUE = 13


def listed(client, **asked) -> list[str]:
    return [story.title for story in client.get(reverse("stories:index"), asked).context["list"].stories]


# --- the list
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_list_shows_published_stories_with_the_words_of_its_page(client, language):
    page = StoryIndex.objects.child_of(set_up()).get()
    page.title, page.intro = "Chuyện nghề", "Lời vào."
    page.save_revision().publish()
    make_story(title="Nghề gốm", title_en="Pottery")
    make_story(title="Bản nháp", published=False)
    with override(language):
        response = client.get(reverse("stories:index"))
    html = response.content.decode()
    assert "s-maxage" in response.headers["Cache-Control"]
    assert ("Pottery" if language == "en" else "Nghề gốm") in html
    assert "Bản nháp" not in html
    assert ("Chuyện nghề" in html) == (language == "vi")


def test_stories_are_narrowed_by_words_group_and_place(client):
    here = make_region("Xã Bát Tràng", province="Thành phố Hà Nội")
    make_story(title="Gốm", product=make_product(set_number=21, region=here))
    make_story(title="Chè", product=make_product(set_number=14, region=make_region()))
    make_story(title="Gian hàng", seller=make_seller(region=here))
    assert set(listed(client)) == {"Gốm", "Chè", "Gian hàng"}
    assert listed(client, q="gom") == ["Gốm"]
    assert listed(client, group="drinks") == ["Chè"]
    assert set(listed(client, region=here.parent.key)) == {"Gốm", "Gian hàng"}
    assert set(listed(client, region=here.key)) == {"Gốm", "Gian hàng"}
    assert listed(client, region=here.key, group="crafts") == ["Gốm"]
    assert listed(client, q="không có") == []
    found = client.get(reverse("stories:index")).context["list"]
    assert {choice.key: choice.count for choice in found.groups} == {"drinks": 1, "crafts": 1}
    assert {choice.label: choice.count for choice in found.provinces} == {"Hà Nội": 2, "Thái Nguyên": 1}


@pytest.mark.parametrize(
    "asked",
    [{"q": "\x00"}, {"q": "%_\\'"}, {"group": "x"}, {"region": "'"}, {"page": "x"}, {"q": "x" * 999}],
)
def test_odd_conditions_are_no_error(client, asked):
    make_story()
    assert client.get(reverse("stories:index"), asked).status_code == 200


def test_stories_of_what_is_not_listed_stand_in_no_list(client):
    gone = make_product()
    withdraw(gone.certification, on=datetime.date(2026, 11, 1), decision="1/QĐ", reason="x")
    make_story(title="Đã thu hồi", product=gone)
    closed = make_story(title="Đã đóng")
    Partner.objects.filter(pk=closed.seller_id).update(state=Partner.State.CLOSED)
    make_story(title="Còn")
    assert listed(client) == ["Còn"]
    assert not sections.find("đã")


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_story_and_for_many(client, django_assert_num_queries, count):
    for _number in range(count):
        make_story(product=make_product(pictured=True, region=make_region()))
    client.get(reverse("stories:index"))
    with django_assert_num_queries(QUERIES_OF_LIST):
        client.get(reverse("stories:index"))


# --- one story
def full_story(**fields) -> Story:
    product = make_product(
        title="Bát sứ", pictured=True, region=make_region("Xã Bát Tràng", province="Thành phố Hà Nội")
    )
    return make_story(
        product=product,
        title="Mười lăm đời </script> làm gốm",
        slogan="Lửa không tắt",
        body="Đoạn một.\n\nĐoạn <hai>.",
        facts=[["Từ", "1989"]],
        sources=[{"title": "", "url": "https://www.hanoimoi.vn/a"}, {"title": "Báo", "url": "https://b.vn/"}],
        **fields,
    )


def test_a_story_has_its_text_facts_sources_and_goods(client):
    story = full_story()
    response = client.get(story.get_absolute_url())
    html = response.content.decode()
    assert "s-maxage" in response.headers["Cache-Control"]
    for words in ("<p>Đoạn một.</p>", "Đoạn &lt;hai&gt;.", "Lửa không tắt", "1989", "hanoimoi.vn", ">Báo<"):
        assert words in html, words
    assert [card.title for card in response.context["goods"]] == ["Bát sứ"]
    assert "Xã Bát Tràng, Hà Nội" in html


def test_the_page_tells_machines_what_it_is(client):
    story = full_story()
    response = client.get(story.get_absolute_url())
    html = response.content.decode()
    scripts = [
        json.loads(part.partition("</script>")[0])
        for part in html.split('<script type="application/ld+json">')[1:]
    ]
    article = next(each for each in scripts if each["@type"] == "Article")
    assert article["headline"] == story.title
    assert article["url"].endswith(story.get_absolute_url())
    assert article["datePublished"].startswith("2026-11-24")
    assert article["citation"] == ["https://www.hanoimoi.vn/a", "https://b.vn/"]
    assert 'property="og:type" content="article"' in html


def test_the_picture_for_sharing(client):
    story = make_story()
    response = client.get(client.get(story.get_absolute_url()).context["share"].picture)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/jpeg")
    missing = full_story()
    assert client.get(client.get(missing.get_absolute_url()).context["share"].picture).status_code == 404


def test_an_old_slug_leads_on(client):
    story = make_story(title="Tên mới")
    response = client.get(reverse("stories:detail", args=["ten-cu", story.pk]))
    assert (response.status_code, response.headers["Location"]) == (301, story.get_absolute_url())


def test_english_is_marked_as_such_where_there_is_some(client):
    story = make_story(title="Tên", title_en="Name", body="Chuyện", body_en="The story")
    only = make_story(title="Chỉ tiếng Việt", body="Chuyện Việt")
    with override("en"):
        english = client.get(story.get_absolute_url()).content.decode()
        vietnamese = client.get(only.get_absolute_url()).content.decode()
    assert "<p>The story</p>" in english
    assert '<h1 lang="vi">Chỉ tiếng Việt</h1>' in vietnamese


def test_a_story_of_a_withdrawn_product_stays_but_is_not_indexed(client):
    product = make_product(title="Đã thu hồi")
    story = make_story(product=product)
    withdraw(product.certification, on=datetime.date(2026, 11, 1), decision="1/QĐ", reason="x")
    response = client.get(story.get_absolute_url())
    assert response.status_code == 200
    assert response.context["goods"] == []
    assert b"noindex" in response.content


def test_what_is_not_public_is_not_there(client):
    draft = make_story(published=False)
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(reverse("stories:detail", args=["x", 10**17])).status_code == 404
    Partner.objects.update(state=Partner.State.CLOSED)
    assert client.get(make_story(seller=Partner.objects.first()).get_absolute_url()).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_a_story_costs_the_same_whatever_its_stall_has(client, django_assert_num_queries, count):
    seller = make_seller()
    products = [make_product(seller=seller, pictured=True) for _number in range(count)]
    story = make_story(product=products[0])
    client.get(story.get_absolute_url())
    with django_assert_num_queries(QUERIES_OF_PAGE):
        client.get(story.get_absolute_url())


# --- where else stories stand
def test_product_and_stall_show_the_story_and_lead_to_its_page(client):
    story = full_story()
    for page in (story.product.get_absolute_url(), story.seller.get_absolute_url()):
        html = client.get(page).content.decode()
        assert "Đoạn một." in html
        assert story.get_absolute_url() in html
    Story.objects.update(published_at=None)
    for page in (story.product.get_absolute_url(), story.seller.get_absolute_url()):
        assert "Đoạn một." not in client.get(page).content.decode()


def test_a_search_finds_stories_by_their_words(client):
    story = make_story(title="Tơ sen Phùng Xá")
    html = client.get(reverse("search:search"), {"q": "to sen phung"}).content.decode()
    assert story.get_absolute_url() in html


@pytest.mark.parametrize("count", [1, 30])
def test_finding_stories_costs_the_same(django_assert_num_queries, count):
    for _number in range(count):
        make_story(title="Tơ sen", product=make_product(pictured=True, region=make_region()))
    sections.find("tơ sen")
    with django_assert_num_queries(3):
        [found] = sections.find("tơ sen")
    assert len(found.entries) == min(count, 3)


# --- the editors' queue
@pytest.fixture
def waiting_version() -> StoryVersion:
    seller = make_seller()
    writer = make_member(seller, TeamRole.WRITER)
    version = stories.begin(
        author=writer, seller=seller, product=None, content={"title": "Chờ duyệt", "body": "Chuyện."}
    )
    stories.send(version, actor=writer)
    return version


def log_in(client, role) -> None:
    person = make_user()
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF_EDITOR, Role.OFFICE])
def test_moderators_read_and_publish(client, waiting_version, role):
    set_up()
    log_in(client, role)
    queue = client.get(reverse("story_queue"))
    assert "Chờ duyệt" in queue.content.decode()
    review = reverse("story_review", args=[waiting_version.pk])
    assert "Chuyện." in client.get(review).content.decode()
    assert client.post(review, {"act": "publish"}).status_code == 302
    assert Story.objects.public().get().title == "Chờ duyệt"
    assert "act" not in client.get(review).context
    # A second one is told and changes nothing.
    client.post(review, {"act": "send_back", "reason": "x"})
    assert Story.objects.public().exists()


def test_a_reason_is_needed_and_reaches_the_writer(client, waiting_version, mailoutbox):
    set_up()
    log_in(client, Role.EDITOR)
    review = reverse("story_review", args=[waiting_version.pk])
    assert client.post(review, {"act": "send_back", "reason": " "}).context["form"].errors
    client.post(review, {"act": "send_back", "reason": "Thêm nguồn"})
    run_tasks()
    assert "Thêm nguồn" in mailoutbox[0].body


def test_a_published_story_is_taken_down_with_a_reason(client):
    set_up()
    log_in(client, Role.CHIEF_EDITOR)
    story = make_story()
    url = reverse("story_take_down", args=[story.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": ""}).context["form"].errors
    client.post(url, {"reason": "Sai"})
    assert not Story.objects.public().exists()
    assert client.get(url).status_code == 404


def test_an_editor_begins_a_story_of_any_product(client):
    set_up()
    log_in(client, Role.EDITOR)
    product = make_product()
    assert client.get(reverse("story_begin")).status_code == 200
    response = client.post(reverse("story_begin"), {"product": product.pk})
    assert response.headers["Location"] == f"{reverse('producer_desk:story-new')}?product={product.pk}"
    assert client.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize("member", [True, False])
def test_others_do_not_decide(client, waiting_version, member):
    person = make_member(waiting_version.story.seller) if member else make_user()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    for name, args in (("story_queue", []), ("story_begin", []), ("story_review", [waiting_version.pk])):
        assert client.get(reverse(name, args=args)).status_code in (302, 403)
    client.post(reverse("story_review", args=[waiting_version.pk]), {"act": "publish"})
    assert not Story.objects.public().exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_queue_costs_the_same_for_one_and_for_many(client, django_assert_num_queries, count):
    set_up()
    log_in(client, Role.EDITOR)
    for _number in range(count):
        story = make_story()
        StoryVersion.objects.create(story=story, title="x", body="x", state="sent", author=make_user())
    client.get(reverse("story_queue"))
    with django_assert_num_queries(QUERIES_OF_QUEUE):
        client.get(reverse("story_queue"))
