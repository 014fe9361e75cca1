from search.models.changes import PendingChange
from search.models.synonyms import SynonymList

__all__ = ["PendingChange", "SynonymList"]
