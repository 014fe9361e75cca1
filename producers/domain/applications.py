"""Applications of future sellers: written step by step, sent, and decided by the office.

What the office reads does not change meanwhile: only a draft, or one of which more is asked, can be written.
"""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.text import fold
from producers.codes import shown_code
from producers.domain import bank_accounts, points, team
from producers.domain.sellers import Mention, create_sellers
from producers.models import ApplicationPaper, ApplicationStep, Partner, PointOfSale, SellerApplication
from producers.signals import application_decided, application_sent

State = SellerApplication.State

STEPS = ("kind", "identity", "contact", "point", "bank", "papers", "terms")
"""The parts of an application, in the order in which they are asked for."""

POINT_STEP = "point"
"""The part that only who runs a point of sale is asked for."""

MOST_DRAFTS = 5
MOST_PAPERS = 12


class ApplicationMoved(Refused):
    """The application is not in the state that the act needs: somebody was faster."""

    def __init__(self):
        super().__init__(_("Somebody else was faster; the application has another state now."))


class NotComplete(Refused):
    """Steps are missing; ``steps`` names them."""

    def __init__(self, steps: list[str]):
        self.steps = steps
        super().__init__(_("Some steps are not complete yet."))


@transaction.atomic
def begin(applicant: User, *, claims: Partner | None = None) -> SellerApplication:
    """A new draft; ``claims`` is a stall without a team that the applicant says is its own."""
    User.objects.select_for_update().get(pk=applicant.pk)
    if applicant.seller_applications.filter(state__in=SellerApplication.WRITABLE).count() >= MOST_DRAFTS:
        raise Refused(_("You have several applications that are not sent yet. Finish one of them first."))
    application = SellerApplication.objects.create(applicant=applicant, claims=claims)
    _note(application, applicant)
    return application


@transaction.atomic
def write(application: SellerApplication, step: str, fields: Mapping[str, object]) -> None:
    """Keep one step's answers; raises ``ApplicationMoved`` once the office reads it."""
    _hold(application)
    for name, value in fields.items():
        setattr(application, name, value)
    if step not in application.steps_done:
        application.steps_done = [each for each in STEPS if each in {*application.steps_done, step}]
    application.save(update_fields=[*fields, "steps_done", "saved_at"])


@transaction.atomic
def add_paper(application: SellerApplication, **fields: object) -> ApplicationPaper:
    """One more paper; its file has been checked. Raises ``ApplicationMoved`` and ``Refused`` for too many."""
    _hold(application)
    if application.papers.count() >= MOST_PAPERS:
        raise Refused(_("An application has at most %(most)s papers.") % {"most": MOST_PAPERS})
    return ApplicationPaper.objects.create(application=application, **fields)


@transaction.atomic
def remove_paper(paper: ApplicationPaper) -> None:
    """Take a paper out again; its file goes with it."""
    _hold(paper.application)
    storage, name = paper.file.storage, paper.file.name
    paper.delete()
    transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def send(application: SellerApplication, *, actor: User, terms_edition: str, answer: str = "") -> None:
    """Hand a complete application to the office, with the terms as they were agreed to.

    ``answer`` is for the office. Raises ``NotComplete`` and ``ApplicationMoved``.
    """
    _hold(application)
    missing = missing_steps(application)
    if missing:
        raise NotComplete(missing)
    now = clock.now()
    fields = {
        "sent_at": now,
        "terms_edition": terms_edition,
        "terms_accepted_at": now,
        "decided_at": None,
        "decided_by": None,
    }
    _move(application, SellerApplication.WRITABLE, State.SENT, **fields)
    _note(application, actor, answer)
    application_sent.send(sender=SellerApplication, application=application)


@transaction.atomic
def take_back(application: SellerApplication, *, actor: User) -> None:
    """Make a draft again of what waits for the office."""
    _move(application, [State.SENT], State.DRAFT)
    _note(application, actor)


@transaction.atomic
def ask(application: SellerApplication, *, actor: User, note: str) -> None:
    """Say what is missing; the applicant writes on and sends it again."""
    _need(note)
    _move(application, [State.SENT], State.ASKED, decided_at=clock.now(), decided_by=actor)
    _note(application, actor, note)
    application_decided.send(sender=SellerApplication, application=application)


@transaction.atomic
def refuse(application: SellerApplication, *, actor: User, note: str) -> None:
    """End an application with a reason that the applicant reads."""
    _need(note)
    _move(application, [State.SENT], State.REFUSED, decided_at=clock.now(), decided_by=actor)
    _note(application, actor, note)
    application_decided.send(sender=SellerApplication, application=application)


@transaction.atomic
def approve(
    application: SellerApplication, *, actor: User, existing: Partner | None = None, note: str = ""
) -> Partner:
    """Open the stall or point of sale, with the applicant as its owner; gives the seller.

    ``existing`` is a stall or point without a team that is handed over instead of a new one; its public name
    stays. Raises ``ApplicationMoved``, and ``Refused`` for one that has a team.
    """
    seller = _handed_over(existing) if existing is not None else _opened(application, actor)
    now = clock.now()
    _move(application, [State.SENT], State.APPROVED, decided_at=now, decided_by=actor, seller=seller)
    _identify(seller, application)
    if application.is_for_point:
        _set_operator(seller.point, application)
    team.add_owner(seller, application.applicant, actor=actor)
    bank_accounts.set_account(
        seller,
        actor=application.applicant,
        bank_code=application.bank_code,
        number=application.bank_number,
        holder=application.bank_holder,
        is_other_name=application.is_other_name,
    )
    _note(application, actor, note)
    application_decided.send(sender=SellerApplication, application=application)
    return seller


def steps_of(application: SellerApplication) -> list[str]:
    """The parts that this application has, by what it applies for."""
    return [step for step in STEPS if step != POINT_STEP or application.is_for_point]


def missing_steps(application: SellerApplication) -> list[str]:
    """The steps that keep the application from being sent; agreeing to the terms is part of sending."""
    missing = [step for step in steps_of(application)[:-1] if step not in application.steps_done]
    has_papers = application.needs_no_papers or application.papers.exists()
    return missing if has_papers or "papers" in missing else [*missing, "papers"]


def candidates(application: SellerApplication) -> QuerySet[Partner]:
    """Stalls or points without a team that may be the applicant's: claimed, of the same code or name."""
    if application.is_for_point:
        named = claimable(Partner.Kind.POINT).filter(folded_name=fold(application.point_name))
        return named.select_related("region__parent").order_by("name", "pk")
    same_name = Mention(application.legal_name, application.legal_form).normal.key
    alike = Q(pk=application.claims_id) | Q(normal_name=same_name)
    if application.business_code:
        alike |= Q(business_code__in=(application.business_code, shown_code(application.business_code)))
    return claimable().filter(alike).select_related("region__parent").order_by("name", "pk")


def claimable(kind: str = Partner.Kind.PRODUCER) -> QuerySet[Partner]:
    """Sellers that came by the office's import or register and have nobody who runs them."""
    return Partner.objects.filter(kind=kind, team=None).exclude(state=Partner.State.CLOSED)


def _hold(application: SellerApplication) -> None:
    """Lock the row and read it anew; raises ``ApplicationMoved`` where it can no longer be written."""
    held = SellerApplication.objects.select_for_update().get(pk=application.pk)
    if not held.is_writable:
        raise ApplicationMoved
    application.state, application.steps_done = held.state, held.steps_done


def _need(note: str) -> None:
    if not note.strip():
        raise Refused(_("Please say why: the applicant will read it."))


def _move(application: SellerApplication, before: list[str], after: str, **fields) -> None:
    """One conditional update, so that of two people who decide at once one is told."""
    fields["state"] = after
    if not SellerApplication.objects.filter(pk=application.pk, state__in=before).update(**fields):
        raise ApplicationMoved
    for name, value in fields.items():
        setattr(application, name, value)


def _note(application: SellerApplication, actor: User, note: str = "") -> None:
    ApplicationStep.objects.create(application=application, state=application.state, actor=actor, note=note)
    activity.record(f"application.{application.state}", application, actor=actor)


def _handed_over(seller: Partner) -> Partner:
    held = Partner.objects.select_for_update().get(pk=seller.pk)
    if held.team.exists():
        raise Refused(_("This stall has a team already. Its owner can invite the applicant."))
    return held


def _opened(application: SellerApplication, actor: User) -> Partner:
    if application.is_for_point:
        return _opened_point(application, actor)
    mention = Mention(application.legal_name, application.legal_form, region=application.region)
    return create_sellers({mention.key: mention})[mention.key]


def _opened_point(application: SellerApplication, actor: User) -> Partner:
    point = PointOfSale(
        kind=application.point_kind,
        address=application.point_street,
        opened_on=application.point_opens_on,
        last_day=application.point_last_day,
    )
    about = {"name": application.point_name, "region": application.point_region}
    return points.register(point, about, actor=actor).seller


def _set_operator(point: PointOfSale, application: SellerApplication) -> None:
    """Who runs it; its words for searching follow."""
    point.operator = application.legal_name
    point.save()


def _identify(seller: Partner, application: SellerApplication) -> None:
    """What Decree 248/2026, Article 18.1, makes public; a personal number is not part of it."""
    seller.registered_name = application.legal_name
    seller.legal_form = application.legal_form
    seller.registered_address = application.address
    seller.business_code = shown_code(application.business_code)
    seller.representative = application.representative
    seller.phone = application.phone
    seller.email = application.email
    if seller.region_id is None:
        seller.region = application.region
    seller.save()
