"""What is recommended: the aims and how far they are from the best, the lists, the baselines, who is booked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from models.shared.problem import Explanation, Measure
from models.theatres.explain.telling import Number, gap_words, listed, percent, tell, whole
from models.theatres.fairness import Group, fairness
from models.theatres.measures.stages import stages as stage_measures
from models.theatres.output_tables import READINESS_CODES
from models.theatres.plan import Plan
from models.theatres.reasons import Reason
from models.theatres.rules import DAYS_UNTIL_DUE, LEAST_SHARE_PREFIX
from models.theatres.words import BASELINE_WORDS, CODE_WORDS, day_text
from solvers.types import StageResult

_MOST_NAMED, _OFFERS_NAMED = 3, 12


def recommended(
    plan: Plan,
    why: Mapping[str, Reason],
    stages: Sequence[StageResult],
    baselines: Mapping[str, Plan],
    figures: Mapping[str, Measure],
) -> Iterator[Explanation]:
    """The aims in their order, the lists, each baseline beside, and how evenly patients are booked."""
    by_name = {stage.name: stage for stage in stages}
    yield from _offers_not_kept(plan)
    yield from _promises(plan, by_name)
    yield from _people_first(plan, why, by_name)
    yield from _waits_and_minutes(plan, by_name)
    yield from _lists(figures)
    for name, other in baselines.items():
        yield _beside(plan, name, other)
    yield from _evenly(plan)


def _offers_not_kept(plan: Plan) -> Iterator[Explanation]:
    """Patients whose offered date is not kept although no change was named for them, before all else."""
    instance = plan.instance
    offered = {p: at for p, (at, state) in instance.movable_bookings.items() if state == "offered"}
    not_kept = []
    for patient_id, list_id in sorted(offered.items()):
        day, after = instance.lists[list_id].date, plan.list_of.get(patient_id)
        now = None if after is None else instance.lists[after].date
        if now != day and patient_id not in instance.named_changes:
            became = "given up" if now is None else f"now {day_text(now)}"
            not_kept.append(f"{patient_id} ({day_text(day)}, {became})")
    if not_kept:
        more = len(not_kept) - _OFFERS_NAMED
        named = [*not_kept[:_OFFERS_NAMED], *([f"{more} more"] if more > 0 else [])]
        one = len(not_kept) == 1
        yield tell(
            "offers_not_kept",
            f"{len(not_kept)} of {len(offered)} offered dates {'is' if one else 'are'} NOT kept: {listed(named)}. An "
            "offer is a letter the patient has: what must stay, make agreed in the run that offered it "
            "(nwl-opt theatres agree RUN PATIENT --state agreed --out NEW) and solve from there.",
            {"offered": len(offered), "not_kept": len(not_kept)},
            rule="T-40",
            where="changes.csv",
        )


def _promises(plan: Plan, stages: Mapping[str, StageResult]) -> Iterator[Explanation]:
    """Dates set before: those due, those that may move, least shares per trust."""
    instance, values = plan.instance, stage_measures(plan)
    due = [p for p, patient in instance.patients.items() if patient.due_by is not None]
    if due:
        met = int(values["due_dates_met"].value)
        proof, numbers = gap_words(stages.get("due_dates_met"), "of them by it")
        yield tell(
            "due_dates_met",
            f"{met} of {len(due)} patients with a due date ({DAYS_UNTIL_DUE} days after a cancellation or a P2 "
            f"referral) are booked by it{proof}.",
            {"patients": len(due), "met": met, **numbers},
            rule="T-38",
            where="theatre_lists.csv",
        )
    trusts = {name.removeprefix(LEAST_SHARE_PREFIX): m for name, m in values.items() if LEAST_SHARE_PREFIX in name}
    if trusts:
        share = instance.settings.least_trust_share
        parts = listed([f"{trust} {m.value:.0f}" for trust, m in trusts.items()])
        yield tell(
            "least_shares",
            f"Booked first, so that of each trust {whole(share)} of ready patients are: {parts}.",
            {trust: int(m.value) for trust, m in trusts.items()},
            rule="T-36",
            where="fairness.csv",
        )
    movable = instance.movable_bookings
    if movable:
        same = sum(plan.list_of.get(p) == at for p, (at, _) in movable.items())
        yield tell(
            "bookings_kept",
            f"{same} of {len(movable)} bookings of before that may move keep their list; no agreed date moves "
            "without a named change.",
            {"may_move": len(movable), "same_list": same},
            rule="T-40",
            where="changes.csv",
        )


def _people_first(plan: Plan, why: Mapping[str, Reason], stages: Mapping[str, StageResult]) -> Iterator[Explanation]:
    """P2 and long waiters: booked, how many more could be, left though ready, not ready."""
    instance = plan.instance
    weeks = instance.settings.long_wait_weeks
    groups = {
        "p2_booked": ("P2 patients", [p for p, one in instance.patients.items() if one.priority == "P2"]),
        "long_waits_booked": (
            f"patients who have waited {weeks} weeks or more",
            [p for p in instance.patients if instance.is_long_wait(p)],
        ),
        "long_waits_at_end_booked": (
            f"patients who would have waited {weeks} weeks when the horizon ends",
            [p for p in instance.patients if instance.is_long_wait_at_end(p)],
        ),
    }
    for stage, (words, people) in groups.items():
        booked = sum(p in plan.list_of for p in people)
        left = [p for p in people if p in why and why[p].code not in READINESS_CODES]
        waiting = len(people) - booked - len(left)
        proof, proof_numbers = gap_words(stages.get(stage), "such patients")
        ready = f" {_left_words(why, left)}" if left and stage != "long_waits_at_end_booked" else ""
        numbers = {"patients": len(people), "booked": booked, "ready_not_booked": len(left), "not_ready": waiting}
        yield tell(
            stage,
            f"{booked} of {len(people)} {words} are booked{proof}; {waiting} are not ready.{ready}",
            {**numbers, **proof_numbers},
            rule="T-24",
            where="not_booked.csv",
        )


def _left_words(why: Mapping[str, Reason], left: Sequence[str]) -> str:
    named = ", ".join(f"{p} ({CODE_WORDS[why[p].code]})" for p in left[:_MOST_NAMED])
    more = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
    return f"Ready and not booked: {named}{more}."


def _waits_and_minutes(plan: Plan, stages: Mapping[str, StageResult]) -> Iterator[Explanation]:
    """Points of waiting and theatre minutes, with what is proved of each."""
    del plan
    words = {"weighted_wait": "points of waiting", "touch_minutes": "theatre minutes"}
    parts, numbers = [], dict[str, Number]()
    for name, things in words.items():
        stage = stages.get(name)
        if stage is not None and stage.value is not None:
            numbers[name] = stage.value
            if stage.bound is None:
                parts.append(f"{stage.value:,.0f} {things} (no limit on what is possible was proved)")
                continue
            more = max(0.0, stage.bound - stage.value)
            share = round(100 * more / stage.value, 1) if stage.value else 0.0
            numbers |= {f"{name}_at_most": stage.bound, f"{name}_at_most_more_percent": share}
            parts.append(f"{stage.value:,.0f} {things} (no plan has over {share} % more)")
    if parts:
        sentence = f"After that the plan books {' and '.join(parts)}, each aim kept while the next is improved."
        yield tell("weighted_wait", sentence, numbers, rule="T-25", where="run.json stages")


def _lists(figures: Mapping[str, Measure]) -> Iterator[Explanation]:
    found = {name: measure.value for name, measure in figures.items()}
    if not found["lists_usable"]:
        return
    names = (
        "cases", "lists_usable", "lists_used", "cases_per_usable_list", "capped_utilisation_planned",
        "capped_utilisation_simulated", "overrun_probability_simulated", "overrun_probability_stressed_simulated",
    )  # fmt: skip
    yield tell(
        "lists",
        f"{found['lists_used']:.0f} of {found['lists_usable']:.0f} usable lists carry {found['cases']:.0f} cases, "
        f"{found['cases_per_usable_list']:.2f} per usable list. Capped utilisation is "
        f"{percent(found['capped_utilisation_planned'])} as planned and "
        f"{percent(found['capped_utilisation_simulated'])} over simulated days; a list ends beyond the grace on "
        f"{percent(found['overrun_probability_simulated'])} of days, and on "
        f"{percent(found['overrun_probability_stressed_simulated'])} when slow days, late starts and uneven "
        "turnaround are rehearsed as well.",
        {name: found[name] for name in names},
        rule="T-37",
        where="lists.csv, rehearsal.csv",
    )


def _beside(plan: Plan, name: str, other: Plan) -> Explanation:
    """The plan beside one baseline: stage by stage, and where the baseline is ahead on a later one."""
    mine, theirs = stage_measures(plan), stage_measures(other)
    ahead = [
        f"{_aim_words(stage)} by {theirs[stage].value - mine[stage].value:,.0f}"
        for stage in mine
        if theirs[stage].value > mine[stage].value
    ]
    cases, more = len(other.bookings), len(plan.bookings) - len(other.bookings)
    first = next((stage for stage in mine if mine[stage].value != theirs[stage].value), None)
    since = (
        f", ahead first on {_aim_words(first)} ({mine[first].value:,.0f} against {theirs[first].value:,.0f})"
        if first is not None and mine[first].value > theirs[first].value
        else ""
    )
    lost = f". Behind it on later aims: {listed(ahead)}" if ahead else "; behind on nothing"
    numbers: dict[str, Number] = {"cases": cases, "cases_more": more}
    numbers |= {f"{stage}_more": mine[stage].value - theirs[stage].value for stage in mine}
    share = f" ({100 * more / cases:+.0f} %)" if cases else ""
    return tell(
        f"baseline_{name}",
        f"{BASELINE_WORDS.get(name, name)} books {cases} cases, this plan {len(plan.bookings)}{share}{since}{lost}.",
        numbers,
        rule="T-25",
        where=f"baselines/{name}",
    )


def _aim_words(stage: str) -> str:
    """An aim as it is said in the middle of a sentence."""
    return stage.replace("_", " ").replace("p2", "P2")


def _evenly(plan: Plan) -> Iterator[Explanation]:
    """Booked shares of ready patients: the widest difference between trusts, and between quintiles."""
    groups = list(fairness(plan))
    parts, numbers = [], dict[str, Number]()
    for kind, words in (("trust", "trusts"), ("quintile", "deprivation quintiles, 1 most deprived,")):
        own = [group for group in groups if group.kind == kind and group.ready]
        if own:
            low, high = min(own, key=_share), max(own, key=_share)
            parts.append(
                f"of {words} from {percent(low.booked_share)} ({low.value}) to {percent(high.booked_share)} "
                f"({high.value})"
            )
            numbers |= {f"{kind}_lowest_share": low.booked_share, f"{kind}_highest_share": high.booked_share}
    if parts:
        sentence = f"Booked of the ready patients: {'; '.join(parts)}."
        yield tell("fairness", sentence, numbers, rule="T-36", where="fairness.csv")


def _share(group: Group) -> tuple[float, str]:
    return group.booked_share, group.value
