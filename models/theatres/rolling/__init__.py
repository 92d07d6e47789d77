"""Half a year, week after week: what a way of planning comes to when each of its plans is lived through."""

from models.theatres.rolling.compare import Comparison, compare
from models.theatres.rolling.policies import POLICIES

__all__ = ["POLICIES", "Comparison", "compare"]
