"""The home page. It is an editor's page; a database that has none yet shows the usual composition."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cms.domain.composition import default_home
from cms.models import HomePage
from marketplace.core.prepared import Prepared


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home page in the language asked for; everybody may read it."""
    here = get_language() or settings.LANGUAGE_CODE
    page = next((each for each in _HOMES.objects() if each.language == here), None) or HomePage(
        title=str(settings.SHOP_NAME), slug="goc", url_path="/goc/"
    )
    if not page.body:
        page.body = default_home()
    return page.serve(request)


def _homes() -> QuerySet:
    # By kind: a database without statistics would go by the language, through every page of it.
    kind = ContentType.objects.get_for_model(HomePage)
    homes = HomePage.objects.live().filter(content_type=kind.pk).order_by("path")
    return homes.annotate(language=F("locale__language_code"))


_HOMES = Prepared(_homes)
