"""A month's forecast outturn in place of the opening budgets: the new instance, both plans, and their drift."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from models.reallocation.actuals import ACTUALS
from models.reallocation.held_money import with_money_held
from models.reallocation.impacts import impacts_rows
from models.reallocation.instance import Instance
from models.reallocation.plan import Plan
from models.reallocation.rebase import Rebased, rebase
from models.reallocation.tables import REGISTER
from models.shared.faults import InputFaults
from models.shared.parsing import RawTable
from models.shared.problem import SolveOptions
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.reading import raw_table, read_csv_sheet, read_instance
from nwl_opt.files.tables import csv_bytes
from nwl_opt.files.writing import write_raw_folder
from nwl_opt.run_folder import new_folder
from nwl_opt.solving import EXIT_CANCELLED, RunResult, SilentListener, SolveRequest, solve_and_save

INSTANCE_FOLDER, BEFORE_FOLDER, AFTER_FOLDER, DRIFT_FILE = "instance", "before", "after", "drift.csv"
_COLUMNS = ["place", "line", "provider", "year", "before_gbp", "after_gbp", "drift_gbp"]


@dataclass(frozen=True)
class Solved:
    """One of the two instances with what solving it came to; `plan` is None where there is none."""

    instance: Instance
    result: RunResult
    plan: Plan | None


@dataclass(frozen=True)
class Drifted:
    """A rebased instance and both plans; `after` is None when the user stopped before it."""

    folder: Path
    rebased: Rebased
    before: Solved
    after: Solved | None

    @property
    def exit_code(self) -> int:
        """What the new plan came to; the old one counts where it is all there is."""
        return self.before.result.exit_code if self.after is None else self.after.result.exit_code


@dataclass(frozen=True)
class MoveDrift:
    """What a place's line gets in the last year against growth in step with the money, before and after."""

    place_line: str
    before_gbp: int
    after_gbp: int


def rebase_and_solve(
    path: Path,
    actuals: Path,
    out: Path,
    tell: Callable[[str], None],
    asked_to_stop: Callable[[], bool],
    money_stays: bool = False,
) -> Drifted:
    """Write the rebased instance into a new folder, solve both, and write how far every cell drifts.

    With `money_stays` the plan years have the money they had; else it grows from the new opening.

    Raises
    ------
    InputFaults
        If the instance, the actuals or the folder cannot be used. Nothing of the user's is changed.
    """
    rebased = rebase(read_instance(path, REGISTER), _read_actuals(actuals))
    if money_stays:
        rebased = with_money_held(rebased)
    described = replace(rebased, raw=replace(rebased.raw, header=_described(rebased, actuals)))
    folder = new_folder(out)
    write_raw_folder(folder / INSTANCE_FOLDER, described.raw)
    tell("Solving the plan as it was")
    before = _solved(path, rebased.before, folder / BEFORE_FOLDER, "before rebasing", asked_to_stop)
    after = None
    if before.result.exit_code != EXIT_CANCELLED:
        tell("Solving the plan from the new opening")
        why = f"opening as forecast at month {rebased.month}"
        after = _solved(folder / INSTANCE_FOLDER, rebased.after, folder / AFTER_FOLDER, why, asked_to_stop)
    drifted = Drifted(folder, described, before, after)
    write_atomically(folder / DRIFT_FILE, csv_bytes(_COLUMNS, list(_rows(drifted))))
    return drifted


def moves_that_change_most(drifted: Drifted, count: int) -> list[MoveDrift]:
    """The places' lines whose move against growth in step differs most; none without both plans."""
    if drifted.before.plan is None or drifted.after is None or drifted.after.plan is None:
        return []
    before, after = _moved(drifted.before.plan), _moved(drifted.after.plan)
    found = [MoveDrift(who, before[who], after[who]) for who in before]
    return sorted(found, key=lambda one: (-abs(one.after_gbp - one.before_gbp), one.place_line))[:count]


def gap_gbp(solved: Solved, year: int) -> float | None:
    """Half of all that stands over or under need; the base year is known without a plan."""
    plan = solved.plan
    if plan is None:
        if year:
            return None
        instance = solved.instance
        flat = {cell: (gbp,) * (instance.horizon + 1) for cell, gbp in instance.opening_gbp.items()}
        plan = Plan(instance, flat)
    return (plan.over_gbp(year) + plan.under_gbp(year)) / 2


def _moved(plan: Plan) -> Mapping[str, int]:
    return {
        str(row["who"]): int(str(row["against_in_step_gbp"]))
        for row in impacts_rows(plan)
        if row["kind"] == "place_line"
    }


def _read_actuals(path: Path) -> RawTable:
    sheet = read_csv_sheet(path, ACTUALS)
    table = raw_table(ACTUALS, sheet)
    if sheet.faults or table is None:
        raise InputFaults(sheet.faults)
    return table


def _described(rebased: Rebased, actuals: Path) -> dict[str, object]:
    header = dict(rebased.raw.header)
    said = str(header.get("description", ""))
    note = f"Opening budgets are the forecast outturn at month {rebased.month} ({actuals.name}); they are our own."
    return {**header, "description": f"{said} {note}".strip()}


def _solved(path: Path, instance: Instance, out: Path, why: str, asked_to_stop: Callable[[], bool]) -> Solved:
    request = SolveRequest(path, out=out, options=SolveOptions(studies=False), why=why)
    result = solve_and_save(request, SilentListener(), asked_to_stop)
    decisions = result.solved.decisions
    return Solved(instance, result, None if decisions is None else Plan.from_decisions(instance, decisions))


def _rows(drifted: Drifted) -> Iterator[list[str]]:
    """Every cell and year: the base year drifts by the outturn, the plan years by what the plan makes of it."""
    before, after = drifted.before.plan, None if drifted.after is None else drifted.after.plan
    for opening in drifted.rebased.drift:
        cell = opening.cell
        yield [*cell, drifted.before.instance.base_year, str(opening.old_opening_gbp), str(opening.new_opening_gbp),
               str(opening.change_gbp)]  # fmt: skip
        for t, year in enumerate(drifted.before.instance.year_names[1:], start=1):
            was = None if before is None else before.allocation_gbp[cell][t]
            now = None if after is None else after.allocation_gbp[cell][t]
            drift = None if was is None or now is None else now - was
            yield [*cell, year, *("" if gbp is None else str(gbp) for gbp in (was, now, drift))]
