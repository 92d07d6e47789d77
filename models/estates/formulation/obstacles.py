"""What each rule can stand in the way of: the lists by which an answer of "no" finds the rule to name.

Whoever says why something cannot be done leaves one rule out after the other: `what_if`, `ranking`, `robustness`, and
the search for conflicts. A hard rule that stands in none of these lists would say no without its name.
"""

from __future__ import annotations

OF_SPACE = ("E-07", "E-22", "E-23", "E-35", "E-04", "E-06")
"""Rules that decide where there is room within reach, asked by a flow; where there is a choice those named last are
named."""

OF_USE = ("E-21", "E-36", "E-37")
"""Rows of the model that the flow does not know: a hand-back may break them though everybody would find a room."""

OF_OTHERS = ("E-38", "E-39", "E-41", "E-02", "E-06")
"""Rules that a hand-back breaks, where the flow finds room, only for closed lists, a limit on unmet demand or one
site for each area: asked where no rule of use is in the way."""

OF_WAYS = ("E-21", "E-38", "E-02")
"""Rules that can make it impossible to place people once all decisions are given: other demand may be left unmet."""

SETTLED_BEFORE = ("E-19", "E-31", "E-32", "E-33", "E-34", "E-40")
"""Rules that no hand-back on trial is held against one by one: floors above go with it (E-19), other changes stay as
they are in a plan that keeps the rules (E-31 to E-34), and the proof makes the timetable (E-40)."""
