"""What every page shows around its content."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from catalog.models import Category
from marketplace.core.prepared import Prepared
from storefront.sharing import alternate_path

_GROUPS = Prepared(lambda: Category.objects.filter(depth=1, is_public=True).order_by("path"))


def shop(request) -> dict:
    """Names, navigation and the address of the page in the other language."""
    return {
        "shop_name": settings.SHOP_NAME,
        "demo_banner": settings.DEMO,
        "nav_groups": SimpleLazyObject(_GROUPS.objects),
        "alternate_url": SimpleLazyObject(lambda: alternate_path(request, request.get_full_path())),
    }
