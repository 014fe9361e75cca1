"""A certification in words: what the line, the box and the look-up say of it (design decision 3)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from catalog.models import Certification, CertificationAct
from catalog.models.certifications import CertificationStatus
from storefront.dates import written_day


@dataclass(frozen=True)
class Fact:
    """A name and what is known, with a note below it."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Step:
    """A recognition in the history of a product."""

    title: str
    note: str
    is_current: bool


@dataclass(frozen=True)
class Recognition:
    """One certification as the pages describe it.

    ``stars`` are those that may be shown today. ``meaning`` says what the state means for the buyer,
    ``summary`` is the one sentence for the line below a title.
    """

    certification: Certification
    stars: int | None
    status: str
    title: str
    state: str
    summary: str
    meaning: str = ""
    facts: list[Fact] = field(default_factory=list)

    @property
    def is_in_force(self) -> bool:
        return self.stars is not None

    @property
    def icon(self) -> str:
        """The sign beside the state's words."""
        if self.is_in_force:
            return "check"
        return "cross" if self.status == CertificationStatus.WITHDRAWN else "clock"


def describe(certification: Certification, acts: Iterable[CertificationAct] = ()) -> Recognition:
    """A certification in words; ``acts`` are its extensions and withdrawal, whose papers are named."""
    status = certification.status
    writer = _WRITERS.get(status, _in_force)
    title, state, meaning = writer(certification)
    return Recognition(
        certification=certification,
        stars=certification.stars_in_force,
        status=str(status),
        title=title,
        state=state,
        summary=_summary(certification, state),
        meaning=meaning,
        facts=_facts(certification, list(acts)),
    )


def history(certifications: Iterable[Certification]) -> list[Step]:
    """All recognitions of a product, the newest first; one that was withdrawn says so."""
    ordered = list(certifications)
    return [
        Step(
            title=_step_title(each, is_first=place == len(ordered) - 1),
            note=_step_note(each),
            is_current=place == 0,
        )
        for place, each in enumerate(ordered)
    ]


def end_in_words(certification: Certification) -> str:
    """The last day of validity, or the year's end where only the year of recognition is known."""
    if _by_year(certification):
        return _("the end of %(year)s") % {"year": certification.ends_on.year}
    return written_day(certification.ends_on)


def _by_year(certification: Certification) -> bool:
    return certification.issued_on is None and certification.extended_until is None


def _ranked(certification: Certification) -> str:
    return _("OCOP certification, %(stars)s stars") % {"stars": certification.stars}


def _in_force(certification: Certification) -> tuple[str, str, str]:
    if certification.status == CertificationStatus.EXPIRING:
        state = _("In force until %(day)s") % {"day": end_in_words(certification)}
    elif certification.status == CertificationStatus.EXTENDED:
        state = _("Extended until %(day)s while it is evaluated again") % {"day": end_in_words(certification)}
    else:
        state = _("In force")
    return _ranked(certification), state, ""


def _expired(certification: Certification) -> tuple[str, str, str]:
    words = {"stars": certification.stars, "day": end_in_words(certification)}
    if _by_year(certification):
        state = _("The rank of %(stars)s stars ended at %(day)s.") % words
    else:
        state = _("The rank of %(stars)s stars ended on %(day)s.") % words
    return _("Certification no longer in force"), state, _("The product is still sold, but carries no stars.")


def _unknown(certification: Certification) -> tuple[str, str, str]:
    state = _("The source names %(stars)s stars, but no date") % {"stars": certification.stars}
    meaning = _("Without a date nobody can say whether they still count, so the product carries no stars.")
    return _("Date of the certification not known"), state, meaning


def _unstated(certification: Certification) -> tuple[str, str, str]:
    meaning = _("The source does not say how many stars, so the product carries none.")
    return _("Recognised as an OCOP product"), _("Number of stars not stated"), meaning


def _withdrawn(certification: Certification) -> tuple[str, str, str]:
    state = _("Withdrawn on %(day)s") % {"day": written_day(certification.withdrawn_on)}
    return _("Certification withdrawn"), state, _("The product is not sold here.")


def _superseded(certification: Certification) -> tuple[str, str, str]:
    meaning = _("What counts is the newest one; see the product's page.")
    return _("An earlier certification"), _("Replaced by a newer one"), meaning


_WRITERS = {
    CertificationStatus.EXPIRED: _expired,
    CertificationStatus.UNKNOWN: _unknown,
    CertificationStatus.UNSTATED: _unstated,
    CertificationStatus.WITHDRAWN: _withdrawn,
    CertificationStatus.SUPERSEDED: _superseded,
}


def _summary(certification: Certification, state: str) -> str:
    status = certification.status
    if certification.stars_in_force is None:
        return state
    if certification.is_illustrative:
        return _("Illustrative renewal")
    if status in (CertificationStatus.EXPIRING, CertificationStatus.EXTENDED):
        return state
    if certification.decision_number:
        return _("Decision %(number)s") % {"number": certification.decision_number}
    return _recognised_in(certification) or state


def _recognised_in(certification: Certification) -> str:
    if certification.recognised_year is None:
        return ""
    return _("Recognised in %(year)s") % {"year": certification.recognised_year}


def _facts(certification: Certification, acts: list[CertificationAct]) -> list[Fact]:
    facts = []
    if certification.is_illustrative:
        facts.append(Fact(_("Kind"), _("Illustrative"), _("made up for this demonstration, without number")))
    if certification.decision_number:
        facts.append(Fact(_("Decision"), certification.decision_number, _dated(certification.decision_on)))
    if certification.level:
        facts.append(Fact(_("Awarded by"), certification.get_level_display()))
    if certification.number:
        facts.append(Fact(_("Certificate number"), certification.number))
    if certification.issued_on:
        note = _("illustrative date") if certification.is_illustrative else ""
        facts.append(Fact(_("Issued on"), written_day(certification.issued_on), note))
    elif certification.recognised_year:
        facts.append(
            Fact(
                pgettext("certification", "Recognised"),
                str(certification.recognised_year),
                _("the source gives no day"),
            )
        )
    if certification.ends_on and certification.status != CertificationStatus.WITHDRAWN:
        facts.append(Fact(_("Valid until"), end_in_words(certification), _end_note(certification)))
    if certification.act:
        facts.append(Fact(_("Graded under"), certification.act))
    if certification.potential_five_star:
        facts.append(Fact(_("Potential"), _("Proposed for five stars")))
    return [*facts, *(_act_fact(act) for act in acts)]


def _dated(day) -> str:
    return _("of %(day)s") % {"day": written_day(day)} if day else ""


def _end_note(certification: Certification) -> str:
    if certification.is_illustrative:
        return _("illustrative date")
    if _by_year(certification):
        return _("36 months after the year of recognition, since the source gives no day")
    return ""


def _act_fact(act: CertificationAct) -> Fact:
    name = _("Withdrawn by") if act.kind == CertificationAct.Kind.WITHDRAWN else _("Extended by")
    note = " ".join(filter(None, (_dated(act.on), act.reason)))
    return Fact(name, act.decision_number or _("Decision not stated"), note)


def _step_title(certification: Certification, *, is_first: bool) -> str:
    stars = (
        _("%(stars)s stars") % {"stars": certification.stars}
        if certification.stars
        else _("stars not stated")
    )
    turn = _("first recognised") if is_first else _("recognised again")
    return f"{stars}, {turn}"


def _step_note(certification: Certification) -> str:
    when = (
        written_day(certification.issued_on)
        if certification.issued_on
        else str(certification.recognised_year or _("no date"))
    )
    notes = [when]
    if certification.decision_number:
        notes.append(_("Decision %(number)s") % {"number": certification.decision_number})
    if certification.is_illustrative:
        notes.append(_("illustrative"))
    if certification.withdrawn_on:
        notes.append(_("withdrawn on %(day)s") % {"day": written_day(certification.withdrawn_on)})
    return ", ".join(notes)
