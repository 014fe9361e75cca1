"""Which links of the desk a member of a team has."""

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from marketplace.core.models import User
from marketplace.core.roles import TEAM_RIGHTS, Right
from marketplace.notifications.models import Notice


def links_of(user: User) -> dict[str, bool | int]:
    """For the desk's navigation; one query."""
    unread = Notice.objects.filter(recipient=user, seller=OuterRef("seller"), is_listed=True, read_at=None)
    counted = unread.order_by().values("recipient").annotate(number=Count("pk")).values("number")
    memberships = list(user.memberships.values_list("role", Coalesce(Subquery(counted), 0)))
    roles = {role for role, _unread in memberships}
    rights = set().union(*(TEAM_RIGHTS[role] for role in roles))
    return {
        "unread_notices": sum(number for _role, number in memberships),
        "answers_buyers": Right.ANSWER_BUYERS in rights,
        "answers_reviews": Right.ANSWER_REVIEWS in rights,
        "sees_orders": Right.SEE_ORDERS in rights or user.is_administrator,
        "edits_products": Right.EDIT_PRODUCTS in rights,
        "counts_stock": Right.EDIT_STOCK in rights,
        "writes_stories": Right.WRITE_STORIES in rights,
        "sees_money": Right.SEE_MONEY in rights,
        "sees_numbers": Right.SEE_NUMBERS in rights,
        "edits_stall": Right.EDIT_STALL in rights,
        "takes_part": Right.TAKE_PART in rights,
        "manages_team": Right.MANAGE_TEAM in rights,
    }
