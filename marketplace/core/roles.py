"""Who may do what: the platform's roles and the rights inside a seller's team.

One place names them; views and querysets ask here (design decision 12). What is not
granted is refused.
"""

from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """Roles that belong to the platform, each a Django group of this name."""

    EDITOR = "editor"
    CHIEF_EDITOR = "chief editor"
    OFFICE = "programme office"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """Named rights inside a seller's team."""

    SEE_ORDERS = "see orders"
    MOVE_ORDERS = "move orders"
    ANSWER_BUYERS = "answer buyers"
    ANSWER_REVIEWS = "answer reviews"
    EDIT_STALL = "edit stall"
    EDIT_PRODUCTS = "edit products"
    EDIT_STOCK = "edit stock"
    WRITE_STORIES = "write stories"
    TAKE_PART = "take part in events"
    SEE_MONEY = "see money"
    SEE_NUMBERS = "see numbers"
    MANAGE_TEAM = "manage team"
    # At a point of sale.
    SELL_AT_COUNTER = "sell at the counter"
    KEEP_SHELF = "keep the shelf"
    RUN_POINT = "run the point"


class TeamRole(TextChoices):
    """Roles inside a seller's team."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    PACKER = "packer", _("Packer")
    WRITER = "writer", _("Writer")
    CLERK = "clerk", _("Clerk")


TEAM_RIGHTS: dict[str, frozenset[Right]] = {
    TeamRole.OWNER: frozenset(Right),
    TeamRole.MANAGER: frozenset(Right) - {Right.MANAGE_TEAM},
    TeamRole.PACKER: frozenset({Right.SEE_ORDERS, Right.MOVE_ORDERS, Right.EDIT_STOCK, Right.ANSWER_BUYERS}),
    TeamRole.WRITER: frozenset({Right.WRITE_STORIES, Right.ANSWER_REVIEWS}),
    TeamRole.CLERK: frozenset(
        {
            Right.SEE_ORDERS,
            Right.MOVE_ORDERS,
            Right.ANSWER_BUYERS,
            Right.SELL_AT_COUNTER,
            Right.KEEP_SHELF,
        }
    ),
}


def team_roles_with(right: Right) -> list[str]:
    """The team roles that carry a right."""
    return [role for role, rights in TEAM_RIGHTS.items() if right in rights]


def has_role(user: object, *roles: Role) -> bool:
    """Whether the person holds one of the platform's roles; an administrator holds them all."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return False
    return user.is_superuser or bool({Role.ADMINISTRATOR, *roles} & user.role_names)
