"""How full lists can be against how likely they end late: of one list of equal cases, and of whole plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from models.shared.problem import Explanation
from models.theatres.frontier import FRONTIERS
from nwl_opt.charts import Axis, Picture, Point, scatter
from nwl_opt.plain import number_of
from nwl_opt.words import percent, plain_number

_FRONTIER = FRONTIERS[0]
_STATUS_WORDS: Mapping[str, str] = {
    "on_frontier": "on the frontier",
    "dominated": "another point is as good in both, and better or alike",
    "check_failed": "the independent check failed: do not use it",
}


@dataclass(frozen=True)
class SolvedPoint:
    """One limit and the plan it came to; figures are None without a checked plan."""

    number: int
    limit_share: float
    utilisation_share: float | None
    highest_late_share: float | None
    mean_late_share: float | None
    cases: int | None
    cancelled_cases: float | None
    status: str
    stands: bool


@dataclass(frozen=True)
class EqualCases:
    """The usual list with cases of equal length: how full it is, and how likely late."""

    cases: int
    mean_minutes: int
    utilisation_share: float
    late_share: float
    rehearsed_late_share: float


def limit_words(limit_share: float) -> str:
    """A limit as it was set."""
    return f"{100 * limit_share:g} %"


def solved_points(rows: Sequence[Mapping[str, str]]) -> tuple[SolvedPoint, ...]:
    """The points of a frontier as its file has them."""
    return tuple(_point(row) for row in rows)


def _point(row: Mapping[str, str]) -> SolvedPoint:
    cases = _number(row, "cases_patients")
    status = row.get("status", "")
    return SolvedPoint(
        number=int(row["point"]),
        limit_share=float(row[_FRONTIER.setting]),
        utilisation_share=_number(row, f"{_FRONTIER.gain}_share"),
        highest_late_share=_number(row, f"{_FRONTIER.price}_share"),
        mean_late_share=_number(row, "overrun_probability_stressed_simulated_share"),
        cases=None if cases is None else round(cases),
        cancelled_cases=_number(row, "cancelled_on_the_day_stressed_simulated_patients"),
        status=_STATUS_WORDS.get(status, status.replace("_", " ")),
        stands=status == "on_frontier",
    )


def _number(row: Mapping[str, str], column: str) -> float | None:
    text = row.get(column, "")
    return float(text) if text else None


def solved_picture(points: Sequence[SolvedPoint], chosen: int, href: Callable[[int], str]) -> Picture | None:
    """The points with a plan, each a link; None when fewer than two have one."""
    drawn = [
        Point(
            x=point.highest_late_share,
            y=point.utilisation_share,
            label=f"at most {limit_words(point.limit_share)}",
            words=f"Point {point.number}: limit {limit_words(point.limit_share)}, utilisation "
            f"{percent(point.utilisation_share)}, likeliest list late with {percent(point.highest_late_share)}",
            style="chosen" if point.number == chosen else "series1",
            form="circle" if point.stands else "cross",
            href=href(point.number),
        )
        for point in points
        if point.highest_late_share is not None and point.utilisation_share is not None
    ]
    if len(drawn) < 2:
        return None
    return scatter(
        "How full the lists are against how likely the likeliest is late",
        "Each point is a plan under one limit on the chance that a list ends late. Up is fuller, left is safer.",
        drawn,
        Axis("Chance of a late end, of the list likeliest to be late", "share"),
        Axis("Capped utilisation", "share", from_zero=False),
    )


def equal_cases(sentences: Sequence[Explanation]) -> tuple[EqualCases, ...]:
    """What a run said of the usual list with cases from short to long."""
    told = [one.numbers for one in sentences if one.id.startswith("frontier_")]
    found = [_of_equal_cases(numbers) for numbers in told]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.mean_minutes))


def _of_equal_cases(numbers: Mapping[str, float | int | str]) -> EqualCases | None:
    names = ("cases", "mean_minutes", "capped_utilisation", "late_probability", "rehearsed_late_probability")
    values = [number_of(numbers.get(name)) for name in names]
    known = [value for value in values if value is not None]
    if len(known) < len(names):
        return None
    cases, minutes, full, late, rehearsed = known
    return EqualCases(round(cases), round(minutes), full, late, rehearsed)


def equal_cases_picture(found: Sequence[EqualCases]) -> Picture | None:
    """One list's trade-off; None when there is too little to draw."""
    if len(found) < 2:
        return None
    points = [
        Point(
            x=one.rehearsed_late_share,
            y=one.utilisation_share,
            label=f"{plain_number(one.mean_minutes)} minutes",
            words=f"{one.cases} cases of {one.mean_minutes} minutes: utilisation {percent(one.utilisation_share)}, "
            f"late on {percent(one.rehearsed_late_share)} of rehearsed days",
        )
        for one in found
    ]
    return scatter(
        f"One list of {found[0].cases} equal cases: fuller is later",
        "The longer the cases, the fuller the list and the likelier its late end, with late starts and slow days.",
        points,
        Axis("Rehearsed days on which the list ends late", "share"),
        Axis("Capped utilisation", "share", from_zero=False),
        joined=True,
    )
