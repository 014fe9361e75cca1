from .sellers import Partner, TeamMember
from .stock import StockMovement, StockRecord
from .stories import Story, StoryText, StoryVersion

from oscar.apps.partner.models import *  # noqa: F403  # isort: skip

__all__ = ["Partner", "StockMovement", "StockRecord", "Story", "StoryText", "StoryVersion", "TeamMember"]
