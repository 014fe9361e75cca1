from .applications import ApplicationPaper, ApplicationStep, SellerApplication
from .bank_accounts import BankAccount
from .departures import BookingTerms, Departure
from .devices import DeviceEntry, PointDevice
from .invitations import Invitation, TeamStep
from .measures import Suspension
from .points import OpeningException, OpeningHours, PointOfSale, PointPicture
from .prices import PriceChange
from .reservations import Reservation, ReservationLine
from .sellers import Partner, TeamMember
from .shelves import ActLine, Batch, DailyClosing, PointAct, Stocktake, StocktakeLine
from .stall_pages import Accent, BlockKind, StallCheck, StallDraft, StallPage
from .stock import StockMovement, StockRecord
from .stories import Story, StoryText, StoryVersion
from .visits import DailyVisits

from oscar.apps.partner.models import *  # noqa: F403  # isort: skip

__all__ = [
    "Accent",
    "ActLine",
    "ApplicationPaper",
    "ApplicationStep",
    "BankAccount",
    "Batch",
    "BlockKind",
    "BookingTerms",
    "DailyClosing",
    "DailyVisits",
    "Departure",
    "DeviceEntry",
    "Invitation",
    "OpeningException",
    "OpeningHours",
    "Partner",
    "PointAct",
    "PointDevice",
    "PointOfSale",
    "PointPicture",
    "PriceChange",
    "Reservation",
    "ReservationLine",
    "SellerApplication",
    "StallCheck",
    "StallDraft",
    "StallPage",
    "StockMovement",
    "StockRecord",
    "Stocktake",
    "StocktakeLine",
    "Story",
    "StoryText",
    "StoryVersion",
    "Suspension",
    "TeamMember",
    "TeamStep",
]
