from .booths import BoothRegistration, RegistrationStep
from .events import Event, ProgrammeItem
from .livestreams import Livestream

__all__ = ["BoothRegistration", "Event", "Livestream", "ProgrammeItem", "RegistrationStep"]
