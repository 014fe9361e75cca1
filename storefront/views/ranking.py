"""How results are ranked, from the weights in force: the e-commerce law asks platforms to make it public."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.core.money import format_number
from marketplace.core.pages import public_page
from search.ranking import WEIGHTS, Weight


@require_safe
@public_page
def ranking(request: HttpRequest) -> HttpResponse:
    """The parts of a product's score with the most points that each gives."""
    context = {
        "weights": [(weight, _points(weight)) for weight in WEIGHTS],
        "crumbs": [{"title": _("How results are ranked")}],
    }
    return render(request, "storefront/ranking.html", context)


def _points(weight: Weight) -> str:
    """The most points in words; how well the words fit has steps, each of which gives so many."""
    number = format_number(weight.most)
    return _("%(points)s a step") % {"points": number} if weight.name == "text" else number
