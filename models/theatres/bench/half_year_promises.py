"""What is shown of half a year: every way of planning lived through on the same luck, with confidence intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from models.shared.measuring import timed
from models.shared.problem import View
from models.shared.promises import Instances, Measured
from models.theatres.building import build_instance
from models.theatres.rolling import POLICIES, Comparison, compare
from models.theatres.rolling.policies import OURS
from models.theatres.rolling.weeks import Week

WEEKS, REPLICATIONS = 26, 4
# Referrals are an assumption: more than is operated on, so that who plans best is seen in who still waits.
FIRST_PATIENTS, JOINING_A_WEEK = 600, 90

Figure = Callable[[Sequence[Week]], float]

FIGURES: Mapping[str, Figure] = {
    "cases a week": lambda weeks: fmean(week.cases for week in weeks),
    "over 52 weeks, after 13 weeks": lambda weeks: weeks[len(weeks) // 2 - 1].long_waits,
    "over 52 weeks, at the end": lambda weeks: weeks[-1].long_waits,
    "waiting, at the end": lambda weeks: weeks[-1].waiting,
    "lists late beyond the grace, %": lambda weeks: (
        100 * sum(week.late_lists for week in weeks) / max(sum(week.lists for week in weeks), 1)
    ),
    "minutes over a list": lambda weeks: (
        sum(week.minutes_over for week in weeks) / max(sum(week.lists for week in weeks), 1)
    ),
    "cancelled on the day": lambda weeks: sum(week.cancelled_on_the_day for week in weeks),
    "beds at the peak, %": lambda weeks: 100 * max(week.most_beds_share for week in weeks),
    "nights over the beds": lambda weeks: sum(week.nights_over_beds for week in weeks),
}


def half_year(instances: Instances) -> Measured:
    """Twenty-six weeks of Mondays: plan, agree, operate; the same patients and luck for every way of planning."""
    years = [
        build_instance(instances.generated(seed=seed, patients=FIRST_PATIENTS + JOINING_A_WEEK * WEEKS, weeks=WEEKS))
        for seed in range(1, REPLICATIONS + 1)
    ]
    lived = timed(lambda: compare(years, POLICIES, FIRST_PATIENTS, WEEKS))
    found = lived.result
    others = [name for name in found.weeks if name != OURS]
    cases = {name: found.difference(OURS, name, FIGURES["cases a week"]) for name in others}
    more = all(one.mean > 0 for one in cases.values())
    return Measured(
        f"{WEEKS} weeks, {REPLICATIONS} replications on common random numbers: ours treats more than every baseline",
        "; ".join(f"{one} cases a week over {name}" for name, one in cases.items())
        + f"; {lived.cpu_seconds:.0f} CPU-s",
        more,
        "",
        (_figures_view(found, others), _course_view(found)),
    )


def _figures_view(found: Comparison, others: Sequence[str]) -> View:
    rows = []
    for words, figure in FIGURES.items():
        differences = (str(found.difference(OURS, name, figure)) for name in others)
        rows.append((words, *(str(found.of(name, figure)) for name in found.weeks), *differences))
    headings = ("figure", *found.weeks, *(f"ours less {name}" for name in others))
    title = "Half a year, mean of the replications and 95 % confidence interval; differences are paired"
    return View(title, headings, tuple(rows), (False,) + (True,) * (len(headings) - 1))


def _course_view(found: Comparison) -> View:
    """Waits over 52 weeks, cases and beds over time."""
    rows = []
    weeks = len(found.weeks[OURS][0])
    for at in range(0, weeks, 4):
        row = [str(at + 1)]
        for lived in found.weeks.values():
            row.append(f"{fmean(one[at].long_waits for one in lived):.0f}")
            row.append(f"{fmean(one[at].cases for one in lived):.0f}")
            row.append(f"{100 * fmean(one[at].most_beds_share for one in lived):.0f}")
        rows.append(tuple(row))
    headings = ["week"]
    for name in found.weeks:
        headings += [f"{name}: over 52 weeks", "cases", "beds, %"]
    return View("Week by week, means of the replications", tuple(headings), tuple(rows), (True,) * len(headings))
