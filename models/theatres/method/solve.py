"""Solving a month in stages: each aim is searched and bounded, then kept while the next is improved."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from models.shared.problem import Outcome, PlanStatus, SolveOptions
from models.theatres.baselines import earliest, fill
from models.theatres.booking import Book
from models.theatres.formulation.aims import Aim, everyone_accounted_for, figures_agree, tests_in_six_weeks
from models.theatres.formulation.fillings import fillings_of
from models.theatres.formulation.month import Month, build_month
from models.theatres.formulation.part import Floor
from models.theatres.formulation.rows import month_rows, used_lists_limits
from models.theatres.formulation.whole import build_whole
from models.theatres.instance import Instance
from models.theatres.method.bound import Bounds
from models.theatres.method.conflict import contradictions
from models.theatres.method.days import wished_order
from models.theatres.method.long_waits import long_waits_kept, price_in_p2
from models.theatres.method.phases import (
    SMALL_MONTH_PAIRS,
    WHOLE_MONTH_SECONDS,
    WHOLE_MONTH_TRIES,
    Phase,
    bound_effort,
    phases_of,
)
from models.theatres.method.quiet import Quiet
from models.theatres.method.search import Improver, Task
from models.theatres.method.starts import first_start, in_order_of_the_stages, keeps_what_was_told, other_starts
from models.theatres.plan import Plan
from solvers.cpsat import solve_cpsat
from solvers.stages import Deadline
from solvers.types import Limits, Progress, SolverUse, StageResult, Watch, gap_share
from solvers.versions import solver_version

SECONDS_BETWEEN_INCUMBENTS = 5.0


def solve(instance: Instance, options: SolveOptions, watch: Watch) -> Outcome:
    """Solve an instance: a plan with value and bound of every stage, or the rules that leave none.

    Never lexicographically worse than any baseline: they are starts. Repeatable unless stopped by clock or cancel.
    """
    first = first_start(instance, options.without_rules)
    # Shown at once, unless it could be one that keeps too few long waits.
    if not first.unplaceable and not instance.settings.keep_long_waits:
        watch.incumbent(first.plan().decisions())
    month = build_month(instance, options.without_rules)
    stuck = contradictions(month)
    if stuck:
        return Outcome("infeasible", stuck[0].sentence, None, (), (), True, stuck)
    deadline = Deadline(options.time_limit_seconds)
    if not instance.settings.keep_long_waits:
        return _Solve(month, options, watch, deadline).run(first)
    kept = long_waits_kept(month)
    outcome = _Solve(month, options, watch, deadline, (kept,)).run(first)
    # Only a question: nobody is shown lists that keep fewer long waits.
    free = _Solve(month, options, Quiet(watch), deadline).stages_to(
        "p2_booked", first_start(instance, options.without_rules)
    )
    return replace(outcome, explanations=(price_in_p2(kept, outcome.stages, free),))


@dataclass
class _Solve:
    """One solve: `required` are floors that hold from the first stage on."""

    month: Month
    options: SolveOptions
    watch: Watch
    deadline: Deadline
    required: tuple[Floor, ...] = ()
    records: list[StageResult] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._started = time.monotonic()
        self._aims = figures_agree(self.month)
        self._points = next(aim for aim in self._aims if aim.name == "weighted_wait")
        kept = [aim for aim in self._aims if aim.name == "bookings_kept"]
        self._repair = bool(kept) and self.month.instance.settings.aim == "least_change"
        # What a stage before it that counts a few patients looks on besides: what people were told, or all points.
        self._besides = kept[0] if self._repair and self._aims[0] is not kept[0] else self._points
        self._shown = -math.inf
        self._by_clock = False

    def run(self, first: Book) -> Outcome:
        """All stages from the best start, then the finish: whoever fits still, appointments, order of the day."""
        self._in_order(self._aims, first)
        self._fill_up()
        self._tidy_appointments()
        plan = wished_order(
            self._improver.book.plan(),
            self.month.without_rules,
            self.options.seed,
            self.watch,
            self.deadline,
        )
        self.watch.incumbent(plan.decisions())
        return self._outcome(plan)

    def stages_to(self, last: str, first: Book) -> tuple[StageResult, ...]:
        """The stages up to one of them, and no plan."""
        upto = [aim.name for aim in self._aims].index(last) + 1
        self._in_order(self._aims[:upto], first)
        return tuple(self.records)

    def _in_order(self, aims: Sequence[Aim], first: Book) -> None:
        rows, used = month_rows(self.month), used_lists_limits(self.month)
        fillings = fillings_of(self.month)
        self._improver = Improver(self.month, self._best_start(first), fillings, rows, used, self.options.seed)
        self._bounds = Bounds(self.month, fillings, rows, used)
        floors = list(self.required)
        for aim in aims:
            self._stage(aim, floors)
            floors.append(Floor(aim.name, aim.values, aim.of(self._improver.chosen)))

    def _best_start(self, book: Book) -> Book:
        """The start that is best in the order of the stages, of those that keep what is required."""
        if self._repair and not self.required and keeps_what_was_told(self.month, book) and self._all_urgent(book):
            return book
        best = self._values(book)
        for other in other_starts(self.month):
            # Only a baseline is sure to keep what is required.
            if self._stopped() and not self.required:
                break
            if self._values(other) > best:
                book, best = other, self._values(other)
        return book

    def _all_urgent(self, book: Book) -> bool:
        """Whether everybody who counts before the bookings kept, and has a list at all, is booked."""
        chosen = [self.month.pair_of[item] for item in book.list_of.items()]
        before = itertools.takewhile(lambda aim: aim.name != "bookings_kept", self._aims)
        return all(aim.of(chosen) >= self._most(aim) for aim in before)

    def _most(self, aim: Aim) -> int:
        """What a stage would come to with everybody on the list they are worth most on."""
        return aim.capped(sum(int(aim.values[pairs].max()) for pairs in self.month.by_patient if len(pairs)))

    def _values(self, book: Book) -> tuple[int, ...]:
        chosen = [self.month.pair_of[item] for item in book.list_of.items()]
        keeps = all(int(floor.values[chosen].sum()) >= floor.at_least for floor in self.required)
        return (int(keeps), *(aim.of(chosen) for aim in self._aims))

    def _comes_before(self, aim: Aim, other: Aim) -> bool:
        return self._aims.index(aim) < self._aims.index(other)

    def _stage(self, aim: Aim, floors: Sequence[Floor]) -> None:
        started = time.monotonic()
        # A stage that counts a few patients looks on the points of all, or on what they were told, as well.
        besides = next((other for other in (self._besides, self._points) if self._comes_before(aim, other)), None)
        task = Task(aim, tuple(floors), besides)
        bound: float | None = None
        if not self._stopped():
            bound = self._bound(aim, floors)
            self._tell(aim, bound)
            enough = self._enough(bound)
            for phase in self._phases(aim):
                if aim.of(self._improver.chosen) >= enough or self._stopped():
                    break
                found = self._improver.run(
                    task, phase, enough, self.watch, self.deadline, lambda _: self._better(aim, bound)
                )
                self._by_clock = self._by_clock or found.stopped_by_clock
                self._bounds.add_rows(self._improver.new_cuts())
            bound = self._whole_month(task, bound)
        value = float(aim.of(self._improver.chosen))
        self._show(self._improver.book)
        done = bound is not None and value >= bound - 1e-9
        self.records.append(
            StageResult(
                name=aim.name,
                unit=aim.unit,
                sense="maximise",
                value=value,
                bound=bound,
                gap_share=gap_share(value, bound),
                seconds=time.monotonic() - started,
                solver=f"CP-SAT {solver_version('ortools')}, bound by HiGHS {solver_version('highspy')}",
                status="optimal" if done else "feasible",
            )
        )

    def _bound(self, aim: Aim, floors: Sequence[Floor]) -> float:
        """The best bound known: everybody's best list at the least, else by column generation."""
        value = aim.of(self._improver.chosen)
        everybody = self._most(aim)
        if everybody <= value:
            return float(everybody)
        self._bounds.remember(self._improver.chosen)
        effort = bound_effort(aim.name, self.month.pair_count, repair=self._repair)
        proved = self._bounds.prove(aim.values, floors, float(value), effort, self.watch, self.deadline)
        best = everybody if math.isinf(proved.value) else min(everybody, math.floor(proved.value + 1e-6))
        return float(max(value, best))

    def _whole_month(self, task: Task, bound: float) -> float:
        """A small month that is not settled is solved as one, over no less than the rules allow: a better bound.

        If the book takes its bookings, they are the plan: nothing better exists.
        """
        settled = task.aim.of(self._improver.chosen) >= self._enough(bound)
        if settled or self.month.pair_count > SMALL_MONTH_PAIRS or self._stopped():
            return bound
        for _ in range(WHOLE_MONTH_TRIES):
            model = build_whole(
                self.month,
                self._bounds.fillings,
                self._bounds.rows,
                used_lists_limits(self.month),
                task.aim.values,
                task.floors,
                [apart for apart in self._improver.not_together if apart.proven],
            )
            limits = Limits(deterministic_limit=WHOLE_MONTH_SECONDS, seed=self.options.seed)
            result = solve_cpsat(model, self.deadline.within(limits), watch=Quiet(self.watch))
            bound = bound if result.bound is None else min(bound, math.floor(result.bound + 1e-6))
            if result.values is None or result.value is None or task.aim.of(self._improver.chosen) >= bound:
                break
            known = self._improver.learnt
            adopted = self._improver.adopt([p for p in range(self.month.pair_count) if result.values[p] > 0.5])
            self._bounds.add_rows(self._improver.new_cuts())
            if adopted or self._improver.learnt == known or result.status != "optimal":
                break
        return max(bound, task.aim.of(self._improver.chosen))

    def _enough(self, bound: float) -> float:
        """The value at which a stage may stop: the bound, or within the gap asked for."""
        share = self.options.gap_share
        return bound if share is None else float(math.ceil(bound / (1 + share) - 1e-9))

    def _phases(self, aim: Aim) -> Sequence[Phase]:
        lists = sum(1 for pairs in self.month.by_list if len(pairs))
        return phases_of(aim.name, lists, self.options.effort_share, repair=self._repair)

    def _fill_up(self) -> None:
        """Book whoever fits still: a search that was stopped may leave room. No stage can lose by it."""
        fill(self._improver.book, in_order_of_the_stages(self.month.instance, self.month.without_rules), earliest)
        chosen = self._improver.chosen
        for at, (aim, record) in enumerate(zip(self._aims, self.records, strict=True)):
            value = float(aim.of(chosen))
            self.records[at] = replace(record, value=value, gap_share=gap_share(value, record.bound))

    def _tidy_appointments(self) -> None:
        """Give patients the places they would like best where the search left them others."""
        book, instance = self._improver.book, self.month.instance
        for patient_id, list_id in sorted(book.list_of.items()):
            before = book.tests.of(patient_id)
            if not before:
                continue
            day = instance.lists[list_id].date
            book.tests.remove(patient_id)
            moved = book.tests.add(patient_id, day)
            after = book.tests.of(patient_id)
            if not moved or tests_in_six_weeks(instance, after) > tests_in_six_weeks(instance, before):
                book.tests.remove(patient_id)
                book.tests.load(patient_id, day, before)

    def _stopped(self) -> bool:
        stopped = self.watch.cancelled() or self.deadline.passed()
        self._by_clock = self._by_clock or stopped
        return stopped

    def _better(self, aim: Aim, bound: float | None) -> None:
        self._tell(aim, bound)
        if time.monotonic() - self._shown > SECONDS_BETWEEN_INCUMBENTS:
            self._show(self._improver.book)

    def _tell(self, aim: Aim, bound: float | None) -> None:
        value = float(aim.of(self._improver.chosen))
        seconds = time.monotonic() - self._started
        self.watch.progress(Progress(seconds, aim.name, value, bound, gap_share(value, bound)))

    def _show(self, book: Book) -> None:
        self.watch.incumbent(book.plan().decisions())
        self._shown = time.monotonic()

    def _outcome(self, plan: Plan) -> Outcome:
        left = everyone_accounted_for(self.month, self._improver.chosen)
        status: PlanStatus = "feasible"
        if self.watch.cancelled():
            status = "cancelled"
        elif all(record.status == "optimal" for record in self.records):
            status = "optimal"
        patients = len(self.month.patients)
        reason = f"{patients - len(left)} of {patients} patients booked; {len(left)} listed with the reason"
        uses = (
            self._improver.solver or SolverUse("CP-SAT", solver_version("ortools")),
            SolverUse("HiGHS", solver_version("highspy")),
        )
        return Outcome(status, reason, plan.decisions(), tuple(self.records), uses, not self._by_clock)
