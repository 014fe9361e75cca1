"""Making a fresh database a site: languages, home page and list of news in each, the editors' rights."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override
from wagtail.models import Locale, Page, Site

from cms.domain.composition import default_home
from cms.domain.rights import grant, have_approved
from cms.models import HomePage, NewsIndex

NEWS_SLUG = "tin-tuc"


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
    _news_index(vietnamese, homes[1:])
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


def _news_index(home: HomePage, translations: Sequence[HomePage]) -> None:
    """The list of news, under the same path in all languages."""
    index = NewsIndex.objects.child_of(home).first()
    if index is None:
        index = home.add_child(instance=_named_index(home))
        index.save_revision().publish()
    for translation in translations:
        if not index.has_translation(translation.locale):
            translated = index.copy_for_translation(translation.locale)
            named = _named_index(translation)
            for name in ("title", "intro", "slug", "show_in_menus"):
                setattr(translated, name, getattr(named, name))
            translated.save_revision().publish()


def _named_index(home: HomePage) -> NewsIndex:
    with override(home.locale.language_code):
        return NewsIndex(
            title=gettext("News"),
            intro=gettext("What happens in the programme, in the villages and at the fairs."),
            slug=NEWS_SLUG,
            show_in_menus=True,
            locale=home.locale,
        )


def _site(root: HomePage) -> None:
    default = Site.objects.filter(is_default_site=True).first()
    site = default or Site(is_default_site=True, hostname="localhost")
    if site.root_page_id != root.pk:
        site.root_page = root
        site.site_name = settings.OSCAR_SHOP_NAME
        site.save()
