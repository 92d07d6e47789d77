"""Each hand-back of a plan: when, what it costs and saves, and why not sooner."""

from __future__ import annotations

from collections.abc import Iterator

from models.estates.explain.shortages import Needs, shortage_words
from models.estates.formulation.cash_rules import option_cost_gbp
from models.estates.formulation.choices import SuiteChoice, suite_choices
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.estates.savings import saving_of
from models.estates.words import day_words, tell
from models.shared.problem import Explanation

_EXTENT = {"whole": "with the whole building", "part": "as a part"}
_WORTH_SAYING_GBP = 100


def hand_backs(instance: EstatesInstance, plan: Plan) -> Iterator[Explanation]:
    """One sentence for each suite handed back, in order of the day; a second where it could have gone sooner."""
    choices = {choice.suite_id: choice for choice in suite_choices(instance)}
    needs = Needs(instance, plan)
    for suite_id, _ in sorted(plan.hand_backs.items(), key=lambda item: (item[1], item[0])):
        yield _one(instance, plan, choices[suite_id])
        yield from _not_sooner(plan, choices[suite_id], needs)


def _one(instance: EstatesInstance, plan: Plan, choice: SuiteChoice) -> Explanation:
    suite = choice.facts.suite
    option = plan.option(suite)
    assert option.date is not None, "only suites that go are explained here"
    stays = option_cost_gbp(instance, plan.cash_book, suite, Option(suite.suite_id, None, None))
    saving = saving_of(instance, plan.cash_book, suite, option)
    payback = "is never paid back" if saving.payback_months is None else "pays itself back in {payback:one} months"
    return tell(
        "estates.hand_back",
        "{site}, {suite}: hand back on {day} {extent}, {m2} m2. One-off {one_off:gbp}, then {yearly:gbp} a year "
        f"less; it {payback}. Net present saving {{npv:gbp}}.",
        {
            "m2": suite.area_m2,
            "one_off": saving.one_off_gbp,
            "yearly": saving.saved_gbp_per_year,
            "npv": stays - choice.costs_gbp[choice.options.index(option)],
            **({} if saving.payback_months is None else {"payback": saving.payback_months}),
        },
        rule="E-26",
        where=f"site_plan.csv, {suite.suite_id}",
        names={
            "site": choice.facts.site.name,
            "suite": suite.name,
            "day": day_words(option.date),
            "extent": _EXTENT[option.extent or "part"],
        },
    )


def _not_sooner(plan: Plan, choice: SuiteChoice, needs: Needs) -> Iterator[Explanation]:
    """Why a part is not handed back on a cheaper, earlier day: the last period before it goes needs its rooms."""
    suite = choice.facts.suite
    chosen = plan.option(suite)
    if chosen.extent != "part" or chosen.date is None:
        return
    cost = dict(zip(choice.options, choice.costs_gbp, strict=True))
    sooner = [
        option
        for option in choice.options
        if option.core_date == chosen.core_date
        and option.is_hand_back
        and option.date is not None
        and option.date < chosen.date
        and cost[option] < cost[chosen] - _WORTH_SAYING_GBP
    ]
    for option in sorted(sooner, key=lambda option: str(option.date), reverse=True):
        found = needs.first_shortage([suite.suite_id], option)
        if found is not None:
            sentence, numbers, names = shortage_words(needs.network, found)
            yield tell(
                "estates.not_sooner",
                "{site}, {suite}: not sooner, because " + sentence,
                numbers,
                rule="E-06",
                where=f"site_plan.csv, {suite.suite_id}",
                names={**names, "site": choice.facts.site.name, "suite": suite.name},
            )
            return
