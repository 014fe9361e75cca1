"""The home page. It is an editor's page; a database that has none yet shows the usual composition."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cms.domain.composition import default_home
from cms.models import HomePage
from marketplace.core.prepared import Prepared


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home page in the language asked for; everybody may read it."""
    found = _HOME.objects(language=get_language() or settings.LANGUAGE_CODE)
    page = found[0] if found else HomePage(title=str(settings.SHOP_NAME), slug="goc", url_path="/goc/")
    if not page.body:
        page.body = default_home()
    return page.serve(request)


_HOME = Prepared(
    lambda language: HomePage.objects.live().filter(locale__language_code=language).order_by("path")[:1],
    language=str,
)
