"""Making a fresh database a site: languages, home page and lists in each, the editors' rights."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import override
from wagtail.models import Locale, Page, Site

from cms.domain.composition import default_home
from cms.domain.lists import make_lists
from cms.domain.rights import grant, have_approved
from cms.models import HomePage


@transaction.atomic
def set_up() -> HomePage:
    """Create what is missing and change nothing that is there; returns the Vietnamese home page."""
    codes = [code for code, _name in settings.LANGUAGES]
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in codes}
    vietnamese = _home_page(locales["vi"])
    for code, locale in locales.items():
        if code != "vi" and not vietnamese.has_translation(locale):
            translated = vietnamese.copy_for_translation(locale)
            translated.body = []
            translated.save_revision().publish()
    homes = [vietnamese, *vietnamese.get_translations()]
    for home in homes:
        _compose(home)
    make_lists(vietnamese)
    _site(vietnamese)
    pages = [vietnamese, *vietnamese.get_translations()]
    grant(pages)
    have_approved(pages)
    return vietnamese


def _home_page(locale: Locale) -> HomePage:
    existing = HomePage.objects.filter(locale=locale).first()
    if existing is not None:
        return existing
    tree_root = Page.objects.get(depth=1)
    # Wagtail's own first migration leaves a welcome page that nobody wrote.
    Page.objects.filter(depth=2, slug="home", title="Welcome to your new Wagtail site!").delete()
    tree_root.refresh_from_db()
    return tree_root.add_child(instance=HomePage(title=str(settings.SHOP_NAME), slug="goc", locale=locale))


def _compose(home: HomePage) -> None:
    """An empty home page gets the usual composition in its language."""
    if home.body:
        return
    with override(home.locale.language_code):
        home.body = default_home()
    home.save_revision().publish()


def _site(root: HomePage) -> None:
    default = Site.objects.filter(is_default_site=True).first()
    site = default or Site(is_default_site=True, hostname="localhost")
    if site.root_page_id != root.pk:
        site.root_page = root
        site.site_name = settings.OSCAR_SHOP_NAME
        site.save()
