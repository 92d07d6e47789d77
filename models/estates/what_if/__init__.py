"""What if a suite, or a building, were handed back? Asked of one plan, answered in seconds, then proved.

How to ask:

    what_if = WhatIf(instance, plan)
    answer = what_if.repair([Order("meadows-1", day)])  # all else stays as in the plan; patients' ways anew
    proved = what_if.prove([Order("meadows-1", day)], options)  # the whole plan made anew with the order fixed

`Answer.verdict` is `yes`, `later` (not on that day, but on `Answer.day`) or `no`; `Answer.refusals` are the rules
that stand against it, by name, and what would change each; `Answer.npv_gbp` is the net present saving.
"""

from __future__ import annotations

from models.estates.what_if.answer import Answer, Verdict
from models.estates.what_if.asking import Proved, WhatIf
from models.estates.what_if.orders import Order
from models.estates.what_if.refusals import Refusal

__all__ = ["Answer", "Order", "Proved", "Refusal", "Verdict", "WhatIf"]
