"""Sentences about a plan: how good it is and can be, what is used up, and why each patient is not booked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from models.shared.problem import Explained, Explanation, Outcome, SolveOptions
from models.theatres.explain.bottlenecks import kit_use, most_machines_at_once, test_weeks, tightest_nights
from models.theatres.explain.frontier import TARGET_SHARE, frontier
from models.theatres.measures import measures
from models.theatres.output_tables import READINESS_CODES
from models.theatres.plan import Plan
from models.theatres.reasons import Reason
from models.theatres.reasons.edits import Change
from models.theatres.rules import STAGES
from models.theatres.words import CODE_WORDS, day_text
from solvers.types import StageResult, Watch

Number = float | int | str

_FULL_SHARE = 0.95
_MOST_NAMED = 3


def explain(
    plan: Plan, why: Mapping[str, Reason], outcome: Outcome, options: SolveOptions, watch: Watch
) -> Explained:
    """All sentences: headlines first, then one for every patient not booked."""
    del options, watch
    stages = outcome.stages
    headlines = [
        *_position(plan, why, {stage.name: stage for stage in stages}),
        *_waits_and_minutes(stages),
        *_lists(plan),
        *_best_that_can_be_reached(plan),
        *_beds(plan, why),
        *_kit(plan, why),
        *_machines(plan, why),
        *_tests(plan, why),
        *_not_booked(why),
        *_pooling(why),
    ]
    return Explained((*headlines, *(_person(reason) for reason in why.values())))


def _position(plan: Plan, why: Mapping[str, Reason], stages: Mapping[str, StageResult]) -> Iterator[Explanation]:
    """P2 and long waiters: booked, how many more could be, left though ready, not ready."""
    instance = plan.instance
    weeks = instance.settings.long_wait_weeks
    p2 = [p for p, patient in instance.patients.items() if patient.priority == "P2"]
    long = [p for p in instance.patients if instance.is_long_wait(p)]
    for stage, words, people in (
        ("p2_booked", "P2 patients", p2),
        ("long_waits_booked", f"patients who have waited {weeks} weeks or more", long),
    ):
        booked = sum(p in plan.list_of for p in people)
        left = [p for p in people if p in why and why[p].code not in READINESS_CODES]
        waiting = len(people) - booked - len(left)
        proof, proof_numbers = _gap_words(stages.get(stage), "such patients")
        named = ", ".join(f"{p} ({CODE_WORDS[why[p].code]})" for p in left[:_MOST_NAMED])
        more = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
        ready = f" Ready and not booked: {named}{more}." if left else ""
        numbers = {"patients": len(people), "booked": booked, "ready_not_booked": len(left), "not_ready": waiting}
        yield _tell(
            stage,
            f"{booked} of {len(people)} {words} are booked{proof}; {waiting} are not ready.{ready}",
            {**numbers, **proof_numbers},
            rule="T-24",
            where="not_booked.csv",
        )


def _waits_and_minutes(stages: Sequence[StageResult]) -> Iterator[Explanation]:
    words = {"weighted_wait": "points of waiting", "touch_minutes": "theatre minutes"}
    for stage in stages:
        if stage.name in words and stage.value is not None:
            proof, numbers = _gap_words(stage, words[stage.name])
            sentence = f"The plan books {stage.value:,.0f} {words[stage.name]}{proof}."
            yield _tell(stage.name, sentence, {"value": stage.value, **numbers}, rule="T-25", where="run.json stages")


def _gap_words(stage: StageResult | None, things: str) -> tuple[str, dict[str, Number]]:
    """How far a stage is from the best possible, as the end of a clause."""
    if stage is None or stage.value is None:
        return "", {}
    if stage.bound is None:
        return ", and no limit on what is possible was proved", {}
    kept = "" if stage.name == STAGES[0][0] else " that keeps the aims before it"
    more = max(0.0, stage.bound - stage.value)
    numbers: dict[str, Number] = {"at_most": stage.bound, "at_most_more": more}
    if more < 0.5:
        return f", and it is proved that no plan{kept} books more", numbers
    percent = round(100 * more / stage.value, 1) if stage.value else 100.0
    numbers["at_most_more_percent"] = percent
    return f", and no plan{kept} books over {more:,.0f} further {things} ({percent} %)", numbers


def _lists(plan: Plan) -> Iterator[Explanation]:
    found = {name: measure.value for name, measure in measures(plan).items()}
    if not found["lists_usable"]:
        return
    names = (
        "cases", "lists_usable", "lists_used", "cases_per_usable_list", "capped_utilisation_planned",
        "capped_utilisation_simulated", "overrun_probability_simulated", "overrun_probability_stressed_simulated",
    )  # fmt: skip
    yield _tell(
        "lists",
        f"{found['lists_used']:.0f} of {found['lists_usable']:.0f} usable lists carry {found['cases']:.0f} cases, "
        f"{found['cases_per_usable_list']:.2f} a list. Capped utilisation is "
        f"{_percent(found['capped_utilisation_planned'])} as planned and "
        f"{_percent(found['capped_utilisation_simulated'])} over simulated days; a list ends beyond the grace on "
        f"{_percent(found['overrun_probability_simulated'])} of days, and on "
        f"{_percent(found['overrun_probability_stressed_simulated'])} when slow days, late starts and uneven "
        "turnaround are simulated as well.",
        {name: found[name] for name in names},
        rule="T-09",
        where="lists.csv",
    )


def _best_that_can_be_reached(plan: Plan) -> Iterator[Explanation]:
    """85 % capped utilisation against the chance of finishing late, for a list of equal joints."""
    found = frontier(plan.instance)
    if found is None:
        return
    best, target, grace = found.under_rule, found.at_target, plan.instance.settings.overrun_grace_minutes
    sentence = (
        f"What {TARGET_SHARE:.0%} would take: under the overrun rule a list of {best.cases} equal joints in "
        f"{found.list_minutes} minutes tops out at {_percent(best.capped_utilisation)} capped utilisation "
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
    if target is not None:
        sentence += (
            f"; {TARGET_SHARE:.0%} takes {target.mean_minutes} minutes each, and such a list ends late on "
            f"{_percent(target.any_late_probability)} of days, by more than {grace} minutes on "
            f"{_percent(target.late_probability)}"
        )
        numbers |= {
            "target_mean_minutes": target.mean_minutes,
            "target_any_late_probability": target.any_late_probability,
            "target_late_probability": target.late_probability,
        }
    yield _tell("best_that_can_be_reached", f"{sentence}.", numbers, rule="T-09", where="lists.csv")


def _beds(plan: Plan, why: Mapping[str, Reason]) -> Iterator[Explanation]:
    nights = tightest_nights(plan)
    if not nights:
        return
    first, short = nights[0], sum(night.beds_open - night.at_quantile < 1.0 for night in nights)
    people = _count(why, "beds")
    yield _tell(
        "beds",
        f"Beds are tightest on {day_text(first.date)}: {first.at_quantile:.1f} of {first.beds_open} at the "
        f"{plan.instance.settings.bed_quantile_share:.0%} level ({first.expected:.1f} expected). On {short} of "
        f"{len(nights)} nights less than one bed is spare{_people_words(people, 'a bed more')}.",
        {"at_quantile": first.at_quantile, "beds_open": first.beds_open, "expected": first.expected,
         "nights_with_less_than_one_spare": short, "nights": len(nights), "patients_for_want_of_a_bed": people},
        rule="T-12",
        where=f"beds.csv {first.date}",
    )  # fmt: skip


def _kit(plan: Plan, why: Mapping[str, Reason]) -> Iterator[Explanation]:
    people = _count(why, "kit")
    for use in sorted(kit_use(plan), key=lambda u: (-u.days_used_up, u.kit_id)):
        if use.days_used_up:
            name = plan.instance.kit[use.kit_id].name
            yield _tell(
                f"kit_{use.kit_id}",
                f"{name}: all {use.uses_a_day} uses are taken on {use.days_used_up} of {use.days} days, first on "
                f"{day_text(use.busiest_day)}{_people_words(people, 'more kit')}.",
                {"uses_a_day": use.uses_a_day, "days_used_up": use.days_used_up, "days": use.days,
                 "patients_for_want_of_kit": people},
                rule="T-13",
                where="theatre_lists.csv",
            )  # fmt: skip


def _machines(plan: Plan, why: Mapping[str, Reason]) -> Iterator[Explanation]:
    machines, most = plan.instance.settings.image_intensifiers, most_machines_at_once(plan)
    people = _count(why, "image_intensifier")
    if most >= machines and most:
        yield _tell(
            "image_intensifiers",
            f"At the busiest moment all {machines} image intensifiers are in use{_people_words(people, 'one more')}.",
            {"machines": machines, "patients_for_want_of_one": people},
            rule="T-14",
            where="theatre_lists.csv",
            headline=people > 0,
        )


def _tests(plan: Plan, why: Mapping[str, Reason]) -> Iterator[Explanation]:
    """The tests and weeks in which hardly a place is left."""
    full: dict[str, list[str]] = {}
    for week in test_weeks(plan):
        if week.places and week.taken_share >= _FULL_SHARE:
            full.setdefault(week.test_id, []).append(f"{day_text(week.week)} ({week.taken} of {week.places})")
    names = {test_id: plan.instance.tests[test_id].name for test_id in full}
    people = _count(why, "test_slots") + _count(why, "tests_not_in_time")
    short = f"patients not booked only for want of tests in time: {people}" if people else ""
    weeks = ", ".join(f"{names[test_id]} in {len(found)}" for test_id, found in full.items())
    used = f"Hardly a place is left, by weeks: {weeks}" if full else ""
    if short or used:
        numbers = {"patients": people, **{f"full_weeks_{test_id}": len(found) for test_id, found in full.items()}}
        sentence = f"{'; '.join(part for part in (used, short) if part)}."
        yield _tell("tests", sentence, numbers, rule="T-18", where="cdc_appointments.csv")
    for test_id, found in full.items():
        yield _tell(
            f"tests_{test_id}",
            f"{names[test_id]}: hardly a place is left in the weeks of {', '.join(found)}.",
            {"weeks": len(found)},
            rule="T-18",
            where="cdc_appointments.csv",
            headline=False,
        )


def _not_booked(why: Mapping[str, Reason]) -> Iterator[Explanation]:
    """How many patients are not booked for which reason."""
    not_ready = Counter(reason.code for reason in why.values() if reason.code in READINESS_CODES)
    ready = Counter(reason.code for reason in why.values() if reason.code not in READINESS_CODES)
    for name, words, counts in (
        ("not_booked_ready", "ready and not booked", ready),
        ("not_booked_not_ready", "not ready", not_ready),
    ):
        if counts:
            most_first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            parts = ", ".join(f"{CODE_WORDS[code]} {number}" for code, number in most_first)
            sentence = f"Patients {words}: {counts.total()} ({parts})."
            yield _tell(name, sentence, dict(most_first), rule="T-24", where="not_booked.csv")


def _pooling(why: Mapping[str, Reason]) -> Iterator[Explanation]:
    """What naming one surgeon costs: patients for whom there is room with another one today."""
    people = sum(
        any(isinstance(edit, Change) and edit.column == "surgeon_choice" for help in r.helps for edit in help.edits)
        for r in why.values()
        if r.code not in READINESS_CODES
    )
    if people:
        yield _tell(
            "pooling",
            f"Ready patients not booked who would find room, each taken alone, with another surgeon: {people}.",
            {"patients": people},
            rule="T-04",
            where="not_booked.csv",
        )


def _person(reason: Reason) -> Explanation:
    return Explanation(
        id=f"not_booked_{reason.patient_id}",
        rule=reason.rules[0] if reason.rules else "T-24",
        sentence=f"{reason.patient_id}: {reason.sentence} What would help: {reason.what_would_help}",
        numbers={"reason_code": reason.code, "rules": ", ".join(reason.rules)},
        where=f"not_booked.csv {reason.patient_id}",
    )


def _tell(
    name: str,
    sentence: str,
    numbers: Mapping[str, Number],
    *,
    rule: str,
    where: str,
    headline: bool = True,
) -> Explanation:
    rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in numbers.items()}
    return Explanation(name, rule, sentence, rounded, where, headline)


def _count(why: Mapping[str, Reason], code: str) -> int:
    return sum(reason.code == code for reason in why.values())


def _people_words(people: int, what: str) -> str:
    if not people:
        return ""
    return f"; {people} patient{'s' if people > 1 else ''} would be booked, each taken alone, with {what}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
