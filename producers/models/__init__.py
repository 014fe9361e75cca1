from .applications import ApplicationPaper, ApplicationStep, SellerApplication
from .bank_accounts import BankAccount
from .departures import BookingTerms, Departure
from .invitations import Invitation, TeamStep
from .measures import Suspension
from .points import OpeningException, OpeningHours, PointOfSale, PointPicture
from .prices import PriceChange
from .sellers import Partner, TeamMember
from .stall_pages import Accent, BlockKind, StallDraft, StallPage
from .stock import StockMovement, StockRecord
from .stories import Story, StoryText, StoryVersion
from .visits import DailyVisits

from oscar.apps.partner.models import *  # noqa: F403  # isort: skip

__all__ = [
    "Accent",
    "ApplicationPaper",
    "ApplicationStep",
    "BankAccount",
    "BlockKind",
    "BookingTerms",
    "DailyVisits",
    "Departure",
    "Invitation",
    "OpeningException",
    "OpeningHours",
    "Partner",
    "PointOfSale",
    "PointPicture",
    "PriceChange",
    "SellerApplication",
    "StallDraft",
    "StallPage",
    "StockMovement",
    "StockRecord",
    "Story",
    "StoryText",
    "StoryVersion",
    "Suspension",
    "TeamMember",
    "TeamStep",
]
