"""A sweep: what the first aims come to under many settings, one model kept loaded for all of them.

A specification names settings with the values each takes; every combination is a scenario, the last setting named
varying fastest:

    [settings]
    growth_share = [0.01, 0.02, 0.03]
    mh_growth_cap_share = { from = 0.06, to = 0.12, step = 0.02 }
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from pydantic import ValidationError

from models.reallocation.building import build_instance, plan_years_of
from models.reallocation.formulation import RULE_FUNCTIONS, limits_of
from models.reallocation.formulation.limit import AnyLimit
from models.reallocation.method.loaded import Best, load
from models.reallocation.method.persistent import PersistentModel
from models.reallocation.settings import ReallocationSettings
from models.reallocation.validation import validate
from models.shared.cells import Cell
from models.shared.faults import Fault, InputFaults
from models.shared.parsing import ParsedInstance
from solvers.types import Progress, Unwatched, Watch

SettingValue = float | int | bool | str
Scenario = Mapping[str, SettingValue]
MOST_SCENARIOS = 100_000

_RANGE_KEYS = {"from", "to", "step"}
_OF_MONEY = frozenset({"R-01", "R-04", "R-06", "R-08", "R-15", "R-20"})
_OF_FLOOR = frozenset({"R-02", "R-06"})
_OF_CAP = frozenset({"R-03", "R-06"})
_OF_VOLUME = frozenset({"R-06", "R-08", "R-14", "R-15", "R-19", "R-20"})
RULES_MOVED_BY: Mapping[str, frozenset[str]] = {
    "growth_share": _OF_MONEY,
    "reserve_share": _OF_MONEY,
    "transition_fund_share": _OF_MONEY,
    "primary_care_gap_gbp": _OF_MONEY,
    "break_even_efficiency_share": _OF_MONEY,
    "delivered_efficiency_share": _OF_MONEY,
    "running_cost_cut_share": _OF_MONEY,
    "running_cost_saving_kept_share": _OF_MONEY,
    "pace_floor_growth_share": _OF_FLOOR,
    "pace_cap_growth_share": _OF_CAP,
    "mh_growth_cap_share": _OF_CAP,
    "turnover_band_share": frozenset({"R-07"}),
    "closure_required": frozenset({"R-08"}),
    "required_closure_share": frozenset({"R-20"}),
    "peak_growth_limit_share": frozenset({"R-22"}),
    "transition_cost_limit_gbp": frozenset({"R-15"}),
    "mh_cost_per_wte_gbp": frozenset({"R-19"}),
    "cost_uplift_share": _OF_VOLUME,
    "productivity_share": _OF_VOLUME,
}
"""Which rules' limits a setting can move: only these are worked out again. Any other setting may move them all, and
the openings too."""


@dataclass(frozen=True)
class SweepPoint:
    """What one scenario came to; pounds are None where there is no plan."""

    settings: Scenario
    status: Literal["solved", "no_plan"]
    unallocated_gbp: float | None
    final_year_gap_gbp: float | None


def scenarios_of(specification: Mapping[str, object], file: str) -> tuple[Scenario, ...]:
    """Every combination of the values a specification names, the last setting varying fastest.

    Raises
    ------
    InputFaults
        If the specification is not of the form given above, or comes to too many scenarios.
    """
    faults: list[Fault] = []
    settings = specification.get("settings")
    if set(specification) != {"settings"} or not isinstance(settings, Mapping) or not settings:
        found = ", ".join(sorted(specification)) or "nothing"
        raise InputFaults(
            [_fault(file, "settings", found, "must have a table [settings] with a list for each setting")]
        )
    values = [list(_values(file, str(name), given, faults)) for name, given in settings.items()]
    count = 1
    for own in values:
        count *= len(own)
    if not faults and count > MOST_SCENARIOS:
        expected = f"must come to {MOST_SCENARIOS:,} scenarios at most"
        faults.append(_fault(file, "settings", f"{count:,} scenarios", expected))
    if faults:
        raise InputFaults(faults)
    names = [str(name) for name in settings]
    return tuple(dict(zip(names, combination, strict=True)) for combination in itertools.product(*values))


def sweep(
    parsed: ParsedInstance, scenarios: Sequence[Scenario], watch: Watch | None = None
) -> tuple[SweepPoint, ...]:
    """What the first aims come to in every scenario, in the order given; fewer where the watch says stop.

    Raises
    ------
    InputFaults
        If a setting does not exist or cannot have a value it is given.
    """
    check_scenarios(parsed, scenarios)
    watch = watch or Unwatched()
    points: list[SweepPoint] = []
    state = _Sweep(parsed)
    for number, scenario in enumerate(scenarios, start=1):
        if watch.cancelled():
            break
        points.append(_point(scenario, state.best(scenario)))
        watch.progress(Progress(0.0, "sweep", float(number), float(len(scenarios)), None))
    return tuple(points)


def rebuilt(parsed: ParsedInstance, scenario: Scenario) -> SweepPoint:
    """One scenario with instance, limits and model all built anew: what the sweep is held against."""
    assert isinstance(parsed.settings, ReallocationSettings)
    settings = _with(parsed.settings, scenario)
    instance = build_instance(replace(parsed, settings=settings))
    return _point(scenario, load(instance, limits_of(instance)).best({}))


def sweep_rows(points: Sequence[SweepPoint]) -> list[dict[str, Cell]]:
    """The rows of sweep.csv: a column for every setting, then what it came to in whole pounds."""
    return [
        {
            **point.settings,
            "status": point.status,
            "unallocated_gbp": None if point.unallocated_gbp is None else round(point.unallocated_gbp),
            "final_year_gap_gbp": None if point.final_year_gap_gbp is None else round(point.final_year_gap_gbp),
        }
        for point in points
    ]


def check_scenarios(parsed: ParsedInstance, scenarios: Sequence[Scenario]) -> None:
    """Try every value of every setting by itself.

    Raises
    ------
    InputFaults
        If a setting does not exist, or a value of it makes the instance faulty; all at once.
    """
    assert isinstance(parsed.settings, ReallocationSettings)
    faults: list[Fault] = []
    tried = dict.fromkeys(item for scenario in scenarios for item in scenario.items())
    for name, value in tried:
        if name not in ReallocationSettings.model_fields:
            faults.append(_fault("sweep", name, str(value), "is not a setting of this kind"))
            continue
        try:
            settings = _with(parsed.settings, {name: value})
        except ValidationError as error:
            expected = "; ".join(detail["msg"].lower() for detail in error.errors())
            faults.append(_fault("sweep", name, str(value), expected))
            continue
        faults += [
            replace(fault, found=f"{fault.found} (with {name} = {value})")
            for fault in validate(replace(parsed, settings=settings))
        ]
    if faults:
        raise InputFaults(faults)


class _Sweep:
    """Instance, limits and model of the scenario before, and what of them the next one can keep."""

    def __init__(self, parsed: ParsedInstance) -> None:
        assert isinstance(parsed.settings, ReallocationSettings)
        self._parsed = parsed
        self._settings = parsed.settings
        self._instance = build_instance(parsed)
        self._limits: dict[str, tuple[AnyLimit, ...]] = {}
        self._relaxed: dict[str, tuple[AnyLimit, ...]] = {}
        self._take_up(set(RULE_FUNCTIONS))
        self._exact = PersistentModel(self._instance, self._limits)
        self._further_out: PersistentModel | None = None

    def best(self, scenario: Scenario) -> Best | None:
        """What the first aims reach in a scenario.

        As where it is built alone: limits that leave no plan are tried half a pound further out, in a model of their
        own, so that few rows change there too.
        """
        self._move(scenario)
        best = self._exact.best(self._instance, self._limits)
        if best is not None:
            return best
        for rule in self._limits.keys() - self._relaxed.keys():
            self._relaxed[rule] = tuple(limit.relaxed() for limit in self._limits[rule])
        if self._further_out is None:
            self._further_out = PersistentModel(self._instance, self._relaxed)
        return self._further_out.best(self._instance, self._relaxed)

    def _move(self, scenario: Scenario) -> None:
        assert isinstance(self._parsed.settings, ReallocationSettings)
        settings = _with(self._parsed.settings, scenario)
        moved = {name for name in ReallocationSettings.model_fields if _differs(settings, self._settings, name)}
        if moved <= RULES_MOVED_BY.keys():
            years = plan_years_of(self._parsed, settings)
            self._instance = self._instance.with_settings(settings, years)
            self._take_up({rule for name in moved for rule in RULES_MOVED_BY[name]})
        else:
            self._instance = build_instance(replace(self._parsed, settings=settings))
            self._take_up(set(RULE_FUNCTIONS))
        self._settings = settings

    def _take_up(self, rules: set[str]) -> None:
        for rule in rules:
            self._limits[rule] = tuple(RULE_FUNCTIONS[rule](self._instance))
            self._relaxed.pop(rule, None)


def _differs(one: ReallocationSettings, other: ReallocationSettings, name: str) -> bool:
    return bool(getattr(one, name) != getattr(other, name))


def _with(settings: ReallocationSettings, scenario: Scenario) -> ReallocationSettings:
    """The settings of a scenario.

    Raises
    ------
    ValidationError
        If a value is not one the setting can have.
    """
    return ReallocationSettings.model_validate({**settings.model_dump(), **scenario})


def _point(scenario: Scenario, best: Best | None) -> SweepPoint:
    if best is None:
        return SweepPoint(scenario, "no_plan", None, None)
    return SweepPoint(scenario, "solved", best.unallocated_gbp, best.final_year_gap_gbp)


def _values(file: str, name: str, given: object, faults: list[Fault]) -> Iterator[SettingValue]:
    if isinstance(given, Mapping):
        yield from _range(file, name, given, faults)
        return
    listed = given if isinstance(given, list) else [given]
    known = [value for value in listed if isinstance(value, (bool, int, float, str))]
    if len(known) < len(listed) or not listed:
        faults.append(_fault(file, name, str(given), "must be a list of values, or { from, to, step }"))
        return
    yield from known


def _range(file: str, name: str, given: Mapping[str, object], faults: list[Fault]) -> Iterator[SettingValue]:
    """From one end to the other in equal steps, both ends included, in decimals as they were written."""
    ends = {key: value for key, value in given.items() if _is_number(value)}
    if set(given) != _RANGE_KEYS or set(ends) != _RANGE_KEYS:
        faults.append(_fault(file, name, str(dict(given)), "must be { from = ..., to = ..., step = ... } in numbers"))
        return
    first, last, step = (Decimal(repr(ends[key])) for key in ("from", "to", "step"))
    if step <= 0 or last < first:
        faults.append(_fault(file, name, str(dict(given)), "step must be above 0, and to not below from"))
        return
    whole = all(isinstance(value, int) for value in ends.values())
    for at in range(int((last - first) / step) + 1):
        value = first + at * step
        yield int(value) if whole else float(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _fault(file: str, where: str, found: str, expected: str) -> Fault:
    return Fault(file, None, where, found, expected, "Correct the specification of the sweep.")
