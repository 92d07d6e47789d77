"""Improving a month: some lists are freed and filled anew by CP-SAT, the booking book confirms, cuts come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.theatres.booking import Book
from models.theatres.entities import Appointment
from models.theatres.formulation.aims import Aim
from models.theatres.formulation.fillings import Fillings
from models.theatres.formulation.limits import NotTogether, Row, UsedListsLimit
from models.theatres.formulation.month import Indices, Month, Numbers, most_cases
from models.theatres.formulation.part import Floor, Limits, build_part
from models.theatres.formulation.stack import Stack
from models.theatres.method.cuts import cut_for
from models.theatres.method.neighbours import Neighbours
from models.theatres.method.phases import Phase
from models.theatres.method.quiet import Quiet
from models.theatres.plan import Booking, Plan
from solvers.cpsat import solve_cpsat
from solvers.neighbourhood import SearchResult, search
from solvers.stages import Deadline
from solvers.types import Limits as SolverLimits
from solvers.types import SolverUse, Watch

Chosen = tuple[int, ...]

# A list with more largest fillings than this is held by its rows instead.
MOST_LARGEST = 120

# Tried on parts of the reference month: linear relaxation at full strength, no search for symmetries.
CP_SAT = {"linearization_level": 2, "symmetry_level": 0}


@dataclass(frozen=True)
class Task:
    """What a stage searches for: a larger sum of `aim` while the floors hold, and `then` as much of another aim."""

    aim: Aim
    floors: tuple[Floor, ...]
    then: Aim | None = None


@dataclass(frozen=True)
class _Try:
    """One round and the lists it frees."""

    task: Task
    phase: Phase
    lists: Sequence[int]
    round: int
    watch: Watch
    deadline: Deadline


class Improver:
    """One month under improvement; `book` always holds the bookings `chosen`."""

    def __init__(
        self,
        month: Month,
        book: Book,
        fillings: Sequence[Fillings],
        rows: Sequence[Row],
        used_lists: Sequence[UsedListsLimit],
        seed: int,
    ) -> None:
        self.month, self.book, self.seed = month, book, seed
        self.stack = Stack(month, rows)
        self.not_together: list[NotTogether] = []
        self._cuts: list[Row] = []
        self.solver: SolverUse | None = None
        self._used_lists = tuple(used_lists)
        self._most = most_cases(month)
        self._near = Neighbours(month)
        self._usual = _usual_variance(self.stack)
        self._fillings = {f.list_at: f for f in fillings if f.exact and len(f.largest) <= MOST_LARGEST}
        self._draws = 0
        self._barren: tuple[object, ...] = ()

    @property
    def chosen(self) -> Chosen:
        """The pairs booked."""
        return tuple(sorted(self.month.pair_of[item] for item in self.book.list_of.items()))

    def run(
        self,
        task: Task,
        phase: Phase,
        enough: float,
        watch: Watch,
        deadline: Deadline,
        on_better: Callable[[float], None],
    ) -> SearchResult[Chosen]:
        """Search for a larger sum of the aim, every floor kept; ends early at `enough`."""
        chosen = self.chosen
        self._draws += 1
        return search(
            chosen,
            float(task.aim.of(chosen)),
            choose=lambda state, draw: self._near.choose(state, task.aim.values, phase.freed_lists, self.stack, draw),
            improve=lambda state, lists, done: self._improve(state, _Try(task, phase, lists, done, watch, deadline)),
            rounds=phase.rounds,
            seed=self.seed + self._draws,
            bound=enough,
            deadline=deadline,
            watch=watch,
            on_better=lambda _, value: on_better(value),
        )

    def _improve(self, state: Chosen, at: _Try) -> tuple[Chosen, float] | None:
        """Fill the freed lists anew; None when that gains nothing or the book refuses it."""
        task = at.task
        # The same part with the same rows has the same answer.
        known = (task.aim.name, state, tuple(at.lists), self.learnt, at.phase.centre(at.round))
        if known == self._barren:
            return None
        self._barren = known
        candidate = self._filled(state, at, task.aim, task.floors)
        if candidate is None or candidate == state or task.aim.of(candidate) < task.aim.of(state):
            return None
        if task.then is not None:
            # A stage that counts a few patients must not throw the others out, nor wander for nothing.
            reached = task.aim.of(candidate)
            if reached == task.aim.of(state):
                return None
            floors = (*task.floors, Floor(task.aim.name, task.aim.values, reached))
            candidate = self._filled(candidate, at, task.then, floors) or candidate
        adopted = self._adopt(state, candidate, task)
        return None if adopted is None else (adopted, float(task.aim.of(adopted)))

    def _filled(self, state: Chosen, at: _Try, aim: Aim, floors: Sequence[Floor]) -> Chosen | None:
        """The bookings with the freed lists filled for the largest sum of an aim."""
        now = np.array(state, dtype=np.int64)
        freed = np.isin(self.month.pair_list[now], at.lists)
        kept, incumbent = now[~freed], now[freed]
        free = self._free(kept, at.lists)
        stack, spread = self.stack, self.stack.sums(now)[1]
        matrix, room = stack.part(free, kept, np.maximum(spread, self._usual * at.phase.centre(at.round)))
        others = [stack.part(free, kept, self._usual * share) for share in at.phase.other_centres]
        limits = Limits(
            stack.names,
            matrix,
            room,
            stack.of_one_list,
            stack.curved,
            self._most,
            self._used_lists,
            self.not_together,
            others,
            self._fillings,
            stack.told_by(self._fillings.keys()),
        )
        part = build_part(self.month, limits, free, kept, incumbent, aim.values, floors)
        wanted = SolverLimits(deterministic_limit=at.phase.deterministic_seconds, seed=self.seed)
        result = solve_cpsat(
            part.model, at.deadline.within(wanted), watch=Quiet(at.watch), parameters=CP_SAT, validate=False
        )
        self.solver = self.solver or result.solver
        return None if result.values is None else tuple(sorted([*kept.tolist(), *part.booked(result.values)]))

    def _free(self, kept: Indices, lists: Sequence[int]) -> Indices:
        """The pairs on these lists of patients who are on no other list."""
        taken = np.zeros(len(self.month.patients), dtype=bool)
        taken[self.month.pair_patient[kept]] = True
        candidates = np.concatenate([self.month.by_list[at] for at in lists])
        return np.sort(candidates[~taken[self.month.pair_patient[candidates]]])

    def adopt(self, candidate: Sequence[int]) -> bool:
        """Take over other bookings if the book confirms them; if not, a cut may be learnt."""
        return self._adopt(self.chosen, tuple(sorted(candidate))) is not None

    def _adopt(self, state: Chosen, candidate: Chosen, task: Task | None = None) -> Chosen | None:
        """Change the book to the candidate; when it refuses a booking, a cut is learnt.

        The other bookings are then kept if they are an improvement still, with whoever lost a place back in it where
        that goes; if not, or without a task, the book is left as it was.
        """
        before = self.book.tests.appointments()
        for pair in sorted(set(state) - set(candidate)):
            self.book.remove(self._name(pair)[0])
        refused = False
        for pair in sorted(set(candidate) - set(state)):
            if not self.book.book(*self._name(pair)):
                cut = None if refused else cut_for(self.month, self.book, pair)
                refused = True
                if cut is not None:
                    self.learn(cut)
        if not refused:
            return candidate
        if task is not None and self._is_still_better(state, task):
            return self.chosen
        self._go_back(state, before)
        return None

    def _is_still_better(self, state: Chosen, task: Task) -> bool:
        """Let those who lost their place have it back where they can; whether the aim gains and every floor holds."""
        gone = sorted(set(state) - set(self.chosen), key=lambda pair: (-int(task.aim.values[pair]), pair))
        for pair in gone:
            self.book.book(*self._name(pair))
        now = list(self.chosen)
        holds = all(int(floor.values[now].sum()) >= floor.at_least for floor in task.floors)
        return holds and task.aim.of(now) > task.aim.of(state)

    def _go_back(self, state: Chosen, before: Sequence[Appointment]) -> None:
        """The bookings of a state again."""
        for pair in sorted(set(self.chosen) - set(state)):
            self.book.remove(self._name(pair)[0])
        # Others may have moved to other appointments meanwhile; if that is in the way, everything is put back.
        if not all(self.book.book(*self._name(pair)) for pair in sorted(set(state) - set(self.chosen))):
            self.book = book_of(self.month, state, before, self.book)

    @property
    def learnt(self) -> int:
        """How much has been found to be impossible so far."""
        return len(self.stack.rows) + len(self.not_together)

    def new_cuts(self) -> tuple[Row, ...]:
        """The rows found since this was last asked."""
        new = tuple(self._cuts)
        self._cuts.clear()
        return new

    def learn(self, cut: Row | NotTogether) -> None:
        """Keep what was found in the search to be impossible."""
        if isinstance(cut, NotTogether):
            self.not_together.append(cut)
            return
        self._cuts.append(cut)
        self.stack = self.stack.with_rows([cut])
        self._usual = np.append(self._usual, 0.0)

    def _name(self, pair: int) -> tuple[str, str]:
        return self.month.patients[self.month.pair_patient[pair]], self.month.lists[self.month.pair_list[pair]]


def book_of(month: Month, chosen: Sequence[int], appointments: Sequence[Appointment], like: Book) -> Book:
    """The book with these bookings and appointments, unchecked; it knows the orders of days the one like it knew."""
    bookings = [
        Booking(on.list_id, 0, month.patient(pair).patient_id, on.start, on.start)
        for pair in chosen
        for on in (month.list_at(pair),)
    ]
    return Book.of_plan(Plan.of(month.instance, bookings, appointments), month.without_rules, like)


def _usual_variance(stack: Stack) -> Numbers:
    """The variance of each row when it is filled to its limit with its usual cases; 0 for rows without one."""
    usual = np.zeros(len(stack.rows))
    for at, row in enumerate(stack.rows):
        if row.variance is not None and len(row.pairs):
            usual[at] = row.constant_variance + row.variance.sum() / row.mean.sum() * max(row.upper, 0.0)
    return usual
