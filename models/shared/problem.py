"""The face every problem shows to the front door: open an instance, solve it, check it, explain it.

The front door knows plans only as *decisions*: a small JSON-able mapping that a problem can turn back into its
plan. So an incumbent can be saved by a worker process, and read again after the worker has died.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol

from models.shared.decisions import Decisions, OutputTables
from models.shared.faults import Fault
from models.shared.findings import CheckReport
from models.shared.frontier import Frontier
from models.shared.parsing import ParsedInstance, TypedTable
from models.shared.register import Register
from models.shared.rules import Rule
from solvers.types import SolverUse, StageResult, Watch

__all__ = [
    "NOTHING_KNOWN",
    "Case",
    "Decisions",
    "Explained",
    "Explanation",
    "Measure",
    "Outcome",
    "OutputTables",
    "PlanStatus",
    "Problem",
    "SolveOptions",
    "View",
]

NOTHING_KNOWN: OutputTables = MappingProxyType({})

PlanStatus = Literal["optimal", "feasible", "infeasible", "no_plan", "cancelled"]


@dataclass(frozen=True)
class SolveOptions:
    """What the user may ask of a solve.

    `effort_share` scales the deterministic limits (1 = the shipped ones); `without_rules` holds ids of rules left
    out, to learn what they cost. A `time_limit_seconds` that stops a solve makes it not repeatable. Without `studies`
    only what costs no further solve is said of the plan.
    """

    time_limit_seconds: float | None = None
    gap_share: float | None = None
    threads: int = 1
    seed: int = 1
    effort_share: float = 1.0
    without_rules: frozenset[str] = frozenset()
    studies: bool = True


@dataclass(frozen=True)
class Measure:
    """One named number of a plan, with its unit."""

    value: float
    unit: str


@dataclass(frozen=True)
class Explanation:
    """One sentence a user is told. Every number in it stands in `numbers`; `where` says where to look.

    `headline` sentences are printed under the plan; the others by `nwl-opt explain`. `section` is the heading it
    stands under in both; where headlines have sections, they are the screen of the run, and its tables follow later.
    """

    id: str
    rule: str
    sentence: str
    numbers: Mapping[str, float | int | str] = field(default_factory=dict)
    where: str = ""
    headline: bool = False
    section: str = ""


@dataclass(frozen=True)
class Explained:
    """What is said of a plan, and the study tables found by the same solves, which belong to its output tables.

    Cells of study tables are texts, numbers or empty. An explanation that was cut short has no studies.
    """

    sentences: tuple[Explanation, ...]
    studies: OutputTables = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What solving an instance came to. `decisions` is None when there is no plan.

    `scenarios` are what one would change to have a plan, by name, as scenario files say it.
    """

    status: PlanStatus
    reason: str
    decisions: Decisions | None
    stages: tuple[StageResult, ...]
    solvers: tuple[SolverUse, ...]
    repeatable: bool
    explanations: tuple[Explanation, ...] = ()
    tables_without_plan: OutputTables = field(default_factory=dict)
    scenarios: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


class Case(Protocol):
    """One valid instance of a problem, ready for work."""

    def solve(self, options: SolveOptions, watch: Watch) -> Outcome:
        """Solve in stages; report progress and incumbents to `watch` and stop when it says so."""
        ...

    def tables(self, decisions: Decisions, known: OutputTables = NOTHING_KNOWN) -> OutputTables:
        """The plan's tables as its user reads them, rows in a fixed order.

        `known` are those that `explain` found for this plan: what took long is not worked out again.
        """
        ...

    def check(self, tables: Mapping[str, TypedTable], stage_values: Mapping[str, float | None] | None) -> CheckReport:
        """Check the written tables against the instance, without any code of the model.

        `stage_values` are the values the run recorded by stage name, to be recomputed; None for a baseline.
        """
        ...

    def baselines(self) -> Mapping[str, Decisions]:
        """What users would do without us, under the same rules, by name."""
        ...

    def measures(self, decisions: Decisions) -> Mapping[str, Measure]:
        """The key figures of a plan, by name."""
        ...

    def explain(self, outcome: Outcome, options: SolveOptions, watch: Watch) -> Explained:
        """What stops us, what would change it: sentences, and the tables of the re-solves behind them."""
        ...

    def view(self, tables: OutputTables) -> Sequence[View]:
        """The short tables people read first."""
        ...


@dataclass(frozen=True)
class View:
    """A small table for a person: a title, headings and rows of ready text (numbers right-aligned by `numeric`).

    One that is `first` stands on the screen of the run even where its sentences have sections.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    note: str = ""
    first: bool = False


@dataclass(frozen=True)
class Problem:
    """One kind of problem: its register, its rules, and how an instance of it is validated and opened.

    `validate` returns the faults that need more than one cell to see; it is called even when the register found
    faults, so that the user hears of all at once. `open` is called only when there is none. `frontiers` are the
    trade-offs it offers.
    """

    kind: str
    register: Register
    rules: tuple[Rule, ...]
    validate: Callable[[ParsedInstance], Sequence[Fault]]
    open: Callable[[ParsedInstance], Case]
    frontiers: tuple[Frontier, ...] = ()
