"""The knapsack, solved by trying everything; its setting `behaviour` makes the solve go wrong in named ways."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from models.shared.faults import Fault
from models.shared.findings import CheckReport, Finding
from models.shared.parsing import ParsedInstance, Row, TypedTable
from models.shared.problem import (
    NOTHING_KNOWN,
    Decisions,
    Explained,
    Explanation,
    Measure,
    Outcome,
    OutputTables,
    PlanStatus,
    Problem,
    SolveOptions,
    View,
)
from solvers.types import Progress, SolverUse, StageResult, Watch
from tests.toys.knapsack.tables import REGISTER, RULES, KnapsackSettings

_SLOW_SECONDS = 60.0
Items = tuple[Row, ...]


@dataclass(frozen=True)
class KnapsackCase:
    """One valid knapsack."""

    items: Items
    settings: KnapsackSettings

    def solve(self, options: SolveOptions, watch: Watch) -> Outcome:
        behaviour = self.settings.behaviour
        if behaviour == "no_plan":
            return self._outcome("no_plan", None)
        if behaviour == "bug":
            raise KeyError("a bug of our own")
        best: Items | None = None
        for chosen in self._subsets():
            if self._allowed(chosen, options.without_rules) and (best is None or gain(chosen) > gain(best)):
                best = chosen
                watch.incumbent(decisions_of(best))
                watch.progress(Progress(0.0, "gain", float(gain(best)), float(gain(self.items)), None))
                if behaviour in ("slow", "deaf"):
                    break
        if behaviour == "crash":
            os.abort()
        if behaviour == "slow":  # as a solver that puts in its own handler of Ctrl-C, and takes it out again
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        if behaviour in ("slow", "deaf") and self._wait(watch, deaf=behaviour == "deaf"):
            return self._outcome("cancelled", best)
        return self._outcome("optimal" if best is not None else "infeasible", best)

    def tables(self, decisions: Decisions, known: OutputTables = NOTHING_KNOWN) -> OutputTables:
        del known
        names = decisions["chosen"]
        assert isinstance(names, list)
        extra = self.items[:1] if self.settings.behaviour == "bad_plan" else ()
        rows = [*(item for item in self.items if item.text("item_id") in names), *extra]
        return {
            "chosen": [
                {name: item.cells[name] for name in ("item_id", "weight_kg", "gain_gbp")}
                for item in sorted(rows, key=lambda row: row.text("item_id"))
            ],
            "kilos": [],
        }

    def check(self, tables: Mapping[str, TypedTable], stage_values: Mapping[str, float | None] | None) -> CheckReport:
        rows = tables["chosen"].rows
        fragile = {item.text("item_id") for item in self.items if item.text("kind") == "fragile"}
        findings: list[Finding] = []
        weight = sum(row.integer("weight_kg") for row in rows)
        worth = sum(row.integer("gain_gbp") for row in rows)
        if weight > self.settings.limit_kg:
            findings.append(Finding("K-01", "error", f"{weight} kg is over the limit", "chosen.csv"))
        if sum(row.text("item_id") in fragile for row in rows) > self.settings.fragile_at_most:
            findings.append(Finding("K-03", "error", "too many fragile items", "chosen.csv"))
        if worth < self.settings.gain_at_least_gbp:
            findings.append(Finding("K-04", "error", "not enough", "chosen.csv"))
        told = (stage_values or {}).get("gain")
        if told is not None and told != worth:
            findings.append(Finding("K-02", "error", f"the gain is {worth}, not {told}", "run.json"))
        return CheckReport(tuple(rule.id for rule in RULES), tuple(findings))

    def baselines(self) -> Mapping[str, Decisions]:
        heaviest = max(self.items, key=lambda item: (item.integer("weight_kg"), item.text("item_id")))
        return {"heaviest": decisions_of((heaviest,)), "nothing": decisions_of(())}

    def measures(self, decisions: Decisions) -> Mapping[str, Measure]:
        chosen = self.tables(decisions)["chosen"]
        return {
            "items": Measure(len(chosen), "items"),
            "gain": Measure(float(sum(int(str(row["gain_gbp"])) for row in chosen)), "gbp"),
        }

    def explain(self, outcome: Outcome, options: SolveOptions, watch: Watch) -> Explained:
        del options
        if self.settings.behaviour == "bug_in_explaining":
            raise KeyError("a bug in explaining")
        if outcome.decisions is None:
            told = Explanation("K-04-conflict", "K-04", "The gain asked for cannot be reached.", headline=True)
            return Explained((told,))
        sentences = (
            Explanation("K-01-limit", "K-01", "The limit of 10 kg stops us.", {"limit_kg": 10}, "chosen.csv", True),
            Explanation("K-05-age", "K-05", "Age did not matter.", {}, ""),
        )
        return Explained(sentences, {} if watch.cancelled() else {"kilos": self._study()})

    def _study(self) -> list[dict[str, int]]:
        """What could be gained with another kilo, and without one of ours."""
        limits = [self.settings.limit_kg - 1, self.settings.limit_kg + 1]
        return [
            {"limit_kg": kg, "gain_gbp": max((gain(s) for s in self._subsets() if weight(s) <= kg), default=0)}
            for kg in limits
        ]

    def view(self, tables: OutputTables) -> Sequence[View]:
        rows = tuple((str(row["item_id"]), f"{row['gain_gbp']:,}") for row in tables["chosen"])
        return (View("What to carry", ("item", "gain £"), rows, (False, True), note="[Whole] items."),)

    def _allowed(self, chosen: Items, without: frozenset[str]) -> bool:
        fragile = sum(item.text("kind") == "fragile" for item in chosen)
        return (
            ("K-01" in without or weight(chosen) <= self.settings.limit_kg)
            and ("K-03" in without or fragile <= self.settings.fragile_at_most)
            and ("K-04" in without or gain(chosen) >= self.settings.gain_at_least_gbp)
        )

    def _subsets(self) -> Sequence[Items]:
        return [c for size in range(len(self.items) + 1) for c in combinations(self.items, size)]

    def _wait(self, watch: Watch, deaf: bool) -> bool:
        end = time.monotonic() + _SLOW_SECONDS
        while time.monotonic() < end:
            time.sleep(0.05)
            if watch.cancelled() and not deaf:
                return True
        return False

    def _outcome(self, status: PlanStatus, best: Items | None) -> Outcome:
        value = None if best is None else float(gain(best))
        bound = value if status == "optimal" else float(gain(self.items))
        stage = StageResult("gain", "gbp", "maximise", value, bound, 0.0 if status == "optimal" else 0.5, 0.1,
                            "by hand 1", "optimal" if status == "optimal" else "feasible")  # fmt: skip
        return Outcome(
            status=status,
            reason="tried everything",
            decisions=None if best is None else decisions_of(best),
            stages=() if best is None else (stage,),
            solvers=(SolverUse("by hand", "1"),),
            repeatable=status != "cancelled",
            tables_without_plan={"repairs": [{"rule": "K-04"}]} if status == "infeasible" else {},
        )


def weight(chosen: Items) -> int:
    return sum(item.integer("weight_kg") for item in chosen)


def gain(chosen: Items) -> int:
    return sum(item.integer("gain_gbp") for item in chosen)


def decisions_of(chosen: Items) -> Decisions:
    return {"chosen": [item.text("item_id") for item in chosen]}


def validate(parsed: ParsedInstance) -> list[Fault]:
    items = parsed.table("items")
    return [
        items.fault(row, "gain_gbp", "must not be 13", "Thirteen brings bad luck.")
        for row in items
        if row.integer("gain_gbp") == 13
    ]


def open_case(parsed: ParsedInstance) -> KnapsackCase:
    assert isinstance(parsed.settings, KnapsackSettings)
    return KnapsackCase(parsed.table("items").rows, parsed.settings)


PROBLEM = Problem("knapsack", REGISTER, RULES, validate, open_case)
