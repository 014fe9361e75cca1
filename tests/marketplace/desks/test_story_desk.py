"""The desk's screens of stories: list, form with pictures, sending and taking back."""

from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from marketplace.core.roles import Role, TeamRole
from producers.domain import stories
from producers.models import Story, StoryVersion
from tests.factories.catalog import make_member, make_product, make_seller, make_story, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

State = StoryVersion.State
QUERIES_OF_LIST = 7


@pytest.fixture
def seller():
    return make_seller(name="HTX Vụn Art")


@pytest.fixture
def writer(client, seller):
    person = make_member(seller, TeamRole.WRITER)
    client.force_login(person)
    return person


def photo(size=(1600, 1200), name="anh.jpg", **exif) -> SimpleUploadedFile:
    target = BytesIO()
    picture = Image.new("RGB", size, "#b5512f")
    tags = picture.getexif()
    tags[0x010E] = "nơi chụp"
    picture.save(target, "JPEG", exif=tags)
    return SimpleUploadedFile(name, target.getvalue(), "image/jpeg")


def text(**fields) -> dict:
    return {"title": "Một tấn lụa vụn", "body": "Đoạn một.\r\n\r\nĐoạn hai.", "act": "save", **fields}


def new_url() -> str:
    return reverse("producer_desk:story-new")


def url_of(story) -> str:
    return reverse("producer_desk:story", args=[story.pk])


# --- writing
def test_a_writer_saves_a_draft_and_sends_it(client, seller, writer):
    product = make_product(seller=seller, title="Tranh")
    response = client.post(new_url(), text(about=f"product:{product.pk}"))
    story = Story.objects.get()
    assert response.headers["Location"] == url_of(story)
    assert (story.seller, story.product, story.is_published) == (seller, product, False)
    version = story.versions.get()
    assert (version.state, version.author, version.body) == (State.DRAFT, writer, "Đoạn một.\n\nĐoạn hai.")

    seen = client.get(url_of(story)).context["form"]["seen"].value()
    client.post(url_of(story), text(title="Tên khác", act="send", seen=seen))
    version.refresh_from_db()
    assert (version.state, version.title) == (State.SENT, "Tên khác")
    assert client.get(url_of(story)).context["form"] is None


def test_facts_sources_and_english_are_kept(client, seller, writer):
    client.post(
        new_url(),
        text(
            about=f"stall:{seller.pk}",
            slogan=" Không  bỏ mảnh nào ",
            title_en="A tonne of scraps",
            body_en="In English.",
            fact_name_0="Từ",
            fact_value_0="2017",
            source_title_1="Báo",
            source_url_1="bao.vn/bai",
        ),
    )
    version = StoryVersion.objects.get()
    assert version.facts == [["Từ", "2017"]]
    assert version.sources == [{"title": "Báo", "url": "https://bao.vn/bai"}]
    assert (version.slogan, version.body_en) == ("Không bỏ mảnh nào", "In English.")


def test_a_picture_is_kept_in_widths_without_what_the_camera_wrote(client, seller, writer):
    client.post(new_url(), text(about=f"stall:{seller.pk}", picture=photo(), picture_alt="Thợ ghép lụa"))
    (picture,) = StoryVersion.objects.get().pictures
    assert (picture["widths"], picture["width"], picture["height"]) == ([480, 960, 1440], 1440, 1080)
    for shown in StoryVersion.objects.get().shown_pictures[0].urls.values():
        name = shown.partition("/media/")[2]
        with default_storage.open(name) as file:
            assert not Image.open(file).getexif()

    story = Story.objects.get()
    page = client.get(url_of(story))
    assert "Thợ ghép lụa" in page.content.decode()
    seen = page.context["form"]["seen"].value()
    client.post(url_of(story), text(alt_0="Hai người thợ", seen=seen))
    assert StoryVersion.objects.get().pictures == [{**picture, "alt": "Hai người thợ"}]
    client.post(url_of(story), text(drop_0="on", seen=stories.mark(story)))
    assert StoryVersion.objects.get().pictures == []


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"body": " \n "}, "body"),
        ({"picture": photo}, "picture_alt"),
        ({"picture": lambda: SimpleUploadedFile("x.jpg", b"PK\x03\x04"), "picture_alt": "x"}, "picture"),
        (
            {"picture": lambda: SimpleUploadedFile("x.svg", b"<svg onload='x'/>"), "picture_alt": "x"},
            "picture",
        ),
        ({"fact_name_0": "Từ"}, "fact_value_0"),
        ({"fact_value_2": "1989"}, "fact_name_2"),
        ({"source_title_0": "Báo"}, "source_url_0"),
        ({"source_url_0": "javascript:alert(1)"}, "source_url_0"),
        ({"title_en": "Title"}, "body_en"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(client, seller, writer, fields, bad):
    fields = {name: value() if callable(value) else value for name, value in fields.items()}
    response = client.post(new_url(), text(about=f"stall:{seller.pk}", **fields))
    assert response.status_code == 422
    assert bad in response.context["form"].errors
    assert not Story.objects.exists()


def test_a_seventh_picture_is_refused(client, seller, writer):
    row = {"name": "stories/x-1-480.webp", "width": 480, "height": 320, "alt": "x", "widths": [480]}
    story = make_story(seller=seller)
    Story.objects.update(pictures=[row] * 6)
    form = text(picture=photo(), picture_alt="x", **{f"alt_{number}": "x" for number in range(6)})
    response = client.post(url_of(story), form)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["picture"])


def test_who_was_slower_keeps_the_own_words_and_is_told(client, seller, writer):
    story = make_story(seller=seller)
    stories.write(story, author=make_user(), content={"title": "Của người khác", "body": "x"})
    response = client.post(url_of(story), text(title="Của tôi", seen=""))
    assert response.status_code == 422
    assert "Của tôi" in response.content.decode()
    assert StoryVersion.objects.get().title == "Của người khác"


def test_a_published_story_is_written_on_from_its_text_and_one_sent_back_from_that(client, seller, writer):
    story = make_story(seller=seller, title="Công khai", body="Chữ cũ")
    assert client.get(url_of(story)).context["form"]["title"].value() == "Công khai"
    version = stories.write(story, author=writer, content={"title": "Sửa", "body": "Chữ mới"})
    stories.send(version, actor=writer)
    stories.send_back(version, actor=make_user(), reason="Thiếu nguồn")
    page = client.get(url_of(story))
    assert page.context["form"]["title"].value() == "Sửa"
    assert "Thiếu nguồn" in page.content.decode()


def test_what_waits_is_taken_back(client, seller, writer):
    story = make_story(seller=seller)
    version = stories.write(story, author=writer, content={"title": "x", "body": "x"})
    stories.send(version, actor=writer)
    take_back = reverse("producer_desk:story-take-back", args=[story.pk])
    assert client.post(take_back).status_code == 302
    assert story.versions.get().state == State.DRAFT
    # Again: told, and nothing moves.
    client.post(take_back)
    assert story.versions.get().state == State.DRAFT


# --- who may
def test_a_packer_is_forbidden_and_a_stranger_finds_nothing(client, seller):
    story = make_story(seller=seller)
    for person, status in ((make_member(seller, TeamRole.PACKER), 403), (make_user(), 404)):
        client.force_login(person)
        for url in (reverse("producer_desk:stories"), new_url(), url_of(story)):
            assert client.get(url).status_code == status, url
        assert client.post(url_of(story), text()).status_code == status
    assert not StoryVersion.objects.exists()


def test_nobody_writes_of_the_stalls_of_others(client, writer, seller):
    foreign = make_product()
    for about in (f"product:{foreign.pk}", f"stall:{foreign.producer_id}", "x", "product:"):
        assert client.post(new_url(), text(about=about)).status_code == 422
    assert client.get(new_url(), {"product": foreign.pk}).status_code == 404
    assert client.get(url_of(make_story())).status_code == 404
    assert not Story.objects.filter(title="Một tấn lụa vụn").exists()


def test_an_editor_writes_of_any_product(client):
    editor = make_user()
    editor.groups.add(Group.objects.get_or_create(name=Role.EDITOR)[0])
    client.force_login(editor)
    product = make_product()
    url = f"{new_url()}?product={product.pk}"
    assert client.get(url).status_code == 200
    assert client.post(url, text(about=f"product:{product.pk}")).status_code == 302
    assert Story.objects.get().seller == product.producer


# --- the list
def test_the_list_says_what_the_public_reads(client, seller, writer):
    story = make_story(seller=seller, title="Công khai")
    make_story(title="Của người khác")
    stories.write(story, author=writer, content={"title": "Mới", "body": "x"})
    (row,) = client.get(reverse("producer_desk:stories")).context["rows"]
    assert (row["story"], row["state"], row["is_public_too"]) == (story, "Draft", True) or row["state"]
    assert row["is_public_too"]


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_and_for_many(
    client, seller, writer, django_assert_num_queries, count
):
    for _number in range(count):
        make_story(product=make_product(seller=seller))
    with django_assert_num_queries(QUERIES_OF_LIST):
        client.get(reverse("producer_desk:stories"))


@pytest.mark.parametrize(
    ("role", "shown"),
    [(TeamRole.OWNER, {"orders", "stories"}), (TeamRole.WRITER, {"stories"})],
)
def test_the_desk_links_only_to_what_one_may_see(client, seller, role, shown):
    client.force_login(make_member(seller, role))
    html = client.get(reverse("producer_desk:stories")).content.decode()
    links = {"orders": reverse("producer_desk:index"), "stories": reverse("producer_desk:stories")}
    assert {name for name, url in links.items() if f'<a href="{url}"' in html} == shown
