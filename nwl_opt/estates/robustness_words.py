"""A study of robustness in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

from models.estates.instance import EstatesInstance
from models.estates.robustness.futures import AS_PLANNED
from models.estates.robustness.regret import NOTHING_CHANGES, SAVED, RivalPlan
from models.estates.robustness.study import Study, in_words, titles
from models.estates.robustness.switching import End, SwitchingValue
from models.estates.words import day_words, gbp_words, list_words, percent_words


def study_sentences(study: Study, instance: EstatesInstance) -> tuple[str, ...]:
    """What an estates lead wants to know, most important first."""
    return (*_most(study), *_in_futures(study), *_least(study), *_switching(study), *_completion(study, instance))


def plan_words(plan: RivalPlan, study: Study) -> str:
    """A plan as people call it."""
    if plan.name == SAVED:
        return "the saved plan"
    if plan.name == NOTHING_CHANGES:
        return "today's estate"
    if AS_PLANNED in plan.best_in:
        return "the plan best as things stand"
    return f"the plan best if {titles(study.table)[plan.best_in[0]]}"


def _most(study: Study) -> Iterator[str]:
    most = study.ceiling
    yield (
        f"The most the programme can save by rooms: {most.rooms_beyond:,} rooms beyond need x "
        f"{gbp_words(most.charge_per_room_gbp)} each = {gbp_words(most.rooms_gbp_per_year)} a year; suites that may "
        f"be handed back at all cost the ICB {gbp_words(most.eligible_gbp_per_year)} a year that would end."
    )
    if most.bound_gbp is not None and most.plan_gbp is not None:
        share = "" if most.reached_share is None else f", {percent_words(most.reached_share)} of that"
        yield (
            f"No plan that leaves as few without a room saves more than {gbp_words(most.bound_gbp)} at net present "
            f"value (proven); {plan_words(study.plan, study)} saves {gbp_words(most.plan_gbp)}{share}."
        )


def _in_futures(study: Study) -> Iterator[str]:
    one, table = study.table.standing(study.plan.name), study.table
    count = len(table.bests)
    fits = count - len(one.short_in) - len(one.impossible_in)
    name = _capital(plan_words(study.plan, study))
    yield (
        f"{name} fits {fits} of {count} futures: it leaves nobody without a room who could have one, and costs at "
        f"most {gbp_words(one.worst_npv_above_gbp)} more than the best there."
    )
    for future in one.short_in:
        regret = table.of(study.plan.name, future)
        yield (
            f"If {titles(table)[future]}, it leaves {regret.unmet_above or 0.0:,.0f} contacts over the whole plan "
            "without a room that another plan would place."
        )
    if one.impossible_in:
        yield f"Its rules cannot hold if {list_words(in_words(one.impossible_in, table), most=9)}."


def _least(study: Study) -> Iterator[str]:
    table, least = study.table, study.table.least
    plan = next(one for one in table.plans if one.name == least.plan)
    worst = f"at worst {gbp_words(least.worst_npv_above_gbp)} above the best"
    if least.worst_npv_future:
        worst += f" (if {titles(table)[least.worst_npv_future]})"
    people = (
        f"{least.worst_unmet_above:,.0f} contacts too many without a room" if least.short_in else "nobody worse off"
    )
    yield (
        f"Least maximum regret, people before pounds: {plan_words(plan, study)} ({len(plan.hand_backs)} suites "
        f"handed back), {people} in any future, {worst}."
    )
    if plan.name != study.plan.name and study.break_even_gbp is not None:
        yield (
            f"Where contacts are priced, {plan_words(study.plan, study)} has the smaller maximum regret only as long "
            f"as a contact without a room costs less than £{study.break_even_gbp:,.2f}."
        )


def _switching(study: Study) -> Iterator[str]:
    for value in study.switching:
        ends = [_end(value, "below", value.down), _end(value, "above", value.up)]
        told = [text for text in ends if text]
        one = value.assumption
        if told:
            yield f"{_capital(one.title)}, planned {shown(value.planned, one.unit)}: {'; '.join(told)}."
        else:
            low, high = shown(one.low, one.unit), shown(one.high, one.unit)
            yield f"{_capital(one.title)}: the plan holds anywhere between {low} and {high}."


def _end(value: SwitchingValue, way: str, end: End) -> str:
    if end.fails_at is None:
        return ""
    unit = value.assumption.unit
    today = (
        ", and today's estate would be too small as well" if end.today_too and end.gives.startswith("E-06") else ""
    )
    return f"holds down to {shown(end.holds_at, unit)}, {way} it {_gives(end)}{today}" if way == "below" else (
        f"holds up to {shown(end.holds_at, unit)}, {way} it {_gives(end)}{today}"
    )  # fmt: skip


def _gives(end: End) -> str:
    why = {"E-06": "rooms no longer suffice", "E-21": "a site has too few patients to open",
           "E-38": "closed GP lists find no room"}.get(end.gives[:4], "the rules cannot hold")  # fmt: skip
    return f"{why} ({end.gives})"


def shown(number: float, unit: str) -> str:
    """A number of an assumption with its unit."""
    if unit == "share":
        return percent_words(number)
    return f"{number:,.0f} {unit}" if abs(number) >= 1000 else f"{number:.1f} {unit}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _completion(study: Study, instance: EstatesInstance) -> Iterator[str]:
    done = study.completion
    expected = study.saving_gbp * done.share
    yield (
        f"Of {done.notices} notices {done.accepted} were accepted and {done.handed_back} completed by then "
        f"({percent_words(done.share)}). If no more complete here, the hand-backs are worth {gbp_words(expected)} "
        f"instead of {gbp_words(study.saving_gbp)} at net present value."
    )
    late = [one for one in study.hand_backs if one.most_months_late is not None]
    if late:
        first = min(late, key=lambda one: (one.most_months_late or 0, one.suite_id))
        suite, day = instance.suite(first.suite_id), first.option.date
        assert day is not None, "a hand-back has a day"
        yield (
            f"First to stop paying if late: {instance.site(first.site_id).name}, {suite.name} (planned for "
            f"{day_words(day)}), which pays up to {first.most_months_late} months late."
        )
