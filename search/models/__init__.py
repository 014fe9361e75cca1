from search.models.changes import PendingChange
from search.models.pins import Pin
from search.models.synonyms import SynonymList

__all__ = ["PendingChange", "Pin", "SynonymList"]
