"""Why patients are not booked, and what would book them: tried against the plan, one patient at a time."""

from models.theatres.reasons.alternatives import Help
from models.theatres.reasons.patient import Reason, reason, reasons

__all__ = ["Help", "Reason", "reason", "reasons"]
