import gettext
import io

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.unit

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Basket"
msgstr "Giỏ hàng"

#, fuzzy
msgid "Order"
msgstr "Không chắc"
"""


@pytest.fixture
def folder(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    folder = tmp_path / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")
    return folder


def compiled_anew():
    output = io.StringIO()
    call_command("compile_messages", stdout=output)
    return output.getvalue().split()[0]


def test_compiles_what_is_sure(folder):
    assert compiled_anew() == "1"
    with (folder / "django.mo").open("rb") as file:
        messages = gettext.GNUTranslations(file)
    assert messages.gettext("Basket") == "Giỏ hàng"
    assert messages.gettext("Order") == "Order"


def test_only_what_has_changed(folder):
    compiled_anew()
    assert compiled_anew() == "0"
    (folder / "django.mo").unlink()
    assert compiled_anew() == "1"
