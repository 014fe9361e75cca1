"""Certifications: awarding, extending and withdrawing them, and which one is a product's newest.

Terms (months of validity, days of extension) come from the act in force, as data.
"""

import datetime
from collections.abc import Collection, Iterable

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.domain.acts import act_on, governing
from catalog.models import Certification, CertificationAct, Product
from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused

PROVINCIAL_STARS = (3, 4)
CENTRAL_STARS = 5
RECOGNISED_STARS = (*PROVINCIAL_STARS, CENTRAL_STARS)


class CertificationRefused(Refused):
    """A rule forbids this award, extension or withdrawal; the message says which."""


def counted_from(issued_on: datetime.date | None, year: int | None) -> datetime.date | None:
    """The day from which a recognition counts: its issue, or 31 December where only the year is known."""
    if issued_on is not None:
        return issued_on
    return datetime.date(year, 12, 31) if year is not None else None


def last_day(started_on: datetime.date | None) -> datetime.date | None:
    """The last day of validity of a certificate that counts from a day (Decision 26/2026/QĐ-TTg, Art. 4.3).

    The months of the act run to the same day of the month, or to the last one of a shorter month.
    """
    if started_on is None:
        return None
    return started_on + relativedelta(months=governing(started_on).certificate_months)


@transaction.atomic
def award(
    product: Product,
    *,
    stars: int,
    level: str,
    issued_on: datetime.date,
    decision_number: str,
    decision_on: datetime.date | None = None,
    number: str = "",
    act: str | None = None,
    potential_five_star: bool = False,
    provenance: str = Certification.Provenance.AWARDED,
    actor=None,
) -> Certification:
    """Give a product its stars from a day on and make this its newest recognition.

    ``act`` is the number of the act that it was graded under; without it the one in force on the day of
    issue. Refused for stars that no decision may give (Art. 4.1), a day to come, and an unnamed decision.
    """
    if stars not in RECOGNISED_STARS:
        raise CertificationRefused(
            _("A decision recognises 3, 4 or 5 stars, not %(stars)s.") % {"stars": stars}
        )
    if issued_on > clock.today():
        raise CertificationRefused(_("A certificate cannot be issued on a day to come."))
    if not decision_number:
        raise CertificationRefused(_("The number of the decision is missing."))
    in_force_then = act_on(issued_on)
    certification = Certification.objects.create(
        product=product,
        stars=stars,
        level=level,
        act=act if act is not None else (in_force_then.number if in_force_then else ""),
        decision_number=decision_number,
        decision_on=decision_on or issued_on,
        number=number,
        potential_five_star=potential_five_star,
        recognised_year=issued_on.year,
        issued_on=issued_on,
        started_on=issued_on,
        valid_until=last_day(issued_on),
        provenance=provenance,
    )
    point_to_newest([product.pk])
    product.refresh_from_db(fields=["certification"])
    activity.record(
        "certification.awarded",
        certification,
        actor=actor,
        product=product.pk,
        stars=stars,
        decision=decision_number,
    )
    return certification


@transaction.atomic
def extend(
    certification: Certification, *, until: datetime.date, decision: str, reason: str, actor=None
) -> CertificationAct:
    """Let a certification count beyond its end while the re-evaluation is under way.

    At most as many days past its expiry as the act in force allows (180: Decision 26/2026/QĐ-TTg, Art. 12).
    """
    _refuse_unless_alterable(certification, decision, reason)
    if certification.valid_until is None:
        raise CertificationRefused(_("A certification without an end cannot be extended."))
    if until <= certification.ends_on:
        raise CertificationRefused(
            _("It is already valid until %(day)s.") % {"day": date_format(certification.ends_on)}
        )
    furthest = certification.valid_until + datetime.timedelta(days=governing(clock.today()).extension_days)
    if until > furthest:
        raise CertificationRefused(
            _("It can be extended to %(day)s at most.") % {"day": date_format(furthest)}
        )
    certification.extended_until = until
    certification.save(update_fields=["extended_until"])
    activity.record(
        "certification.extended", certification, actor=actor, until=until.isoformat(), decision=decision
    )
    return CertificationAct.objects.create(
        certification=certification,
        kind=CertificationAct.Kind.EXTENDED,
        on=clock.today(),
        until=until,
        decision_number=decision,
        reason=reason,
        actor=actor,
    )


@transaction.atomic
def withdraw(
    certification: Certification, *, on: datetime.date, decision: str, reason: str, actor=None
) -> CertificationAct:
    """Take a certification back from a day on (Decision 26/2026/QĐ-TTg, Art. 8).

    The product's page stays and says so; a withdrawn recognition does not bring an older one back.
    """
    _refuse_unless_alterable(certification, decision, reason)
    if certification.issued_on is not None and on < certification.issued_on:
        raise CertificationRefused(_("It cannot be withdrawn before it was issued."))
    certification.withdrawn_on = on
    certification.save(update_fields=["withdrawn_on"])
    activity.record(
        "certification.withdrawn", certification, actor=actor, on=on.isoformat(), decision=decision
    )
    return CertificationAct.objects.create(
        certification=certification,
        kind=CertificationAct.Kind.WITHDRAWN,
        on=on,
        decision_number=decision,
        reason=reason,
        actor=actor,
    )


def newest(history: Iterable[Certification]) -> Certification:
    """The one that ``point_to_newest`` would choose; all have their primary keys."""
    return max(history, key=lambda each: (each.started_on or datetime.date.min, each.pk))


def point_to_newest(product_ids: Collection[int]) -> None:
    """Make `Product.certification` of these products, and of their variants, the newest recognition of each.

    It is one statement. The newest is the one that counts from the latest day; those without any day come
    before it, and of several of one day the one that was recorded last. Variants count as their product does.
    """
    recognised = Coalesce(OuterRef("parent"), OuterRef("pk"))
    history = Certification.objects.filter(product=recognised).order_by(
        F("started_on").desc(nulls_last=True), "-id"
    )
    Product.objects.filter(Q(pk__in=product_ids) | Q(parent__in=product_ids)).update(
        certification=Subquery(history.values("pk")[:1])
    )


def _refuse_unless_alterable(certification: Certification, decision: str, reason: str) -> None:
    if not decision or not reason:
        raise CertificationRefused(_("The number of the decision and the reason are needed."))
    if certification.withdrawn_on is not None:
        raise CertificationRefused(
            _("It was withdrawn on %(day)s.") % {"day": date_format(certification.withdrawn_on)}
        )
    if certification.product.certification_id != certification.pk:
        raise CertificationRefused(_("A newer certification has replaced this one."))
