"""Which ways people want: the kind's own habit, unless a person has chosen otherwise."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from marketplace.core.models import User
from marketplace.core.roles import TEAM_RIGHTS
from marketplace.notifications.kinds import KINDS, Kind
from marketplace.notifications.models import ChannelChoice


def wanted_channels(people: Iterable[User], kind: Kind) -> dict[int, list[str]]:
    """For each person, by primary key, the codes of the ways that news of this kind takes; one query."""
    ids = [person.pk for person in people]
    rows = ChannelChoice.objects.filter(user__in=ids, kind=kind.code)
    chosen = {(row.user_id, row.channel): row.is_wanted for row in rows}
    return {
        pk: [code for code in kind.channels if chosen.get((pk, code), code not in kind.quiet)] for pk in ids
    }


def kinds_for(person: User) -> list[Kind]:
    """The kinds of news that can reach this person; one query."""
    roles = set(person.memberships.values_list("role", flat=True))
    rights = set().union(*(TEAM_RIGHTS[role] for role in roles))
    return [kind for kind in KINDS.values() if kind.right is None or kind.right in rights]


def choices_of(person: User) -> dict[tuple[str, str], bool]:
    """Whether each way of each kind is wanted, by kind and channel."""
    rows = ChannelChoice.objects.filter(user=person)
    chosen = {(row.kind, row.channel): row.is_wanted for row in rows}
    return {
        (kind.code, code): chosen.get((kind.code, code), code not in kind.quiet)
        for kind in KINDS.values()
        for code in kind.channels
    }


@transaction.atomic
def choose(person: User, wanted: Mapping[tuple[str, str], bool]) -> None:
    """Keep what the person wants, by kind and channel; kinds that are not named stay as they are."""
    ChannelChoice.objects.bulk_create(
        (
            ChannelChoice(user=person, kind=kind, channel=channel, is_wanted=is_wanted)
            for (kind, channel), is_wanted in wanted.items()
        ),
        update_conflicts=True,
        unique_fields=["user", "kind", "channel"],
        update_fields=["is_wanted"],
    )
