"""Writing the activity log."""

from django.db.models import Model

from marketplace.core.models import Activity, User


def record(act: str, subject: Model, *, actor: User | None = None, **details: object) -> Activity:
    """Write one line of the activity log, in the transaction of the act that it records."""
    return Activity.objects.create(
        act=act,
        actor=person(actor),
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        details=details,
    )


def person(actor: User | None) -> User | None:
    """Who acted, as it is written down; None for the site itself and for who is not logged in."""
    return actor if actor is not None and actor.is_authenticated else None
