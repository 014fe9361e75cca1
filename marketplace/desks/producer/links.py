"""Which links of the desk a member of a team has."""

from marketplace.core.models import User
from marketplace.core.roles import TEAM_RIGHTS, Right


def links_of(user: User) -> dict[str, bool]:
    """For the desk's navigation; one query."""
    roles = set(user.memberships.values_list("role", flat=True))
    rights = set().union(*(TEAM_RIGHTS[role] for role in roles))
    return {
        "sees_orders": Right.SEE_ORDERS in rights or user.is_administrator,
        "writes_stories": Right.WRITE_STORIES in rights,
        "takes_part": Right.TAKE_PART in rights,
    }
