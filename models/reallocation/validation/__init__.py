"""Faults of a reallocation that need more than one cell to see, by topic."""

from __future__ import annotations

from collections.abc import Sequence

from models.reallocation.settings import ReallocationSettings
from models.reallocation.validation import budgets, money, need, policy, years
from models.shared.faults import Fault
from models.shared.parsing import ParsedInstance

__all__ = ["validate"]


def validate(parsed: ParsedInstance) -> Sequence[Fault]:
    """Every fault between rows and tables; checks that faulty rows would mislead wait until those are mended."""
    settings = parsed.settings if isinstance(parsed.settings, ReallocationSettings) else None
    faults = [*budgets.faults(parsed), *need.faults(parsed), *years.faults(parsed), *policy.faults(parsed)]
    if settings is not None:
        faults += [*years.faults_of_settings(parsed, settings), *need.faults_of_basis(parsed, settings)]
        faults += [*policy.faults_of_ranges(parsed, settings)]
        if not faults and not parsed.faults:
            faults += money.faults(parsed, settings)
    return faults
