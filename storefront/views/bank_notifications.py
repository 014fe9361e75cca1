"""Where a seller's bank, or who watches its account, tells of transfers; docs/payments.md describes it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.payments.domain import bank_notifications
from marketplace.payments.domain.bank_notifications import (
    LONGEST_BODY,
    NotSigned,
    NotUnderstood,
    ToldDifferently,
)

UNAUTHORIZED = 401
CONFLICT = 409
TOO_LARGE = 413
UNPROCESSABLE = 422


# A signature stands for the token of a form, which no machine has.
@csrf_exempt
@require_POST
@never_cache
def notification(request: HttpRequest, key: str) -> HttpResponse:
    """Take a signed notification; 200 means that the transfer is written down, also when told again."""
    # Django itself reads no more than DATA_UPLOAD_MAX_MEMORY_SIZE.
    if len(request.body) > LONGEST_BODY:
        return _refused("The body is too long.", TOO_LARGE)
    signed = bank_notifications.Signed(
        key,
        request.headers.get("X-OCOP-Timestamp", ""),
        request.headers.get("X-OCOP-Signature", ""),
        request.body,
    )
    try:
        transfer = bank_notifications.take(signed)
    except NotSigned as refusal:
        return _refused(str(refusal), UNAUTHORIZED)
    except NotUnderstood as refusal:
        return _refused(str(refusal), UNPROCESSABLE)
    except ToldDifferently as refusal:
        return _refused(str(refusal), CONFLICT)
    return JsonResponse({"transfer": transfer.pk, "state": transfer.state})


def _refused(words: str, status: int) -> JsonResponse:
    return JsonResponse({"error": words}, status=status)
