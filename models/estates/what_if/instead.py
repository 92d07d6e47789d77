"""What is told last: how wrong the assumptions may be, and what could be done instead."""

from __future__ import annotations

from collections.abc import Iterator

from models.estates.what_if.answer import Answer
from models.estates.what_if.break_even import BreakEven
from models.estates.what_if.details import Details
from models.estates.what_if.telling import full_name, side_words, whole_or_part
from models.estates.words import Number, day_words, list_words, tell
from models.shared.problem import Explanation


def later_words(details: Details) -> Iterator[Explanation]:
    """What takes a little longer: how wrong the assumptions may be, and what could be done instead."""
    answer = details.answer
    if answer.after is not None or answer.shortages:
        for one in details.break_evens:
            yield _break_even(one, answer)
        yield _other_day(details)
    yield _other_suite(details)


def _break_even(one: BreakEven, answer: Answer) -> Explanation:
    form = "percent" if one.unit == "share" else "one"
    unit = "" if one.unit == "share" else " minutes"
    numbers: dict[str, Number] = {"now": one.now, "tolerance": one.tolerance}
    ends: list[str] = []
    for name, value in (("least", one.least), ("most", one.most)):
        if value is not None:
            numbers[name] = value
            ends.append(f"{'at least' if name == 'least' else 'at most'} {{{name}:{form}}}{unit}")
    does = "leaves everybody a room"
    if "charge" in one.what:
        does = "pays, what has to be kept for it left aside," if answer.stays else "pays"
    never = f"It never {does.removesuffix(',')}, whatever was tried for the {{what}}"
    now = f" (now {{now:{form}}}{unit}; to within {{tolerance:{form}}}{unit})"
    if not ends:
        said = f"It {does} whatever the {{what}}" if one.holds_now else never
    elif one.least is not None and one.most is not None and one.most - one.least < one.tolerance:
        said = f"It {does} with the {{what}} just as planned, and has nothing to spare on either side"
    else:
        said = f"It {does} while the {{what}} is {' and '.join(ends)}"
    return tell("estates.test.break_even", said + now + ".", numbers, headline=True, names={"what": one.what})


def _other_day(details: Details) -> Explanation:
    found = details.other_day
    if found is None:
        return tell(
            "estates.test.other_day",
            "On no other day can it be done with all else as in the plan.",
            {"days": 0},
            headline=True,
        )
    gbp = found.npv_against_plan_gbp
    return tell(
        "estates.test.other_day",
        "The best other day is {day}: {gap:gbp} " + side_words(gbp) + " than the saved plan at present value.",
        {"gap": abs(gbp)},
        headline=True,
        names={"day": day_words(found.order.day)},
    )


def _other_suite(details: Details) -> Explanation:
    found, needed = details.other_suites.best, details.other_suites.needed
    if found is None:
        listed = "; ".join(whole_or_part(details.answer, suite) for suite in needed)
        why = ". By the rules these could go, but people need their rooms: {listed}" if needed else ""
        return tell(
            "estates.test.other",
            f"No other hand-back that the plan leaves out was found that can be done with all else as in it{why}.",
            {"suites": len(needed)},
            rule="E-06" if needed else "",
            headline=True,
            names={"listed": listed},
        )
    gbp = found.npv_against_plan_gbp
    suites = [full_name(details.answer, suite) for suite in found.order.dates]
    return tell(
        "estates.test.other",
        "The best hand-back that the plan leaves out is {suites} on {day}: {gap:gbp} "
        + side_words(gbp)
        + " than the saved plan at present value.",
        {"gap": abs(gbp)},
        headline=True,
        names={"suites": list_words(suites), "day": day_words(found.order.day)},
    )
