"""Every hard rule removed in turn, and what changes: a rule that changes nothing needs a place where it does."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.shared.problem import Case, Outcome, Problem, SolveOptions
from models.shared.rules import Rule
from nwl_opt.checking import check_folder
from nwl_opt.files.tables import write_tables
from nwl_opt.finishing import stored_form
from nwl_opt.opening import validate_instance
from nwl_opt.problems import REFERENCE, data_folder, load_problem, shipped_scenarios
from nwl_opt.quiet import quiet_solvers
from nwl_opt.scenario import Scenario, read_scenario
from solvers.types import StageResult, Unwatched, Watch

_SAME_SHARE = 1e-6  # difference, relative to the larger value, below which two stage values are the same
_SAME_GBP = 1.0  # plans are in whole pounds: a solver's pennies are no difference


@dataclass(frozen=True)
class Removal:
    """What leaving one rule out came to on one instance.

    `stage` is the first aim whose value differs. `proven` says that the freed value lies beyond the old bound, so
    that no plan under the rule could have reached it. `breaks` counts the checker's errors under the rule's id.
    """

    rule: Rule
    place: str
    status_with: str
    status_without: str
    stage: str
    unit: str
    value_with: float | None
    value_without: float | None
    proven: bool
    breaks: int

    @property
    def changes(self) -> bool:
        """The rule matters here: a plan without it is better, or breaks it, or exists only without it."""
        freed = self.status_with == "infeasible" and self.status_without in ("optimal", "feasible")
        return self.proven or self.breaks > 0 or freed


def remove_each(
    kind: str,
    options: SolveOptions,
    only: Sequence[str] = (),
    instance: str = REFERENCE,
    tell: Callable[[str], None] = lambda _: None,
    watch: Watch | None = None,
) -> Iterator[Removal]:
    """Remove every hard rule that is not a definition, one at a time, from a shipped instance.

    Where nothing changes there, the shipped scenarios that name the rule are tried; the first in which the rule
    matters is the answer, else what the last one showed.

    Raises
    ------
    InputFaults
        If the instance or a scenario cannot be used.
    KeyboardInterrupt
        If the watch asks to stop: half a table would say that a rule changes nothing.
    """
    problem = load_problem(kind)
    watch = watch or Unwatched()
    rules = [r for r in problem.rules if r.hard and not r.definitional and (not only or r.id in only)]
    reference = _Place(problem, instance, None, watch)
    for rule in rules:
        tell(f"{rule.id} {rule.name} on {reference.name}")
        found = reference.without(rule, options)
        for scenario in scenarios_that_bind(kind, rule.id):
            if found.changes:
                break
            place = _Place(problem, scenario.instance or instance, scenario, watch)
            tell(f"{rule.id} {rule.name} on {place.name}")
            found = place.without(rule, options)
        yield found


def scenarios_that_bind(kind: str, rule: str) -> list[Scenario]:
    """The shipped scenarios that name a rule as one they show at work."""
    return [scenario for scenario in map(read_scenario, shipped_scenarios(kind)) if rule in scenario.binds]


class _Place:
    """An instance, perhaps with a scenario in it, solved with all rules at most once."""

    def __init__(self, problem: Problem, instance: str, scenario: Scenario | None, watch: Watch) -> None:
        self._problem, self._watch = problem, watch
        self.name = instance if scenario is None else f"{instance} + {Path(scenario.file).stem}"
        self._case: Case = validate_instance(data_folder(problem.kind) / instance, scenario).open()
        self._with_all: Outcome | None = None

    def without(self, rule: Rule, options: SolveOptions) -> Removal:
        if self._with_all is None:
            self._with_all = self._solve(options)
        freed = self._solve(replace(options, without_rules=frozenset({rule.id})))
        before, after = first_difference(self._with_all.stages, freed.stages)
        return Removal(
            rule=rule,
            place=self.name,
            status_with=self._with_all.status,
            status_without=freed.status,
            stage=before.name if before is not None else "",
            unit=before.unit if before is not None else "",
            value_with=before.value if before is not None else None,
            value_without=after.value if after is not None else None,
            proven=before is not None and after is not None and is_beyond_bound(before, after),
            breaks=self._breaks(rule, freed),
        )

    def _solve(self, options: SolveOptions) -> Outcome:
        with quiet_solvers():
            outcome = self._case.solve(options, self._watch)
        if self._watch.cancelled():
            raise KeyboardInterrupt
        return outcome

    def _breaks(self, rule: Rule, freed: Outcome) -> int:
        """How often the plan made without the rule breaks it, in the eyes of the independent checker."""
        if freed.decisions is None:
            return 0
        register = self._problem.register
        with tempfile.TemporaryDirectory() as folder:
            write_tables(Path(folder), register.outputs, self._case.tables(stored_form(freed.decisions)))
            report = check_folder(self._case, register, Path(folder), None).report
        return sum(finding.rule == rule.id and finding.severity == "error" for finding in report.findings)


def first_difference(
    before: Sequence[StageResult], after: Sequence[StageResult]
) -> tuple[StageResult | None, StageResult | None]:
    """The first stage whose value differs, as it was and as it is; the first of all where none does."""
    pairs = list(zip(before, after, strict=False))
    for old, new in pairs:
        if old.value is None or new.value is None or not _same(old.value, new.value, old.unit):
            return old, new
    return pairs[0] if pairs else (None, None)


def is_beyond_bound(before: StageResult, after: StageResult) -> bool:
    """Whether the new value is better than any plan could be before."""
    if before.bound is None or after.value is None or _same(before.bound, after.value, before.unit):
        return False
    return after.value > before.bound if before.sense == "maximise" else after.value < before.bound


def _same(a: float, b: float, unit: str) -> bool:
    absolute = _SAME_GBP if unit == "gbp" else _SAME_SHARE
    return abs(a - b) <= max(absolute, _SAME_SHARE * max(abs(a), abs(b)))
