"""A rebased instance may keep the money of its plan years: to the pound, in every year, and for mental health too."""

from __future__ import annotations

import pytest

from models.reallocation.held_money import convergence_to_hold, with_money_held
from models.reallocation.rebase import rebase
from tests.model.reallocation.plans import shipped
from tests.reallocation_tables import raw_instance

pytestmark = pytest.mark.model


@pytest.mark.parametrize(("name", "line", "outturn"), [("nwl", "L001", 138_000_000), ("tiny", "L5", 150_000)])
def test_money_in_scope_is_in_every_plan_year_what_it_was(name: str, line: str, outturn: int) -> None:
    actuals = raw_instance(
        {"actuals": [{"ledger_line": line, "month": 6, "forecast_outturn_gbp": outturn}]}, {}
    ).tables["actuals"]
    moved = rebase(shipped(name), actuals)
    assert [money.spendable_gbp for money in moved.after.money] != [
        money.spendable_gbp for money in moved.before.money
    ]
    held = with_money_held(moved)
    assert held.drift == moved.drift
    for before, after in zip(moved.before.money[1:], held.after.money[1:], strict=True):
        assert (after.spendable_gbp, after.reserve_gbp) == (before.spendable_gbp, before.reserve_gbp)
    growth = [year.base_growth_share for year in held.after.years]
    assert growth == [year.base_growth_share for year in moved.before.years], (
        "the standard counts it before convergence"
    )
    more_spent = held.after.money[0].spendable_gbp > held.before.money[0].spendable_gbp
    assert (convergence_to_hold(moved) > 0) == more_spent
