from .reviews import Review, ReviewStep
from .scores import ProductScore

__all__ = ["ProductScore", "Review", "ReviewStep"]
