"""What is used up: beds, kit, trays, machines, bays, staff, transport, tests, and the lists likeliest to run late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from models.shared.problem import Explanation
from models.theatres.explain.bottlenecks import (
    days_of_transport,
    kit_use,
    most_in_recovery_at_once,
    most_machines_at_once,
    shifts_taken,
    test_weeks,
    tightest_nights,
    weeks_of_surgeons,
)
from models.theatres.explain.telling import Number, count, listed, people_words, percent, tell, whole
from models.theatres.plan import Plan
from models.theatres.reasons import Reason
from models.theatres.words import day_text

_FULL_SHARE = 0.95
_WORST_LISTS = 3


def binding(plan: Plan, why: Mapping[str, Reason], late: Mapping[str, float]) -> Iterator[Explanation]:
    """What stops more cases; `late` holds the rehearsed chance of a late end of each list."""
    yield from _list_time(why)
    yield from _staff(plan, why)
    yield from _beds(plan, why)
    yield from _kit(plan, why)
    yield from _at_once(plan, why)
    yield from _weeks_and_journeys(plan, why)
    yield from _tests(plan, why)
    yield from _worst_lists(plan, late)


def _list_time(why: Mapping[str, Reason]) -> Iterator[Explanation]:
    """For how many the lists are too short, and by which of the three rules on their time."""
    codes = {
        "list_time": "as planned",
        "overrun_chance": "for the chance of a late finish",
        "overrun_rehearsed": "for that chance rehearsed",
        "joints": "by the joints agreed for them",
    }
    numbers: dict[str, Number] = {code: count(why, code) for code in codes}
    parts = [f"{words} {numbers[code]}" for code, words in codes.items() if numbers[code]]
    if parts:
        total = sum(int(number) for number in numbers.values())
        sentence = f"Only room on a list is short for {total} patient{'s' * (total > 1)}: {listed(parts)}."
        yield tell("list_time", sentence, numbers, rule="T-08", where="not_booked.csv")


def _staff(plan: Plan, why: Mapping[str, Reason]) -> Iterator[Explanation]:
    shifts, people = shifts_taken(plan), count(why, "staff")
    taken = [(role, full, of) for role, (full, of) in shifts.items() if full]
    if not taken and not people:
        return
    parts = [f"{plan.instance.roles[role].name} in {full} of {of}" for role, full, of in taken]
    used = f"Shifts with nobody left for another list: {listed(parts)}" if parts else "Staff for more lists are short"
    yield tell(
        "staff",
        f"{used}{people_words(people, 'one person more')}.",
        {**{f"full_shifts_{role}": full for role, full, _ in taken}, "patients_for_want_of_staff": people},
        rule="T-29",
        where="staff.csv",
    )


def _beds(plan: Plan, why: Mapping[str, Reason]) -> Iterator[Explanation]:
    nights = tightest_nights(plan)
    if not nights:
        return
    first, short = nights[0], sum(night.beds_open - night.at_quantile < 1.0 for night in nights)
    people = count(why, "beds")
    yield tell(
        "beds",
        f"Beds are tightest on {day_text(first.date)}: {first.at_quantile:.1f} of {first.beds_open} at the "
        f"{whole(plan.instance.settings.bed_quantile_share)} level ({first.expected:.1f} expected). On {short} of "
        f"{len(nights)} nights less than one bed is spare{people_words(people, 'a bed more')}.",
        {"at_quantile": first.at_quantile, "beds_open": first.beds_open, "expected": first.expected,
         "nights_with_less_than_one_spare": short, "nights": len(nights), "patients_for_want_of_a_bed": people},
        rule="T-12",
        where=f"beds.csv {first.date}",
    )  # fmt: skip


def _kit(plan: Plan, why: Mapping[str, Reason]) -> Iterator[Explanation]:
    uses = [use for use in sorted(kit_use(plan), key=lambda u: (-u.days_used_up, u.kit_id)) if use.days_used_up]
    people, trays = count(why, "kit"), count(why, "trays")
    names = {use.kit_id: plan.instance.kit[use.kit_id].name for use in uses}
    if uses:
        parts = [f"{names[use.kit_id]} on {use.days_used_up} of {use.days} days" for use in uses[:_WORST_LISTS]]
        more = f" and {len(uses) - _WORST_LISTS} more kinds of kit" if len(uses) > _WORST_LISTS else ""
        yield tell(
            "kit",
            f"All uses of a day are taken of {listed(parts)}{more}{people_words(people + trays, 'more of it')}.",
            {**{f"days_used_up_{use.kit_id}": use.days_used_up for use in uses},
             "patients_for_want_of_kit": people, "patients_for_want_of_sets_ready_again": trays},
            rule="T-13",
            where="theatre_lists.csv",
        )  # fmt: skip
    for use in uses:
        yield tell(
            f"kit_{use.kit_id}",
            f"{names[use.kit_id]}: all {use.uses_a_day} uses are taken on {use.days_used_up} of {use.days} days, "
            f"first on {day_text(use.busiest_day)}.",
            {"uses_a_day": use.uses_a_day, "days_used_up": use.days_used_up, "days": use.days},
            rule="T-13",
            where="theatre_lists.csv",
            headline=False,
        )


def _at_once(plan: Plan, why: Mapping[str, Reason]) -> Iterator[Explanation]:
    """Machines and bays at the busiest moment, and whether the theatres of a day are in each other's way."""
    settings = plan.instance.settings
    machines, bays = most_machines_at_once(plan), most_in_recovery_at_once(plan)
    people = {
        code: count(why, code) for code in ("image_intensifier", "recovery", "surgeon_busy", "order_of_the_day")
    }
    short = sum(people.values())
    yield tell(
        "at_once",
        f"At the busiest moment {machines} of {settings.image_intensifiers} image intensifiers and {bays} of "
        f"{settings.recovery_bays} recovery bays are taken"
        f"{people_words(short, 'more of them, or another order of a day')}.",
        {"machines_at_once": machines, "machines": settings.image_intensifiers, "in_recovery_at_once": bays,
         "bays": settings.recovery_bays, **{f"patients_{code}": number for code, number in people.items()}},
        rule="T-14",
        where="theatre_lists.csv",
        headline=short > 0,
    )  # fmt: skip


def _weeks_and_journeys(plan: Plan, why: Mapping[str, Reason]) -> Iterator[Explanation]:
    full_weeks, weeks = weeks_of_surgeons(plan)
    full_days, days = days_of_transport(plan)
    people, journeys = count(why, "surgeon_lists"), count(why, "transport")
    yield tell(
        "weeks_and_transport",
        f"Surgeons run all the lists agreed in {full_weeks} of {weeks} weeks with a list of theirs"
        f"{people_words(people, 'one list more')}; hospital transport is fully booked on {full_days} of {days} days"
        f"{people_words(journeys, 'one place more')}.",
        {"full_surgeon_weeks": full_weeks, "surgeon_weeks": weeks, "patients_for_want_of_a_list": people,
         "full_transport_days": full_days, "days": days, "patients_for_want_of_transport": journeys},
        rule="T-11",
        where="lists.csv",
        headline=bool(people or journeys),
    )  # fmt: skip


def _tests(plan: Plan, why: Mapping[str, Reason]) -> Iterator[Explanation]:
    """The tests and weeks in which hardly a place is left."""
    full: dict[str, list[str]] = {}
    for week in test_weeks(plan):
        if week.places and week.taken_share >= _FULL_SHARE:
            full.setdefault(week.test_id, []).append(f"{day_text(week.week)} ({week.taken} of {week.places})")
    names = {test_id: plan.instance.tests[test_id].name for test_id in full}
    people = count(why, "test_slots", "tests_not_in_time")
    short = f"patients not booked only for want of tests in time: {people}" if people else ""
    weeks = ", ".join(f"{names[test_id]} in {len(found)}" for test_id, found in full.items())
    used = f"Hardly a place is left, by weeks: {weeks}" if full else ""
    if short or used:
        numbers = {"patients": people, **{f"full_weeks_{test_id}": len(found) for test_id, found in full.items()}}
        sentence = f"{'; '.join(part for part in (used, short) if part)}."
        yield tell("tests", sentence[:1].upper() + sentence[1:], numbers, rule="T-18", where="cdc_appointments.csv")
    for test_id, found in full.items():
        yield tell(
            f"tests_{test_id}",
            f"{names[test_id]}: hardly a place is left in the weeks of {', '.join(found)}.",
            {"weeks": len(found)},
            rule="T-18",
            where="cdc_appointments.csv",
            headline=False,
        )


def _worst_lists(plan: Plan, late: Mapping[str, float]) -> Iterator[Explanation]:
    """The lists most likely to end late once late starts and slow days are rehearsed."""
    used: Sequence[str] = sorted((at for at, cases in plan.by_list.items() if cases), key=lambda at: (-late[at], at))
    if not used:
        return
    limit = plan.instance.settings.rehearsed_overrun_limit_share
    over = sum(late[at] > limit for at in used)
    parts = [f"{at} ({percent(late[at])})" for at in used[:_WORST_LISTS]]
    above = f"{over} of them above the limit of {whole(limit)}" if over else f"none above the limit of {whole(limit)}"
    yield tell(
        "worst_lists",
        f"Likeliest to end late, rehearsed: {listed(parts)}; of {len(used)} used lists {above}.",
        {**{at: late[at] for at in used[:_WORST_LISTS]}, "lists": len(used), "above_limit": over},
        rule="T-37",
        where="rehearsal.csv",
    )
