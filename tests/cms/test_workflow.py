"""From draft to page: writing, sending, approving at a time, taking down, moving, translating."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.models import EditingSession
from wagtail.models import Locale, Page, PageLogEntry, Workflow, WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from cms.domain.site import set_up
from cms.models import ContentPage
from cms.tasks import publish_scheduled
from marketplace.core import clock
from marketplace.core.roles import Role
from tests.factories.media import make_editor

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

LOGIN = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def root(frozen):
    return set_up()


@pytest.fixture
def editor(root, client):
    client.force_login(make_editor(), backend=LOGIN)
    return client


@pytest.fixture
def chief(root):
    client = Client()
    client.force_login(make_editor(Role.CHIEF_EDITOR), backend=LOGIN)
    return client


def add_page(root, title="Cách đặt hàng", *, live=True, **fields) -> ContentPage:
    body = [("text", "<p>Chọn món.</p>")]
    page = root.add_child(
        instance=ContentPage(title=title, locale=root.locale, live=live, body=body, **fields)
    )
    revision = page.save_revision()
    if live:
        revision.publish()
    return page


def form(title="Cách đặt hàng", slug="cach-dat-hang", text="Chọn món, đặt.", **fields) -> dict:
    return nested_form_data(
        {
            "title": title,
            "slug": slug,
            "intro": "",
            "body": streamfield([("text", rich_text(f"<p>{text}</p>"))]),
            "comments": inline_formset([]),
            **fields,
        }
    )


def edit_url(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def in_admin_time(moment: datetime.datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


class TestApproval:
    def test_an_editor_sends_a_chief_approves_with_a_time_and_the_worker_publishes(
        self, root, editor, chief, client, frozen
    ):
        made = editor.post(
            reverse("wagtailadmin_pages:add", args=["cms", "contentpage", root.pk]),
            {**form(), "action-submit": "x"},
        )
        assert made.status_code == 302
        page = ContentPage.objects.get()
        assert not page.live
        assert page.current_workflow_state.status == WorkflowState.STATUS_IN_PROGRESS
        assert "Cách đặt hàng" in chief.get("/quan-tri/").text

        at = clock.now() + datetime.timedelta(hours=2)
        state = page.current_workflow_task_state
        approved = chief.post(
            edit_url(page),
            {
                **form(go_live_at=in_admin_time(at)),
                "action-workflow-action": "x",
                "workflow-action-name": "approve",
                "workflow-action-extra-data": "{}",
            },
        )
        assert approved.status_code == 302, approved.context["form"].errors
        state.refresh_from_db()
        assert state.status == "approved"
        publish_scheduled.call()
        assert client.get("/cach-dat-hang/").status_code == 404

        frozen.shift(datetime.timedelta(hours=2, minutes=1))
        publish_scheduled.call()
        assert client.get("/cach-dat-hang/").status_code == 200

    def test_a_chief_sends_back_with_a_reason(self, root, editor, chief):
        page = add_page(root, live=False)
        editor.post(edit_url(page), {**form(), "action-submit": "x"})
        page = ContentPage.objects.get()
        chief.post(
            reverse(
                "wagtailadmin_pages:workflow_action",
                args=[page.pk, "reject", page.current_workflow_task_state.pk],
            ),
            {"comment": "Thiếu nguồn."},
        )
        page = ContentPage.objects.get()
        assert page.current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES
        assert "Thiếu nguồn." in editor.get(edit_url(page)).text
        assert not page.live

    @pytest.mark.parametrize(
        "action",
        [{"action-publish": "x"}, {"action-workflow-action": "x", "workflow-action-name": "approve"}],
    )
    def test_an_editor_cannot_publish_whatever_is_sent(self, root, editor, action):
        page = add_page(root, live=False)
        editor.post(edit_url(page), {**form(), "action-submit": "x"})
        editor.post(edit_url(page), {**form(), **action, "workflow-action-extra-data": "{}"})
        assert not ContentPage.objects.get().live

    def test_a_page_is_taken_down_at_its_time(self, root, client, frozen):
        add_page(root, expire_at=clock.now() + datetime.timedelta(hours=1))
        publish_scheduled.call()
        assert client.get("/cach-dat-hang/").status_code == 200
        frozen.shift(datetime.timedelta(hours=1, minutes=1))
        publish_scheduled.call()
        assert client.get("/cach-dat-hang/").status_code == 404

    def test_publishing_twice_publishes_once(self, root, frozen):
        page = add_page(root, live=False)
        page.go_live_at = clock.now() + datetime.timedelta(hours=1)
        page.save_revision(approved_go_live_at=page.go_live_at)
        frozen.shift(datetime.timedelta(hours=2))
        publish_scheduled.call()
        publish_scheduled.call()
        assert PageLogEntry.objects.filter(action="wagtail.publish.scheduled").count() == 1

    def test_setting_up_again_keeps_the_workflow_that_was_chosen(self, root):
        other = Workflow.objects.create(name="Khác")
        root.workflowpage.workflow = other
        root.workflowpage.save()
        set_up()
        assert Page.objects.get(pk=root.pk).workflowpage.workflow == other

    def test_a_locked_page_is_not_changed_by_an_editor(self, root, editor, chief):
        page = add_page(root)
        chief.post(reverse("wagtailadmin_pages:lock", args=[page.pk]))
        assert ContentPage.objects.get().locked
        before = page.revisions.count()
        editor.post(edit_url(page), form(text="Khác"))
        editor.post(reverse("wagtailadmin_pages:unlock", args=[page.pk]))
        assert page.revisions.count() == before
        assert ContentPage.objects.get().locked


class TestTwoEditors:
    def test_what_the_second_saves_stands_beside_what_the_first_saved(self, root, editor, chief):
        page = add_page(root)
        loaded = page.latest_revision
        seen = {"loaded_revision_id": loaded.pk, "loaded_revision_created_at": loaded.created_at.isoformat()}
        editor.post(edit_url(page), {**form(text="First"), **seen})

        by_itself = chief.post(
            edit_url(page),
            {**form(text="Second"), **seen},
            headers={"Accept": "application/json"},
        )
        assert by_itself.status_code == 400
        assert by_itself.json()["error_code"] == "invalid_revision"

        chief.post(edit_url(page), {**form(text="Second"), **seen})
        texts = [str(revision.content["body"]) for revision in page.revisions.order_by("pk")]
        assert [("First" in text, "Second" in text) for text in texts] == [
            (False, False),
            (True, False),
            (False, True),
        ]

    def test_each_sees_the_other(self, root, editor, chief):
        page = add_page(root)
        chief.get(edit_url(page))
        editor.get(edit_url(page))
        mine = EditingSession.objects.get(user__email="editor@example.org")
        chiefs = EditingSession.objects.get(user__email="chief-editor@example.org")
        answer = editor.post(
            reverse("wagtailadmin_editing_sessions:ping", args=["wagtailcore", "page", page.pk, mine.pk]),
            {},
        )
        assert [each["session_id"] for each in answer.json()["other_sessions"]] == [chiefs.pk]


class TestAddresses:
    def test_a_former_address_leads_to_the_new_one_for_minutes(
        self, root, chief, client, django_capture_on_commit_callbacks
    ):
        page = add_page(root)
        with django_capture_on_commit_callbacks(execute=True):
            chief.post(edit_url(page), {**form(slug="dat-hang"), "action-publish": "x"})
        answer = client.get("/cach-dat-hang/?a=1")
        assert (answer.status_code, answer.headers["Location"]) == (301, "/dat-hang/")
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert client.get("/khong-co/").status_code == 404
        assert "max-age=300" not in client.get("/khong-co/").headers.get("Cache-Control", "")

    @pytest.mark.parametrize(
        ("title", "slug"),
        [
            ("Đường về Đông Hội", "duong-ve-dong-hoi"),
            ("Ổ bánh Ễnh Ươm, ẬẶ!", "o-banh-enh-uom-aa"),
            ("Đu\u031bo\u031b\u0300ng", "duong"),
            ("OCOP 2026", "ocop-2026"),
        ],
    )
    def test_a_title_becomes_a_slug_without_marks_on_the_server(self, root, title, slug):
        assert add_page(root, title).slug == slug

    def test_two_pages_of_one_title_have_two_slugs(self, root):
        assert [add_page(root, "Chè Đại Từ").slug for _ in range(2)] == ["che-dai-tu", "che-dai-tu-2"]


class TestLanguages:
    def test_an_editor_translates_a_page_and_both_stand_side_by_side(self, root, editor, chief, client):
        page = add_page(root)
        english = Locale.objects.get(language_code="en")
        answer = editor.post(
            reverse("simple_translation:submit_page_translation", args=[page.pk]), {"locales": [english.pk]}
        )
        translated = ContentPage.objects.get(locale=english)
        assert answer.headers["Location"] == edit_url(translated)
        assert not translated.live
        assert client.get("/en/cach-dat-hang/").status_code == 404

        editor.post(edit_url(translated), {**form("How to order", "cach-dat-hang"), "action-submit": "x"})
        translated = ContentPage.objects.get(locale=english)
        chief.post(
            reverse(
                "wagtailadmin_pages:workflow_action",
                args=[translated.pk, "approve", translated.current_workflow_task_state.pk],
            ),
            {"comment": ""},
        )
        assert "How to order" in client.get("/en/cach-dat-hang/").text
        assert "Cách đặt hàng" in client.get("/cach-dat-hang/").text
        assert page.get_translations().get() == translated

    def test_a_page_is_not_mirrored_by_itself(self, root):
        add_page(root)
        assert ContentPage.objects.count() == 1
