"""What every page shows around its content."""

from django.conf import settings
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from catalog.models import Category
from marketplace.core.prepared import Prepared

_GROUPS = Prepared(lambda: Category.objects.filter(depth=1, is_public=True).order_by("path"))


def _alternate_url(request) -> str:
    other = "vi" if get_language() == "en" else "en"
    return translate_url(request.get_full_path(), other)


def shop(request) -> dict:
    """Names, navigation and the address of the page in the other language."""
    return {
        "shop_name": settings.SHOP_NAME,
        "demo_banner": settings.DEMO,
        "nav_groups": SimpleLazyObject(_GROUPS.objects),
        "alternate_url": SimpleLazyObject(lambda: _alternate_url(request)),
    }
