"""An editor writes an article, a chief editor approves it for a time, and at that time it is everywhere."""

import datetime
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import override
from playwright.sync_api import Page, Route, expect

from cms.domain.site import set_up
from cms.models import Article, Picture
from cms.tasks import publish_scheduled
from marketplace.core import clock
from marketplace.core.roles import Role
from tests.cms.test_admin import WORD
from tests.factories.files import photograph
from tests.factories.media import make_editor
from tests.tasks import run_tasks

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TITLE, SLUG = "Đường chè Tân Cương vào mùa Ộ", "duong-che-tan-cuong-vao-mua-o"
HA_NOI = ZoneInfo("Asia/Ho_Chi_Minh")
PLAYER = "https://www.youtube-nocookie.com/"

# What a browser does when one pastes: both forms of the text are on the clipboard.
PASTE = """(element, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "Mục tiêu");
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  element.dispatchEvent(paste);
}"""


def words(text: str) -> str:
    """The text as the admin says it."""
    with override("vi"):
        return _(text)


class Desk:
    """A person at the admin's screens."""

    def __init__(self, page: Page, role: Role):
        self.page = page
        # Wagtail's scripts ask in the background and complain when the page is left meanwhile; its checks of
        # the preview complain when they are called again too soon.
        page.expected_errors = [
            "Failed to load resource",
            "TypeError: Failed to fetch",
            "Failed to fetch",
            "Axe is already running",
        ]
        editor = make_editor(role)
        page.goto("/quan-tri/")
        page.fill("input[name=username]", editor.email)
        page.fill("input[name=password]", "mat khau thu")
        page.get_by_role("button", name=words("Sign in")).click()
        expect(page.locator("#begin-section, #begin-heading").first).to_be_visible()

    def begin_article(self) -> None:
        self.page.locator("a[href*='/pages/add/cms/article/']").first.click()
        self.page.locator("#id_title").press_sequentially(TITLE)
        self.page.keyboard.press("Tab")

    def bring_picture(self) -> None:
        """As the main picture, from this computer."""
        self.page.locator("#id_picture-chooser").get_by_role("button").first.click()
        window = self.page.locator(".modal-content")
        window.get_by_role("tab").nth(1).click()
        window.locator("[name=image-chooser-upload-file]").set_input_files(
            {"name": "DSC_0001.jpg", "mimeType": "image/jpeg", "buffer": photograph(900, 600)}
        )
        window.locator("[name=image-chooser-upload-title]").fill("Đồi chè")
        window.locator("[name=image-chooser-upload-description]").fill("Đồi chè buổi sớm")
        window.locator("button[type=submit], input[type=submit]").last.click()
        expect(window).to_have_count(0)

    def add_block(self, label: str):
        body = self.page.locator("[data-contentpath=body]")
        # The script's own words, in the language of the admin.
        body.get_by_role("button", name="Chèn khối").last.click()
        self.page.get_by_role("option", name=words(label), exact=True).click()
        return body

    def hold_the_answer_to_autosave(self) -> Callable[[], None]:
        """The draft is saved and nobody knows of it yet; call what is returned to let the answer come."""
        held = []

        def weak_line(route: Route) -> None:
            if route.request.headers.get("accept") == "application/json" and not held:
                held.append((route, route.fetch()))
            else:
                route.continue_()

        def come_back() -> None:
            for route, answer in held:
                route.fulfill(response=answer)

        self.page.route("**/pages/add/**", weak_line)
        return come_back

    def expect_list(self) -> None:
        """The form has been taken; it is where the page stands among others now."""
        expect(self.page).to_have_url(re.compile(r"/quan-tri/pages/\d+/$"))
        expect(self.page.get_by_role("link", name=TITLE).first).to_be_visible()

    def wait_until(self, holds: Callable[[], bool]) -> None:
        for _turn in range(200):
            if holds():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("It never came.")

    def choose_act(self, button: str) -> None:
        """One of the acts that stand behind the first."""
        act = self.page.locator(f"{button}:visible")
        if not act.count():
            self.page.locator("footer").get_by_role("button").last.click()
        act.first.click()


def test_from_the_first_word_to_the_readers(frozen, market, new_page):
    set_up()
    desk = Desk(new_page(), Role.EDITOR)
    desk.begin_article()
    expect(desk.page.locator("#id_slug")).to_have_value(SLUG)
    desk.page.fill("#id_intro", "Người Tân Cương hái chè từ sáng sớm.")
    desk.bring_picture()

    text = desk.add_block("Text").locator("[contenteditable=true]").last
    text.click()
    text.evaluate(PASTE, WORD)
    expect(text.get_by_role("heading", name="Mục tiêu")).to_be_visible()
    desk.add_block("Video or livestream")
    desk.page.fill("[name=body-1-value-url]", "https://youtu.be/dQw4w9WgXcQ")
    desk.page.fill("[name=body-1-value-title]", "Một ngày ở đồi chè")
    desk.add_block("Products by query")
    desk.page.fill("[name=body-2-value-words]", "chè")

    desk.page.locator("button[aria-controls*=preview], [data-side-panel-toggle=preview]").first.click()
    preview = desk.page.frame_locator("#w-preview-iframe")
    expect(preview.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(preview.get_by_text("Chè Tân Cương").first).to_be_visible()
    desk.choose_act("[name=action-submit]")
    desk.expect_list()
    article = Article.objects.get()
    assert (article.slug, article.live, article.picture) == (SLUG, False, Picture.objects.get())
    assert article.current_workflow_state is not None

    at = clock.now() + datetime.timedelta(hours=2)
    approve(Desk(new_page(), Role.CHIEF_EDITOR), article, at)
    publish_scheduled.call()
    reader = new_page(width=390)
    reader.expected_errors = ["Failed to load resource", PLAYER]
    assert reader.goto(f"/tin-tuc/{SLUG}/").status == 404

    frozen.shift(datetime.timedelta(hours=2, minutes=1))
    publish_scheduled.call()
    run_tasks(expect_failures=True)
    read_everywhere(reader)


def test_a_page_sent_while_it_is_saved_by_itself_is_one_page(market, new_page):
    root = set_up()
    desk = Desk(new_page(), Role.EDITOR)
    desk.begin_article()
    desk.page.fill("#id_intro", "Người Tân Cương hái chè từ sáng sớm.")
    desk.add_block("Video or livestream")
    desk.page.fill("[name=body-0-value-title]", "Một ngày ở đồi chè")
    # Wagtail compares with what the form holds two seconds after it came.
    desk.page.wait_for_timeout(2_500)
    come_back = desk.hold_the_answer_to_autosave()
    desk.page.fill("[name=body-0-value-url]", "https://youtu.be/dQw4w9WgXcQ")
    desk.wait_until(Article.objects.exists)
    desk.choose_act("[name=action-submit]")
    come_back()
    desk.expect_list()
    article = Article.objects.get()
    assert article.slug == SLUG
    assert article.current_workflow_state is not None
    assert article.get_parent() in root.get_descendants()


def approve(desk: Desk, article: Article, at: datetime.datetime) -> None:
    """Find it on the first page, set the time, approve."""
    desk.page.get_by_role("link", name=TITLE).first.click()
    desk.page.locator("[data-side-panel-toggle=status], button[aria-controls*=status]").first.click()
    desk.page.get_by_role("button", name=words("Set schedule")).click()
    # Without a click into the field, whose calendar would lie over the button.
    dialog = desk.page.get_by_role("dialog").filter(has=desk.page.locator("#id_go_live_at"))
    dialog.locator("#id_go_live_at").evaluate(
        "(field, time) => { field.value = time; field.dispatchEvent(new Event('change')); }",
        at.astimezone(HA_NOI).strftime("%Y-%m-%d %H:%M"),
    )
    dialog.get_by_role("button", name=words("Save schedule")).click()
    expect(desk.page.get_by_role("button", name=words("Edit schedule"))).to_be_visible()
    desk.choose_act("[data-workflow-action-name=approve]")
    expect(desk.page.locator(".messages, [data-w-messages-target]").first).to_be_visible()
    article.refresh_from_db()
    assert not article.live
    assert article.scheduled_revision is not None


def read_everywhere(reader: Page) -> None:
    """On its page, in the list, in the feed, in the search and on the home page."""
    assert reader.goto(f"/tin-tuc/{SLUG}/").status == 200
    expect(reader.get_by_role("heading", name="Mục tiêu")).to_be_visible()
    expect(reader.get_by_role("img", name="Đồi chè buổi sớm").first).to_be_visible()
    assert reader.locator("source[type='image/avif']").count() > 0
    expect(reader.get_by_role("link", name="Chè Tân Cương", exact=True).first).to_be_visible()
    play(reader)
    for path in ("/tin-tuc/", "/tim-kiem/?q=duong+che+tan+cuong", "/"):
        reader.goto(path)
        expect(reader.get_by_role("link", name=TITLE).first).to_be_visible()
    assert TITLE in reader.request.get("/tin-tuc/rss.xml").text()


def play(reader: Page) -> None:
    """The player comes on the click and not before."""
    asked = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="<p>Video</p>", content_type="text/html")

    reader.route(f"{PLAYER}**", answer)
    video = reader.locator(".embed")
    expect(video.locator("iframe")).to_have_count(0)
    assert asked == []
    video.get_by_role("link").click()
    expect(video.frame_locator("iframe").get_by_text("Video")).to_be_visible()
    assert asked == [f"{PLAYER}embed/dQw4w9WgXcQ?autoplay=1"]
