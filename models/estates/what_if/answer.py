"""The answer to an order: whether it can be done, on which day, and what it does to a plan."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from models.estates.demand import NOWHERE
from models.estates.ledger import npv_cost_gbp
from models.estates.needs import Shortage
from models.estates.plan import Plan
from models.estates.what_if.orders import FullOrder
from models.estates.what_if.refusals import Refusal

Verdict = Literal["yes", "later", "no"]
UNMET_TOLERANCE_CONTACTS = 1.0
"""Contacts over the plan by which unmet demand may rise and still be called the same."""


@dataclass(frozen=True)
class Answer:
    """What comes of an order.

    `verdict`: `yes` on the day asked for; `later`: not on that day, but on `day`; `no`: on no day of the plan, by
    what was tried. `order` is what is carried out, on `day`; `refusals` stand against the day asked for (with `no`:
    against every day), `shortages` name the people who would have no room, and `rules` the rules that contradict it
    once everybody is to have a room. `without` is the plan with the suites kept (the saved plan, unless that
    hands them back already), `after` the plan with the order; None with `no`. `stays` are suites the saved plan hands
    back and that have to be kept instead. `already` holds suites the saved plan hands back by itself, and when.
    """

    verdict: Verdict
    asked: FullOrder
    order: FullOrder
    refusals: tuple[Refusal, ...]
    shortages: tuple[Shortage, ...]
    rules: tuple[str, ...]
    saved: Plan
    without: Plan
    after: Plan | None
    stays: tuple[str, ...]
    already: Mapping[str, dt.date]

    @property
    def day(self) -> dt.date | None:
        """The day on which it can be done; None where there is none."""
        return None if self.after is None else self.order.day

    @property
    def npv_gbp(self) -> float | None:
        """Net present saving of the order: what the plan costs without it less what it costs with it."""
        return None if self.after is None else npv_cost_gbp(self.without) - npv_cost_gbp(self.after)

    @property
    def npv_against_plan_gbp(self) -> float | None:
        """What the plan with the order costs more than the saved plan, at present value."""
        return None if self.after is None else npv_cost_gbp(self.after) - npv_cost_gbp(self.saved)


def unmet_contacts(plan: Plan) -> float:
    """Contacts without a room over a plan, weighted as in its first aim."""
    weights = [period.weight for period in plan.instance.periods]
    lost = (item for item in plan.contacts if item.site_id == NOWHERE)
    return math.fsum(weights[item.period] * item.contacts for item in lost)
