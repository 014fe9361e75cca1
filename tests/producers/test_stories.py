"""Stories: what the public reads while a new version is written, sent, decided; who may write."""

import pytest
from django.contrib.auth.models import Group

from marketplace.core.exceptions import Refused
from marketplace.core.models import Activity
from marketplace.core.roles import Role, TeamRole
from producers.domain import stories
from producers.models import Partner, Story, StoryVersion
from tests.factories.catalog import make_member, make_product, make_seller, make_story, make_user
from tests.tasks import run_tasks, waiting

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

State = StoryVersion.State


def content(title="Nghề dệt của làng", **fields) -> dict:
    return {"title": title, "body": "Bà nội dạy dệt từ năm sáu tuổi.", **fields}


def begun(seller=None, product=None, **fields) -> tuple[StoryVersion, object]:
    seller = seller or (product.producer if product is not None else make_seller())
    writer = make_member(seller, TeamRole.WRITER)
    version = stories.begin(author=writer, seller=seller, product=product, content=content(**fields))
    return version, writer


def sent(**options) -> tuple[StoryVersion, object]:
    version, writer = begun(**options)
    stories.send(version, actor=writer)
    return version, writer


# --- from the draft to the public
def test_nobody_reads_a_story_before_it_is_published():
    version, writer = begun()
    assert not Story.objects.public().exists()
    stories.send(version, actor=writer)
    assert not Story.objects.public().exists()

    stories.publish(version, actor=make_user())

    story = Story.objects.public().get()
    assert (story.title, story.slug, story.body) == (
        "Nghề dệt của làng",
        "nghe-det-cua-lang",
        "Bà nội dạy dệt từ năm sáu tuổi.",
    )
    assert story.folded == story.words()


def test_the_public_text_stays_while_a_new_version_waits():
    version, writer = sent()
    stories.publish(version, actor=make_user())
    story = version.story
    story.refresh_from_db()

    newer = stories.write(
        story, author=writer, content=content("Tên mới", sources=[{"title": "", "url": "x"}])
    )
    stories.send(newer, actor=writer)
    assert Story.objects.public().get().title == "Nghề dệt của làng"

    stories.publish(newer, actor=make_user())
    public = Story.objects.public().get()
    assert (public.title, public.sources) == ("Tên mới", [{"title": "", "url": "x"}])
    assert [each.state for each in public.versions.all()] == [State.PUBLISHED, State.PUBLISHED]


def test_a_text_that_was_sent_back_says_why_and_leaves_the_public_one():
    version, _writer = sent()
    editor = make_user()
    stories.send_back(version, actor=editor, reason="Nguồn của con số ở đâu?")
    version.refresh_from_db()
    assert (version.state, version.reason, version.decided_by) == (
        State.SENT_BACK,
        "Nguồn của con số ở đâu?",
        editor,
    )
    assert not Story.objects.public().exists()


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nothing_is_sent_back_or_taken_down_without_a_reason(reason):
    version, _writer = sent()
    with pytest.raises(Refused):
        stories.send_back(version, actor=make_user(), reason=reason)
    story = make_story()
    with pytest.raises(Refused):
        stories.take_down(story, actor=make_user(), reason=reason)
    assert StoryVersion.objects.get(pk=version.pk).state == State.SENT
    assert Story.objects.public().get() == story
    assert waiting() == []


def test_what_is_judged_does_not_change_until_it_is_taken_back():
    version, writer = sent()
    with pytest.raises(stories.VersionMoved):
        stories.write(version.story, author=writer, content=content("Khác"))
    stories.take_back(version, actor=writer)
    assert stories.write(version.story, author=writer, content=content("Khác")) == version
    assert StoryVersion.objects.get().title == "Khác"


def test_a_second_decision_is_told_and_changes_nothing():
    version, _writer = sent()
    late = StoryVersion.objects.get(pk=version.pk)
    stories.publish(version, actor=make_user())
    with pytest.raises(stories.VersionMoved):
        stories.send_back(late, actor=make_user(), reason="x")
    assert StoryVersion.objects.get(pk=version.pk).state == State.PUBLISHED
    assert len(waiting()) == 1


def test_of_two_who_write_at_once_the_second_is_told():
    version, writer = begun()
    seen = stories.mark(version.story)
    stories.write(version.story, author=writer, content=content("Của người thứ nhất"), seen=seen)
    StoryVersion.objects.filter(pk=version.pk).update(saved_at="2026-11-24T03:00:00Z")
    with pytest.raises(stories.VersionMoved):
        stories.write(version.story, author=writer, content=content("Của người thứ hai"), seen=seen)
    assert StoryVersion.objects.get().title == "Của người thứ nhất"


def test_a_story_that_is_taken_down_is_gone_and_its_writer_reads_why():
    version, writer = sent()
    stories.publish(version, actor=make_user())
    story = Story.objects.get()
    stories.take_down(story, actor=make_user(), reason="Trùng với bài khác")

    assert not Story.objects.public().exists()
    newest = story.versions.get()
    assert (newest.state, newest.reason, newest.author) == (State.SENT_BACK, "Trùng với bài khác", writer)
    with pytest.raises(stories.VersionMoved):
        stories.take_down(story, actor=make_user(), reason="x")


def test_a_story_without_versions_can_be_taken_down_and_written_again():
    story = make_story(title="Có sẵn")
    stories.take_down(story, actor=make_user(), reason="Thiếu nguồn")
    assert [version.title for version in story.versions.all()] == ["Có sẵn"]
    assert stories.write(story, author=make_user(), content=content("Mới")).state == State.DRAFT


def test_every_act_stands_in_the_log():
    version, writer = sent()
    stories.take_back(version, actor=writer)
    stories.send(version, actor=writer)
    stories.publish(version, actor=make_user())
    acts = list(Activity.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["story.begun", "story.sent", "story.taken_back", "story.sent", "story.published"]


# --- mail
def test_the_writer_gets_a_mail_when_it_is_decided(mailoutbox):
    version, writer = sent()
    stories.send_back(version, actor=make_user(), reason="Thiếu nguồn")
    assert run_tasks() == 1
    again = stories.write(version.story, author=writer, content=content())
    stories.send(again, actor=writer)
    stories.publish(again, actor=make_user())
    run_tasks()

    back, published = mailoutbox
    assert back.to == published.to == [writer.email]
    assert "Thiếu nguồn" in back.body
    assert f"/ban-hang/cau-chuyen/{version.story_id}/" in back.body
    assert f"/cau-chuyen/nghe-det-cua-lang_{version.story_id}/" in published.body


def test_no_mail_to_a_writer_who_has_gone(mailoutbox):
    version, writer = sent()
    stories.publish(version, actor=make_user())
    writer.is_active = False
    writer.save()
    run_tasks()
    assert mailoutbox == []


# --- who sees and writes what
def test_stories_of_closed_stalls_are_not_public():
    story = make_story()
    Partner.objects.update(state=Partner.State.CLOSED)
    assert not Story.objects.public().filter(pk=story.pk).exists()


@pytest.mark.parametrize(
    ("role", "may"),
    [(TeamRole.OWNER, True), (TeamRole.MANAGER, True), (TeamRole.WRITER, True), (TeamRole.PACKER, False)],
)
def test_members_with_the_right_write_the_stories_of_their_own_stall(role, may):
    seller = make_seller()
    own, other = make_story(seller=seller), make_story(seller=make_seller())
    found = Story.objects.writable_by(make_member(seller, role))
    assert (own in found, other in found) == (may, False)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF_EDITOR, Role.OFFICE])
def test_editors_write_all(role):
    editor = make_user()
    editor.groups.add(Group.objects.get_or_create(name=role)[0])
    story = make_story(product=make_product())
    assert list(Story.objects.writable_by(editor)) == [story]
    assert not Story.objects.writable_by(make_user()).exists()
