"""The public look-up of certifications by their code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from catalog.models import Certification
from marketplace.core import clock
from marketplace.core.codes import ALPHABET
from storefront.dates import written_moment
from storefront.recognition import describe, history

MAX_CODE = 40


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The form; with a code in the address it leads on to that code's page."""
    code = _as_code(request.GET.get("code", ""))
    if code:
        return redirect("certifications:detail", code)
    return render(request, "storefront/certifications.html", {"was_sent": "code" in request.GET})


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """What a certification is worth today; 404 with the form for a code that is not there."""
    plain = _as_code(code)
    if plain and plain != code:
        return redirect("certifications:detail", plain)
    certification = (
        Certification.objects.filter(code=code)
        .select_related(
            "product__producer",
            "product__certification",
            "product__region__parent",
            "product__recorded_region__parent__parent",
        )
        .prefetch_related("acts", "product__images", "product__categories", "product__certifications")
        .first()
    )
    if certification is None or not certification.product.is_public:
        return render(request, "storefront/certifications.html", {"unknown_code": code}, status=404)
    product = certification.product
    earlier = sorted(
        product.certifications.all(), key=lambda each: (each.pk == product.certification_id, each.pk)
    )
    context = {
        "certification": certification,
        "product": product,
        "recognition": describe(certification, certification.acts.all()),
        "steps": history(reversed(earlier)) if len(earlier) > 1 else [],
        "newest": product.certification if product.certification_id != certification.pk else None,
        "looked_up": written_moment(clock.now()),
    }
    return render(request, "storefront/certification.html", context)


def _as_code(text: str) -> str:
    """What was typed in the form that codes have: upper case, without spaces and dashes."""
    letters = "".join(char for char in text[:MAX_CODE].upper() if char.isascii() and char.isalnum())
    return letters if set(letters) & set(ALPHABET) else ""
