"""What a little more of each resource could bring: the dual values of a proved bound on the number of cases.

The bound is proved once for the instance as it is. At its dual values the same bound holds for any other limits, so
the value of a row times the room it gains is the most that the relaxed plan can gain by it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.shared.cells import Cell
from models.theatres.entities import TestSite
from models.theatres.formulation.fillings import fillings_of
from models.theatres.formulation.limits import Row, UsedListsLimit
from models.theatres.formulation.month import Month, build_month
from models.theatres.formulation.rows import ROW_RULES, USED_LISTS_RULES, month_rows, prefix_rows, used_lists_limits
from models.theatres.instance import Instance
from models.theatres.method.bound import Bound, Bounds, Effort
from models.theatres.method.phases import BIG_MONTH_PAIRS
from models.theatres.plan import Plan
from models.theatres.words import day_text, list_text
from solvers.stages import Deadline
from solvers.types import Watch

# Enough for dual values that tell the resources apart; a bound for a stage is proved with more.
EFFORT = Effort(descent_rounds=120, rounds=12, close=2e-3)
_EFFORT_OF_BIG_MONTHS = Effort(descent_rounds=40, rounds=2, close=5e-3)
_NOTHING = 5e-4


@dataclass(frozen=True)
class Marginal:
    """One more of a resource, in words, and the further cases it could bring."""

    resource: str
    item: str
    one_more: str
    cases: float


@dataclass(frozen=True)
class Bottlenecks:
    """The cases of a plan, a bound on those of any plan, and what a little more of each resource could add to it."""

    cases: int
    at_most: float
    marginals: tuple[Marginal, ...]

    def rows(self) -> list[dict[str, Cell]]:
        """The table `bottlenecks`."""
        return [
            {
                "resource": one.resource,
                "item": one.item,
                "one_more": one.one_more,
                "marginal_cases": round(one.cases, 3),
                "cases": self.cases,
                "cases_at_most": round(self.at_most, 3),
            }
            for one in self.marginals
        ]


def find_bottlenecks(plan: Plan, without_rules: frozenset[str], watch: Watch) -> Bottlenecks | None:
    """The bottlenecks of a plan; None when the study was stopped, or nobody could be booked at all."""
    month = build_month(plan.instance, without_rules)
    chosen = [month.pair_of[pair] for pair in plan.list_of.items() if pair in month.pair_of]
    if not month.pair_count or len(chosen) < len(plan.list_of):
        return None
    bounds = Bounds(month, fillings_of(month), month_rows(month), used_lists_limits(month))
    bounds.remember(chosen)
    cases = len(chosen)
    ones = np.ones(month.pair_count, dtype=np.int64)
    effort = EFFORT if month.pair_count < BIG_MONTH_PAIRS else _EFFORT_OF_BIG_MONTHS
    proved = bounds.prove(ones, (), float(cases), effort, watch, Deadline(None))
    if watch.cancelled() or not np.isfinite(proved.value):
        return None
    found = [one for one in _marginals(month, proved) if one.cases >= _NOTHING or one.resource in _ALWAYS_TOLD]
    ordered = sorted(found, key=lambda one: (-round(one.cases, 3), one.resource, one.item))
    return Bottlenecks(cases, max(float(cases), proved.value), tuple(ordered))


_ALWAYS_TOLD = frozenset({"bed", "recovery", "transport", "image_intensifier", "staff", "test"})


def _marginals(month: Month, proved: Bound) -> Iterator[Marginal]:
    instance, settings = month.instance, month.instance.settings
    yield from _lists(month, proved)
    for surgeon_id, surgeon in instance.surgeons.items():
        most = surgeon.max_lists_per_week + 1
        more = replace(
            instance, surgeons={**instance.surgeons, surgeon_id: replace(surgeon, max_lists_per_week=most)}
        )
        gain = _of_limits(month, more, "T-11", proved)
        yield Marginal("surgeon_lists", surgeon_id, f"{surgeon_id} running {most} lists a week", gain)
    for ward_id, name in instance.wards.items():
        beds = {
            key: replace(night, beds_open=night.beds_open + (key[0] == ward_id))
            for key, night in instance.beds.items()
        }
        gain = _of_rows(month, replace(instance, beds=beds), ("T-12",), proved)
        yield Marginal("bed", ward_id, f"one bed more on {name}, every night", gain)
    for kit_id, kit in instance.kit.items():
        more = replace(instance, kit={**instance.kit, kit_id: replace(kit, sets=kit.sets + 1)})
        gain = _of_rows(month, more, ("T-13", "T-32"), proved)
        yield Marginal("kit", kit_id, f"one set more of {kit.name}", gain)
    for role in instance.roles.values():
        shifts = tuple(replace(s, available=s.available + (s.role == role.role)) for s in instance.shifts)
        gain = _of_limits(month, replace(instance, shifts=shifts), "T-29", proved)
        yield Marginal("staff", role.role, f"one {role.name} more in every shift", gain)
    for resource, column, rule, words in (
        ("transport", "transport_places_per_day", "T-35", "one place more a day on hospital transport"),
        ("recovery", "recovery_bays", "T-33", "one recovery bay more"),
        ("image_intensifier", "image_intensifiers", "T-14", "one image intensifier more"),
    ):
        changed = settings.model_copy(update={column: getattr(settings, column) + 1})
        yield Marginal(resource, "all", words, _of_rows(month, replace(instance, settings=changed), (rule,), proved))
    yield from _tests(month, proved)


def _lists(month: Month, proved: Bound) -> Iterator[Marginal]:
    """Of each surgeon the list of which a further one would bring most."""
    best: dict[str, tuple[float, str]] = {}
    for at, worth in sorted(proved.lists.items()):
        on = month.instance.lists[month.lists[at]]
        if on.surgeon_id is not None and worth > best.get(on.surgeon_id, (0.0, ""))[0]:
            best[on.surgeon_id] = (worth, on.list_id)
    for _, (worth, list_id) in sorted(best.items()):
        like = list_text(month.instance.lists[list_id])
        yield Marginal("list", list_id, f"one list more like {like}", worth)


_ROWS_OF, _LIMITS_OF = dict(ROW_RULES), dict(USED_LISTS_RULES)


def _of_rows(month: Month, more: Instance, rules: Sequence[str], proved: Bound) -> float:
    """What the rows of these rules could bring with their limits in a changed instance."""
    gain, other = 0.0, replace(month, instance=more)
    for rule in rules:
        if month.keeps(rule):
            later = {row.name: row for row in _ROWS_OF[rule](other)}
            for row in _ROWS_OF[rule](month):
                price = proved.duals.get(row.name, 0.0)
                if price > 0.0:
                    gain += price * _room(row, later.get(row.name))
    return gain


def _room(row: Row, later: Row | None) -> float:
    """How much more a row allows; one that is gone allows everybody."""
    return later.upper - row.upper if later is not None else float(row.mean.sum()) - row.upper


def _of_limits(month: Month, more: Instance, rule: str, proved: Bound) -> float:
    """The same for limits on how many lists are used."""
    if not month.keeps(rule):
        return 0.0
    later: Mapping[str, UsedListsLimit] = {one.name: one for one in _LIMITS_OF[rule](replace(month, instance=more))}
    gain = 0.0
    for limit in _LIMITS_OF[rule](month):
        allowed = later[limit.name].upper if limit.name in later else len(limit.lists)
        gain += proved.limits.get(limit.name, 0.0) * (allowed - limit.upper)
    return gain


def _tests(month: Month, proved: Bound) -> Iterator[Marginal]:
    """For each test the place that could bring most; in clinics of home trusts a session of them."""
    instance = month.instance
    priced = [
        (prefix, proved.duals.get(row.name, 0.0))
        for prefix, row in (prefix_rows(month) if month.keeps("T-18") else ())
    ]
    for test_id, test in instance.tests.items():
        best: tuple[float, dt.date, str] | None = None
        for site_id, day in month.appointments.free.get(test_id, {}):
            gain = sum(
                price
                for prefix, price in priced
                if prefix.test_id == test_id and site_id in prefix.sites and day <= prefix.last
            )
            best = max(best, (gain, day, site_id)) if best is not None else (gain, day, site_id)
        if best is not None:
            gain, day, site_id = best
            site = instance.sites[site_id]
            places = _session_places(instance, test_id, site)
            what = f"one session more of {places} places" if places > 1 else "one appointment more"
            yield Marginal(
                "test", test_id, f"{what} for {test.name} at {site.name} by {day_text(day)}", gain * places
            )


def _session_places(instance: Instance, test_id: str, site: TestSite) -> int:
    """The places of the usual session of a test at a clinic; 1 elsewhere, where single appointments are added."""
    if site.kind != "clinic":
        return 1
    sizes = Counter(
        s.slots * s.places for s in instance.sessions if (s.site_id, s.test_id) == (site.site_id, test_id)
    )
    return max(sizes, key=lambda size: (sizes[size], size))
