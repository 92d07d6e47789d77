"""What would change it: more of what binds, in the order of what helps most, and the best that can be reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from models.shared.problem import Explanation, Measure
from models.theatres.explain.frontier import TARGET_SHARE, Frontier, FullList, frontier
from models.theatres.explain.marginal import Bottlenecks, Marginal
from models.theatres.explain.telling import Number, listed, percent, tell, whole
from models.theatres.output_tables import READINESS_CODES
from models.theatres.plan import Plan
from models.theatres.reasons import Reason
from models.theatres.reasons.edits import Change

_MOST_HELPS = 6
_HARDLY = 0.05


def changing(
    plan: Plan, why: Mapping[str, Reason], bottlenecks: Bottlenecks | None, figures: Mapping[str, Measure]
) -> Iterator[Explanation]:
    """More of what, patients who could be asked or got ready, and what 85 % would take."""
    if bottlenecks is not None and bottlenecks.marginals:
        yield from _more_of_what(bottlenecks)
    yield from _pooling(why)
    yield from _getting_ready(why)
    yield from _best_that_can_be_reached(plan, figures)


def _more_of_what(found: Bottlenecks) -> Iterator[Explanation]:
    best: dict[str, list[Marginal]] = defaultdict(list)
    for one in found.marginals:
        best[one.resource].append(one)
    lists = [one for one in best.pop("list", []) if one.cases >= _HARDLY]
    rest = sorted((one for many in best.values() for one in many), key=lambda one: (-round(one.cases, 3), one.item))
    helps = [one for one in rest if one.cases >= _HARDLY]
    numbers: dict[str, Number] = {"cases": found.cases, "cases_at_most": found.at_most}
    parts = []
    if lists:
        numbers["list"] = lists[0].cases
        numbers["surgeons"] = len(lists)
        others = f" (for {len(lists)} surgeons a further list brings {lists[-1].cases:.1f} or more)"
        parts.append(f"{lists[0].one_more} {lists[0].cases:.1f}{others if len(lists) > 1 else ''}")
    for one in helps[:_MOST_HELPS]:
        numbers[f"{one.resource}_{one.item}"] = one.cases
        parts.append(f"{one.one_more} {one.cases:.1f}")
    gap = found.at_most - found.cases
    yield tell(
        "bottlenecks",
        f"One more could bring at most, in cases: {'; '.join(parts)}. (Relaxed plan; this one has {found.cases}, "
        f"none has over {found.at_most:.1f}: gap {gap:.1f}.)",
        {**numbers, "gap_cases": gap},
        rule="T-25",
        where="bottlenecks.csv",
    )
    nothing = sorted({one.resource for one in rest} - {one.resource for one in helps})
    if nothing:
        words = listed([_RESOURCE_WORDS[resource] for resource in nothing])
        yield tell(
            "no_bottleneck",
            f"More of these alone would bring hardly a case: {words}.",
            {resource: max(one.cases for one in best[resource]) for resource in nothing},
            rule="T-25",
            where="bottlenecks.csv",
        )


_RESOURCE_WORDS = {
    "bed": "beds",
    "image_intensifier": "image intensifiers",
    "kit": "sets",
    "recovery": "recovery bays",
    "staff": "staff",
    "surgeon_lists": "lists a week of a surgeon",
    "test": "test appointments",
    "transport": "places on hospital transport",
}


def _pooling(why: Mapping[str, Reason]) -> Iterator[Explanation]:
    """What naming one surgeon costs: patients for whom there is room with another one today."""
    people = sum(
        any(isinstance(edit, Change) and edit.column == "surgeon_choice" for help in r.helps for edit in help.edits)
        for r in why.values()
        if r.code not in READINESS_CODES
    )
    if people:
        yield tell(
            "pooling",
            f"Ready patients not booked who would find room, each taken alone, with another surgeon: {people}.",
            {"patients": people},
            rule="T-04",
            where="not_booked.csv",
        )


def _getting_ready(why: Mapping[str, Reason]) -> Iterator[Explanation]:
    """Patients who would find room today if only what they lack were settled."""
    waiting = [reason for reason in why.values() if reason.code in READINESS_CODES]
    at_once = sum(any(_own_row_only(help.edits) and help.instead_of is None for help in r.helps) for r in waiting)
    if at_once:
        yield tell(
            "getting_ready",
            f"Of {len(waiting)} patients who are not ready {at_once} would find room, each taken alone, once that is "
            "settled: start with them (worklists.csv).",
            {"not_ready": len(waiting), "room_at_once": at_once},
            rule="T-02",
            where="not_booked.csv",
        )


def _own_row_only(edits: Sequence[object]) -> bool:
    return all(isinstance(edit, Change) and edit.table == "patients" for edit in edits)


def _best_that_can_be_reached(plan: Plan, figures: Mapping[str, Measure]) -> Iterator[Explanation]:
    """85 % capped utilisation against the chance of finishing late, for a list of equal joints, and what lifts it."""
    found = frontier(plan.instance)
    if found is None:
        return
    grace = plan.instance.settings.overrun_grace_minutes
    yield _tops_out(found, grace)
    yield _lifted(found, plan, figures)
    for one in found.points:
        yield tell(
            f"frontier_{one.mean_minutes}",
            f"{one.cases} equal joints of {one.mean_minutes} minutes in {found.list_minutes}: capped utilisation "
            f"{percent(one.capped_utilisation)}, late on {percent(one.any_late_probability)} of days, by over "
            f"{grace} minutes on {percent(one.late_probability)}, rehearsed on "
            f"{percent(one.rehearsed_late_probability)}.",
            _numbers_of(one),
            rule="T-37",
            where="settings",
            headline=False,
        )


def _tops_out(found: Frontier, grace: int) -> Explanation:
    best, target, careful = found.planned, found.at_target, found.rehearsed
    sentence = (
        f"What {whole(TARGET_SHARE)} would take: under the overrun rule a list of {best.cases} equal joints in "
        f"{found.list_minutes} minutes tops out at {percent(best.capped_utilisation)} capped utilisation "
        f"({best.mean_minutes} minutes each)"
    )
    numbers: dict[str, Number] = {
        "target_share": TARGET_SHARE,
        "joints_a_list": best.cases,
        "list_minutes": found.list_minutes,
        "turnaround_minutes": found.turnaround_minutes,
        "best_capped_utilisation": best.capped_utilisation,
        "best_mean_minutes": best.mean_minutes,
    }
    if careful is not None:
        sentence += (
            f", rehearsed with late starts and slow days at {percent(careful.capped_utilisation)} "
            f"({careful.mean_minutes} minutes)"
        )
        numbers |= {
            "rehearsed_capped_utilisation": careful.capped_utilisation,
            "rehearsed_mean_minutes": careful.mean_minutes,
        }
    if target is not None:
        sentence += (
            f"; {whole(TARGET_SHARE)} takes {target.mean_minutes} minutes each, and such a list ends late on "
            f"{percent(target.any_late_probability)} of days, by more than {grace} minutes on "
            f"{percent(target.late_probability)}, rehearsed on {percent(target.rehearsed_late_probability)}"
        )
        numbers |= {
            "target_mean_minutes": target.mean_minutes,
            "target_any_late_probability": target.any_late_probability,
            "target_late_probability": target.late_probability,
            "target_rehearsed_late_probability": target.rehearsed_late_probability,
        }
    return tell("best_that_can_be_reached", f"{sentence}.", numbers, rule="T-09", where="rehearsal.csv")


def _lifted(found: Frontier, plan: Plan, figures: Mapping[str, Measure]) -> Explanation:
    """What lifts a list of equal joints, and where this plan's lists lose their minutes."""
    usable, used = int(figures["lists_usable"].value), int(figures["lists_used"].value)
    reached = figures["capped_utilisation_simulated"].value
    numbers: dict[str, Number] = {
        "capped_utilisation_simulated": reached, "lists_without_a_case": usable - used, "cases": len(plan.bookings),
    }  # fmt: skip
    short = found.with_short_case
    lifts = []
    if short is not None and short.capped_utilisation > found.planned.capped_utilisation:
        lifts.append(
            f"a short case of {short.short_minutes} minutes after {short.cases} joints of {short.mean_minutes} "
            f"({percent(short.capped_utilisation)}, both rules kept)"
        )
        numbers |= {"short_minutes": short.short_minutes, "with_short_case_mean_minutes": short.mean_minutes,
                    "with_short_case_capped_utilisation": short.capped_utilisation}  # fmt: skip
    lifts += ["patients who take any surgeon", "more patients ready to choose from"]
    return tell(
        "what_lifts_it",
        f"This plan reaches {percent(reached)} over all {usable} usable lists, {usable - used} of them empty. "
        f"What lifts it: {listed(lifts)}.",
        {**numbers, "lists_usable": usable},
        rule="T-37",
        where="lists.csv",
    )


def _numbers_of(one: FullList) -> dict[str, Number]:
    return {
        "cases": one.cases,
        "mean_minutes": one.mean_minutes,
        "capped_utilisation": one.capped_utilisation,
        "any_late_probability": one.any_late_probability,
        "late_probability": one.late_probability,
        "rehearsed_late_probability": one.rehearsed_late_probability,
    }
