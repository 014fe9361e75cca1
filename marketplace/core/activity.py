"""Writing the activity log."""

from django.db.models import Model

from marketplace.core.models import Activity, User


def record(act: str, subject: Model, *, actor: User | None = None, **details: object) -> Activity:
    """Write one line of the activity log, in the transaction of the act that it records."""
    return Activity.objects.create(
        act=act,
        actor=actor if actor is not None and actor.is_authenticated else None,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        details=details,
    )
