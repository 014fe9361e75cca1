"""Making a fresh database a site: languages, the root of the pages in each, the editors' rights."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupPagePermission, Locale, Page, Site

from cms.models import RootPage
from marketplace.core.roles import Role

EDITOR_RIGHTS = {
    Role.EDITOR: ("add_page", "change_page"),
    Role.CHIEF_EDITOR: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
}
#: What the programme office edits in the admin: what the search knows. Lists of synonyms are never rewritten.
OFFICE_RIGHTS = ("add_pin", "change_pin", "delete_pin", "view_pin", "add_synonymlist", "view_synonymlist")


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
    _grant(vietnamese)
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


def _grant(root: RootPage) -> None:
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    pages = [root, *root.get_translations()]
    for role, codenames in EDITOR_RIGHTS.items():
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.add(access)
        for permission in Permission.objects.filter(
            content_type__app_label="wagtailcore", content_type__model="page", codename__in=codenames
        ):
            for page in pages:
                GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)
    office, _created = Group.objects.get_or_create(name=Role.OFFICE)
    words = Permission.objects.filter(content_type__app_label="search", codename__in=OFFICE_RIGHTS)
    office.permissions.add(access, *words)
