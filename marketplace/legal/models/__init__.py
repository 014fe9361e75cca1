from .acceptances import Acceptance
from .versions import Kind, Version, VersionText

__all__ = ["Acceptance", "Kind", "Version", "VersionText"]
