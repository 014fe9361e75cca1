"""Making a fresh database a site: languages, the root of the pages in each, the editors' rights."""

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from cms.domain.rights import grant, have_approved
from cms.models import RootPage


@transaction.atomic
def set_up() -> RootPage:
    """Create what is missing and change nothing that is there; returns the Vietnamese root page."""
    codes = [code for code, _name in settings.LANGUAGES]
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in codes}
    vietnamese = _root_page(locales["vi"])
    for code, locale in locales.items():
        if code != "vi" and not vietnamese.has_translation(locale):
            translated = vietnamese.copy_for_translation(locale)
            translated.save_revision().publish()
    _site(vietnamese)
    pages = [vietnamese, *vietnamese.get_translations()]
    grant(pages)
    have_approved(pages)
    return vietnamese


def _root_page(locale: Locale) -> RootPage:
    existing = RootPage.objects.filter(locale=locale).first()
    if existing is not None:
        return existing
    tree_root = Page.objects.get(depth=1)
    # Wagtail's own first migration leaves a welcome page that nobody wrote.
    Page.objects.filter(depth=2, slug="home", title="Welcome to your new Wagtail site!").delete()
    tree_root.refresh_from_db()
    return tree_root.add_child(instance=RootPage(title=str(settings.SHOP_NAME), slug="goc", locale=locale))


def _site(root: RootPage) -> None:
    default = Site.objects.filter(is_default_site=True).first()
    site = default or Site(is_default_site=True, hostname="localhost")
    if site.root_page_id != root.pk:
        site.root_page = root
        site.site_name = settings.OSCAR_SHOP_NAME
        site.save()
