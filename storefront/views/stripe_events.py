"""Where Stripe tells of cards, accounts and refunds; docs/payments.md describes it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.payments.domain import stripe_events
from marketplace.payments.domain.stripe_events import LONGEST_BODY, NotSigned, NotUnderstood

BAD_REQUEST = 400
TOO_LARGE = 413


# A signature stands for the token of a form, which no machine has.
@csrf_exempt
@require_POST
@never_cache
def event(request: HttpRequest) -> HttpResponse:
    """Take a signed message; 200 means that it is written down, also when told again."""
    if not settings.STRIPE_WEBHOOK_SECRETS:
        raise Http404
    # Django itself reads no more than DATA_UPLOAD_MAX_MEMORY_SIZE.
    if len(request.body) > LONGEST_BODY:
        return JsonResponse({"error": "The body is too long."}, status=TOO_LARGE)
    try:
        taken = stripe_events.take(request.body, request.headers.get("Stripe-Signature", ""))
    except (NotSigned, NotUnderstood) as refusal:
        return JsonResponse({"error": str(refusal)}, status=BAD_REQUEST)
    return JsonResponse({"event": taken.identifier, "outcome": taken.outcome})
