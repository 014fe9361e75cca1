"""The browser's fixtures see what they are there to see."""

import pytest

from tests.services.browser import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PAGE = '<!doctype html><html lang="en"><title>Page</title><main><h1>Page</h1>{}</main></html>'


def test_axe_names_the_rule_and_the_element(page, axe):
    page.set_content(PAGE.format(""))
    axe(page)
    page.set_content(PAGE.format('<img src="data:,">'))
    with pytest.raises(pytest.fail.Exception, match=r"^image-alt \(critical\): .*\n    img: <img src="):
        axe(page)


def test_a_page_opens_in_the_width_and_language_asked_for(new_page):
    page = new_page(width=PHONE, locale="en-GB", scheme="dark")
    seen = "[innerWidth, navigator.language, matchMedia('(prefers-color-scheme: dark)').matches]"
    assert page.evaluate(seen) == [390, "en-GB", True]


def test_without_javascript_no_script_runs(new_page):
    page = new_page(javascript=False)
    page.set_content(PAGE.format("<p id=said>no</p><script>said.textContent = 'yes'</script>"))
    assert page.text_content("#said") == "no"
