"""The first year in which the gap can be closed, and what stops the year before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.reallocation.horizon import MOST_YEARS, YearTried, build_valid, closing_in, years_tried
from models.reallocation.method import solve
from models.shared.faults import Fault, InputFaults
from models.shared.parsing import RawInstance
from models.shared.problem import Explanation, SolveOptions
from nwl_opt.files.writing import write_raw_folder
from nwl_opt.opening import validate_instance
from nwl_opt.quiet import quiet_solvers
from nwl_opt.reallocation.saved_plan import KIND
from nwl_opt.run_folder import new_folder
from nwl_opt.scenario import read_scenario
from nwl_opt.solving import EXIT_CANCELLED, EXIT_INFEASIBLE, EXIT_OK
from solvers.types import StopWhen


@dataclass(frozen=True)
class Fastest:
    """The years tried, in order; `reasons` say what stops the last that cannot close.

    `written` is the folder of the instance whose gap closes, where one was asked for.
    """

    tried: tuple[YearTried, ...]
    reasons: tuple[Explanation, ...]
    written: Path | None
    stopped: bool

    @property
    def closing(self) -> YearTried | None:
        """The plan whose gap closes, if one of those tried does."""
        return self.tried[-1] if self.tried and self.tried[-1].closes else None

    @property
    def exit_code(self) -> int:
        """No year found is a result: none of them can."""
        if self.stopped:
            return EXIT_CANCELLED
        return EXIT_OK if self.closing is not None else EXIT_INFEASIBLE


def find_fastest(
    path: Path,
    scenario_path: Path | None,
    set_by_hand: Mapping[str, object],
    out: Path | None,
    tell: Callable[[YearTried], None],
    asked_to_stop: Callable[[], bool],
) -> Fastest:
    """Try one year after the other; `tell` hears of each.

    Raises
    ------
    InputFaults
        If the instance, the scenario, the settings or the folder cannot be used.
    """
    scenario = None if scenario_path is None else read_scenario(scenario_path)
    validation = validate_instance(path, scenario, set_by_hand)
    if validation.kind != KIND:
        raise InputFaults([Fault(str(path), None, "kind", validation.kind, f"must be {KIND}",
                                 "Give an instance of a reallocation.")])  # fmt: skip
    validation.open()
    folder = None if out is None else new_folder(out)
    tried: list[YearTried] = []
    with quiet_solvers():
        years = years_tried(validation.raw, MOST_YEARS)
    while not asked_to_stop():
        with quiet_solvers():
            year = next(years, None)
        if year is None:
            break
        tried.append(year)
        tell(year)
    stopped = asked_to_stop()
    open_years = [year.years for year in tried if not year.closes]
    reasons: tuple[Explanation, ...] = ()
    if open_years and not stopped:
        reasons = _reasons(validation.raw, open_years[-1], asked_to_stop)
        stopped = asked_to_stop()
    written = None
    if folder is not None and tried and tried[-1].closes:
        write_raw_folder(folder, closing_in(validation.raw, tried[-1].years))
        written = folder
    return Fastest(tuple(tried), reasons, written, stopped)


def _reasons(raw: RawInstance, years: int, asked_to_stop: Callable[[], bool]) -> tuple[Explanation, ...]:
    """Which rules forbid closure in so many years, and the least change of each."""
    with quiet_solvers():
        outcome = solve(build_valid(closing_in(raw, years)), SolveOptions(), StopWhen(asked_to_stop))
    return outcome.explanations
