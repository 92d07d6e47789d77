"""Why patients are not booked, and what would book them: tried against the plan, one patient at a time."""

from models.theatres.reasons.alternatives import Help
from models.theatres.reasons.patient import reason, reasons
from models.theatres.reasons.reason import Reason
from models.theatres.reasons.remedies import Remedies, least_effort

__all__ = ["Help", "Reason", "Remedies", "least_effort", "reason", "reasons"]
