"""One line short of need, all others over it: the linear program is what filling up by hand comes to."""

from __future__ import annotations

import random

import pytest

from models.reallocation.method import solve
from models.shared.problem import SolveOptions
from solvers.types import Unwatched
from tests.reallocation_tables import DEVIATIONS, LINE_LEVEL_SETTINGS, LINES, built, line_level_tables

pytestmark = pytest.mark.model


def filled(opened: dict[str, float], need: dict[str, float], cap: float, years: int) -> float:
    """The least gap by hand: nobody loses cash, the short line is filled up to its cap or need, then the rest.

    What is left goes to lines below their need first, and only then on top of need.
    """
    money = sum(need.values())
    held = dict(opened)
    short = min(opened, key=lambda line: opened[line] / need[line])
    left = money - sum(held.values())
    room = max(0.0, min(need[short], opened[short] * (1 + cap) ** years) - held[short])
    held[short] += min(room, left)
    left -= min(room, left)
    for line in opened:
        if line != short:
            more = min(left, max(0.0, need[line] - held[line]))
            held[line] += more
            left -= more
    return (sum(abs(held[line] - need[line]) for line in opened) + left) / 2


@pytest.mark.parametrize("seed", range(12))
def test_the_gap_is_what_filling_up_by_hand_leaves(seed: int) -> None:
    picker = random.Random(seed)
    years, growth = picker.randint(1, 5), round(picker.uniform(0.0, 0.05), 4)
    cap = round(max(growth, picker.uniform(0.03, 0.15)), 4)
    deviations = DEVIATIONS | {line: round(picker.uniform(0.01, 0.12), 3) for line in ("community", "acute", "chc")}
    settings = {"growth_share": growth, "mh_growth_cap_share": cap}
    instance = built(line_level_tables(years, deviations=deviations), LINE_LEVEL_SETTINGS | settings)
    outcome = solve(instance, SolveOptions(), Unwatched())
    value = next(stage.value for stage in outcome.stages if stage.name == "final_year_gap")
    opened = {line: float(instance.opening_by_line[line]) for line in LINES}
    need = {key.line: float(instance.need_gbp(key, years)) for key in instance.place_lines}
    assert value == pytest.approx(filled(opened, need, cap, years), abs=3)
