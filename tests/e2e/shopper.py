"""A person at the shop: what they press, type and read, in one language, with or without JavaScript."""

import re

from django.urls import reverse
from django.utils.translation import gettext, override, pgettext
from playwright.sync_api import Locator, Page, expect

from marketplace.core.money import format_vnd
from marketplace.regions.models import Region
from tests.e2e.market import Market
from tests.factories.catalog import PASSWORD

ANSWER = "Failed to load resource: the server responded with a status of {}"


class Shopper:
    def __init__(self, page: Page, language: str = "vi", *, scripted: bool = True):
        self.page = page
        self.language = language
        self.scripted = scripted
        self.main = page.locator("main")

    # --- words and addresses
    def say(self, words: str, context: str | None = None, **values) -> str:
        """A message of the interface in this person's language."""
        with override(self.language):
            said = pgettext(context, words) if context else gettext(words)
        return said % values if values else said

    def address(self, name: str, *args) -> str:
        with override(self.language):
            return reverse(name, args=args)

    def open(self, name: str, *args) -> None:
        self.page.goto(self.address(name, *args))

    def button(self, words: str, context: str | None = None, **values) -> Locator:
        return self.main.get_by_role("button", name=self.say(words, context, **values))

    def field(self, words: str) -> Locator:
        return self.main.get_by_label(self.say(words))

    def accepts(self, *statuses: int) -> None:
        """The browser logs answers with these statuses as errors; in this test they are what is wanted."""
        self.page.expected_errors += [ANSWER.format(status) for status in statuses]

    # --- looking around
    def look_for_tea(self, market: Market) -> None:
        """From the home page by the group's list and the filter of stars to the product's page."""
        self.open("home")
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        group = market.tea.category.get_parent()
        self.page.locator(f"main .groups a[href*='_{group.pk}/']").click()
        expect(self.main.get_by_role("heading", level=1)).to_have_text(self._named(group))
        self._filter_by_stars(4)
        self.main.get_by_role("link", name=market.tea.title, exact=True).click()
        expect(self.main.get_by_role("heading", level=1)).to_have_text(market.tea.title)

    def _named(self, category) -> str:
        with override(self.language):
            return category.display_name

    def _filter_by_stars(self, stars: int) -> None:
        self.page.wait_for_load_state()
        opener = self.main.locator("a.open")
        if opener.is_visible():
            opener.click()
        sheet = self.page.locator("#filter")
        box = sheet.locator(f"#filter-stars-{stars}")
        box.check()
        if self.scripted:
            expect(self.page).to_have_url(re.compile(rf"[?&]stars={stars}"))
            if sheet.locator(".done .main").is_visible():
                sheet.locator(".done .main").click()
        else:
            visible = sheet.locator(".done .main")
            (visible if visible.is_visible() else sheet.locator(".apply")).click()
        expect(self.page).to_have_url(re.compile(rf"[?&]stars={stars}"))
        expect(
            self.main.get_by_role("link", name=self.say("OCOP %(stars)s stars", stars=stars))
        ).to_be_visible()

    def search(self, words: str) -> None:
        box = self.page.locator("#site-search")
        box.fill(words)
        box.press("Enter")
        expect(self.page).to_have_url(re.compile(r"/tim-kiem/\?q="))

    # --- buying
    def put_into_basket(self, title: str, *, more: int = 0) -> None:
        """Add the product whose page is open, `more` than one."""
        self.page.wait_for_load_state()
        if self.scripted:
            for _each in range(more):
                self.button("One more").first.click()
        elif more:
            self.main.locator("#quantity").fill(str(1 + more))
        expect(self.main.locator("#quantity")).to_have_value(str(1 + more))
        # Before its scripts have come the button works too, but leads to the basket.
        self.page.wait_for_load_state()
        self.button("Add to basket", "product").click()
        expect(self._told()).to_contain_text(self.say("%(title)s is in your basket.", title=title))

    def _told(self) -> Locator:
        return self.page.locator("#toast" if self.scripted else "main .messages")

    def fill_in_checkout(self, market: Market, *, email: str, note: str = "") -> None:
        expect(self.main.locator("#id_commune")).to_be_visible()
        self.page.wait_for_load_state()
        self.field("Your name").fill("Nguyễn Thị Lan")
        self.field("Phone").fill("0912 345 678")
        self.field("E-mail").fill(email)
        self.fill_in_place(market.ha_dong)
        if note:
            self.main.get_by_label(self.say("Note for the seller")).first.fill(note)

    def fill_in_place(self, ha_dong: Region) -> None:
        """The commune by its former name; with JavaScript the choice comes while typing."""
        self.main.locator("#id_province").select_option(str(ha_dong.parent_id))
        self.main.locator("#id_commune").fill("Vạn Phúc")
        self.field("House number, lane, street or hamlet").fill("12 ngõ Gạch")
        if self.scripted:
            self.choose_commune(ha_dong)

    def choose_commune(self, ha_dong: Region) -> None:
        meant = self.main.locator(f"#communes input[value='{ha_dong.pk}']")
        expect(meant).to_be_attached()
        meant.check()

    def reach_review(self, market: Market, *, email: str = "lan@example.org") -> None:
        """One of each seller's goods, and everything filled in."""
        for product in (market.tea, market.honey):
            self.open("catalogue:detail", product.slug, product.pk)
            self.put_into_basket(product.title)
        self.open("checkout:index")
        self.fill_in_checkout(market, email=email)
        self.button("Review the order").click()
        expect(self.page).to_have_url(re.compile("/xem-lai/$"))

    def agree_and_order(self, total: int) -> None:
        self.main.locator("#id_terms").check()
        self.button("Order, %(sum)s", sum=format_vnd(total)).click()
        expect(self.page).to_have_url(re.compile(r"/don-hang/[^/]+/"))

    # --- accounts
    def log_in(self, email: str, *, to: str) -> None:
        self.page.goto(f"{self.address('customer:login')}?next={to}")
        self.main.locator("#id_email").fill(email)
        self.main.locator("#id_password").fill(PASSWORD)
        self.button("Log in").click()
        expect(self.page).to_have_url(re.compile(re.escape(to) + "$"))
