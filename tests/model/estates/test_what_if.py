"""Test this hand-back: a verdict, a day, the rule by name, pounds by month, and a proof."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import pytest

from models.estates.entities import Occupation, Suite
from models.estates.hand_back import suite_facts
from models.estates.instance import EstatesInstance
from models.estates.ledger import npv_cost_gbp
from models.estates.needs import kinds_of
from models.estates.plan import Plan
from models.estates.rules import id_and_name
from models.estates.tables_of.money import cashflow
from models.estates.what_if import Answer, Order, WhatIf
from models.estates.what_if.break_even import break_evens
from models.estates.what_if.details import Details
from models.estates.what_if.effects import added_minutes, cash_by_year, moves
from models.estates.what_if.instead import later_words
from models.estates.what_if.months import payback, saved_by_month
from models.estates.what_if.notice import evidence, missing, notice_by, statements
from models.estates.what_if.proof import proof_of, proof_words
from models.estates.what_if.telling import first_words, fuller_words
from models.shared.calendar import financial_year_of
from models.shared.problem import SolveOptions
from nwl_opt.estates.testing import final_details, may_be_proved
from tests.estates_small import area, estate, plan_of, site, solved, suite
from tests.model.estates.plans import shipped_plan
from tests.model.estates.test_hand_solved_uses import CLOSES, practice

pytestmark = pytest.mark.model

OCTOBER = dt.date(2026, 10, 1)
APRIL = dt.date(2026, 4, 1)


def _two_floors(people: int, **changes: object) -> EstatesInstance:
    return estate([site("A")], [suite("A-0", surplus_declared=False), suite("A-1", **changes)], [area("a", people)])


def _asked(instance: EstatesInstance, day: dt.date, *suites: str) -> tuple[WhatIf, Answer]:
    what_if = WhatIf(instance, plan_of(instance, solved(instance)))
    return what_if, what_if.repair([Order(one, day) for one in suites])


def _said(answer: Answer, what_if: WhatIf) -> str:
    return " ".join(one.sentence for one in first_words(Details(what_if, answer)))


def test_a_floor_nobody_needs_goes_when_its_notice_has_run_and_pays_back_in_6_over_a_months() -> None:
    """4,000 people need two of the four rooms. Half of £24,000 is paid, four fifths of £2,000 a month saved.

    12,000 / 1,600 = 7.5 = 6 / 0.8 months: after eight months, at the end of May 2027, it is ahead for good.
    At the worst 12,000 - 1,600 = £10,400 is out of pocket, at the end of October.
    """
    what_if, answer = _asked(_two_floors(4000), APRIL, "A-1")
    assert (answer.verdict, answer.day) == ("later", OCTOBER)
    assert [(one.rule, one.from_day) for one in answer.refusals] == [("E-18", OCTOBER)]
    assert answer.after is not None and answer.already == {"A-1": OCTOBER}
    back = payback(answer.without, answer.after)
    assert (back.month, back.months, back.most_out_gbp) == (dt.date(2027, 5, 1), math.ceil(6 / 0.8), 10_400)
    assert "as the plan does already. All figures compare with the same plan without" in _said(answer, what_if)


def test_a_floor_above_cannot_be_kept_for_the_people_of_the_floor_asked_for() -> None:
    """8,000 people need four of six rooms, so the top floor goes. It must go before the floor asked for (E-19): once
    it was taken to be kept for those people instead, and the answer was a no without any rule."""
    floors = [suite("A-0", surplus_declared=False), suite("A-1", floor=1), suite("A-2", floor=2)]
    what_if, answer = _asked(estate([site("A")], floors, [area("a", 8000)]), OCTOBER, "A-1")
    assert set(what_if.plan.hand_backs) == {"A-2"}
    assert answer.verdict == "no" and answer.shortages and may_be_proved(answer)
    assert "Not enough rooms" in _said(answer, what_if)


def test_rooms_that_a_conversion_makes_go_with_their_suite() -> None:
    case = shipped_plan("each_rule")
    plan = plan_of(case.instance, case.outcome)
    made = [one for one in case.instance.conversions if one.conversion_id in plan.conversions]
    assert made
    for one in made:
        assert one.to_room_type in kinds_of(plan, [one.suite_id])


def test_cash_by_month_is_the_cashflow_to_the_pound() -> None:
    """24,000 - 4,800 a year less, after £12,000 once; the first year has six months of it."""
    _, answer = _asked(_two_floors(4000), OCTOBER, "A-1")
    assert answer.after is not None
    years = cash_by_year(cashflow(answer.without), cashflow(answer.after))
    assert [year.icb_saved_gbp for year in years] == [9_600 - 12_000, 19_200, 19_200]
    assert sum(saved_by_month(answer.without, answer.after).values()) == sum(year.icb_saved_gbp for year in years)


@pytest.mark.parametrize("change", ["hand_backs", "open_space", "conversions", "closures"])
def test_cash_by_month_holds_every_kind_of_change(change: str) -> None:
    """A proof may also offer a suite, convert rooms or close premises: once these were counted as hand-backs, or not
    at all, and the month of payback was wrong. Year by year the months sum to the cashflow, but for rounding."""
    case = shipped_plan("each_rule")
    plan = plan_of(case.instance, case.outcome)
    assert getattr(plan, change)
    bare = replace(plan, hand_backs={}, open_space={}, conversions={}, closures={})
    changed = replace(bare, **{change: getattr(plan, change)})
    by_month = saved_by_month(bare, changed)
    years = cash_by_year(cashflow(bare), cashflow(changed))
    assert any(year.icb_saved_gbp for year in years)
    for year in years:
        months = [gbp for month, gbp in by_month.items() if financial_year_of(month) == year.year]
        assert float(sum(months)) == pytest.approx(year.icb_saved_gbp, abs=len(case.instance.suites))


@pytest.mark.parametrize(("share", "months"), [(0.5, 12), (0.8, 8), (1.0, 6)])
def test_payback_of_part_of_a_freehold_is_6_over_the_avoidable_share(share: float, months: int) -> None:
    instance = estate([site("A")], [suite("A-0", surplus_declared=False), suite("A-1")], [area("a", 4000)],
                      avoidable_share_part=share)  # fmt: skip
    _, answer = _asked(instance, OCTOBER, "A-1")
    assert answer.after is not None
    assert payback(answer.without, answer.after).months == months


def test_a_whole_freehold_is_paid_back_in_three_months() -> None:
    """A quarter of the charge is paid, all of it saved: 6,000 / 2,000 = 3 months."""
    instance = estate([site("A"), site("B")], [suite("A-0", surplus_declared=False), suite("B-0")], [area("a", 4000)])
    _, answer = _asked(instance, OCTOBER, "B-0")
    assert answer.after is not None and answer.order.dates == {"B-0": OCTOBER}
    assert payback(answer.without, answer.after).months == 3


@pytest.mark.parametrize(("lease_end", "pays"), [(dt.date(2027, 6, 1), False), (dt.date(2029, 3, 31), True)])
def test_a_lease_with_eight_months_left_loses_money_against_its_end(lease_end: dt.date, pays: bool) -> None:
    """Eight months before the end all of the rest is paid and only a = 0.8 of it saved: waiting for the end is
    cheaper. With 30 months left twelve are paid and 24 saved."""
    instance = estate(
        [site("A", tenure="nhsps_leasehold")],
        [suite("A-0", surplus_declared=False), suite("A-1", lease_end=lease_end)],
        [area("a", 4000)],
    )
    what_if = WhatIf(instance, plan_of(instance, solved(instance)))
    early, at_end = (what_if.repair([Order("A-1", day)]) for day in (OCTOBER, lease_end))
    assert early.after is not None and at_end.after is not None
    assert (npv_cost_gbp(early.after) < npv_cost_gbp(at_end.after)) is pays


def _emptying(*suites: Suite) -> EstatesInstance:
    """Area a, most deprived, is next to site A, area b next to site B 2 km east; B has room for both."""
    return estate(
        [site("A"), site("B", easting_m=502_000)],
        suites,
        [area("a", 4000, quintile=1), area("b", 4000, easting_m=502_000, quintile=5)],
    )


def test_a_hand_back_the_plan_makes_is_measured_against_the_plan_without_it() -> None:
    """Site A closes, its 4,000 people go 2 km to B. Without that all of them, and nobody else, would be at A.

    B's four rooms are used 16 hours a week without, 32 with: twice as full, in every period.
    """
    instance = _emptying(suite("A-0", rooms={"consulting": 2}), suite("B-0", rooms={"consulting": 4}))
    what_if, answer = _asked(instance, OCTOBER, "A-0")
    details = Details(what_if, answer)
    assert answer.verdict == "yes" and answer.after is what_if.plan and answer.already == {"A-0": OCTOBER}
    assert {(m.area_id, m.from_site, m.to_site) for m in details.moves} == {("a", "A", "B")}
    total = math.fsum(p.contacts for p in what_if.plan.contacts if p.area_id == "a" and p.site_id == "B")
    assert math.fsum(m.contacts for m in details.moves) == pytest.approx(total)
    minutes = what_if.network.minutes
    assert minutes["a", "B"] - minutes["a", "A"] == 11
    assert {(band.band, band.imd_quintile) for band in details.bands} == {("11 to 15 minutes more", 1)}
    weeks = [f for f in details.fullness if f.slot == "week" and f.site_id == "B"]
    assert weeks and all(
        f.used_with_share == pytest.approx(2 * (f.used_without_share or 0.0), rel=1e-6) for f in weeks
    )
    assert "elsewhere than without it" in _said(answer, what_if)
    assert [one.sentence for one in fuller_words(details)]
    found = {one.item: one.found for one in evidence(answer)}
    assert found["where patients go instead"] == "moves.csv and added_minutes.csv"


def test_a_part_of_a_building_that_closes_all_the_same_is_no_evidence_of_where_people_go() -> None:
    """The floor would go with its building in the same period: the tables are empty, the evidence is missing."""
    instance = _emptying(suite("A-0", rooms={"consulting": 2}), suite("A-1", rooms={"consulting": 2}), suite("B-0"))
    base = plan_of(instance, solved(instance))
    january = dt.date(2027, 1, 1)
    what_if = WhatIf(instance, replace(base, hand_backs={"A-0": january, "A-1": OCTOBER}))
    answer = what_if.repair([Order("A-1", OCTOBER)])
    details = Details(what_if, answer)
    assert answer.without.hand_backs == {"A-0": january, "A-1": january} and details.moves == ()
    assert "goes with its building on 1 January 2027 all the same" in _said(answer, what_if)
    assert "a test of the whole building tells" in _said(answer, what_if)
    assert {"where patients go instead"} <= {one.item for one in missing(evidence(answer))}


def test_people_are_missed_by_name_where_a_floor_is_needed() -> None:
    """8,000 people need four rooms: 32 hours a week; the floor that stays can take 16."""
    what_if, answer = _asked(_two_floors(8000), OCTOBER, "A-1")
    assert (answer.verdict, answer.after, answer.refusals) == ("no", None, ())
    (short,) = answer.shortages
    assert (short.areas, round(short.wanted_hours), round(short.held_hours)) == (("a",), 32, 16)
    assert answer.rules == ("E-05",)
    said = _said(answer, what_if)
    assert "No: Site A, Floor 1 cannot be handed back" in said and "Area a" in said and "32.0 hours" in said


def test_a_hand_back_waits_for_the_period_in_which_there_is_room() -> None:
    """Demand falls by half after 2026/27: the floor goes on the first day after its last busy period, not before."""
    falling = estate([site("A")], [suite("A-0", surplus_declared=False), suite("A-1")], [area("a", 8000)])
    less = falling.services[0].__class__(**{**vars(falling.services[0]), "growth_share_per_year": -0.5})
    instance = estate([site("A")], falling.suites, falling.areas, services=[less])
    _, answer = _asked(instance, OCTOBER, "A-1")
    assert (answer.verdict, answer.day, answer.refusals) == ("later", dt.date(2027, 4, 1), ())
    assert answer.shortages


def test_who_asks_for_the_middle_of_a_month_is_told_the_first_of_the_next_not_a_later_period() -> None:
    """A plan considers no 1 February: a test for 15 January once said `from 1 April 2027`, though February works."""
    what_if = WhatIf(_two_floors(4000), plan_of(_two_floors(4000), solved(_two_floors(4000))))
    middle = what_if.repair([Order("A-1", dt.date(2027, 1, 15))])
    february = dt.date(2027, 2, 1)
    assert (middle.verdict, middle.day) == ("later", february)
    assert [(one.rule, one.from_day) for one in middle.refusals] == [("E-18", february)]
    assert what_if.repair([Order("A-1", february)]).verdict == "yes"


def test_a_building_that_has_to_be_kept_is_told_with_all_its_suites() -> None:
    """Site A has three suites of 100 m2; once only the suite without which it cannot be open was counted."""
    suites = [suite("A-0", surplus_declared=False), suite("A-1"), suite("A-2")]
    what_if, answer = _asked(estate([site("A")], suites, [area("a", 8000)]), OCTOBER, "A-0")
    kept = [one for one in first_words(Details(what_if, answer)) if one.id == "estates.test.cost_of_keeping"]
    still = [one for one in suites if one.suite_id not in what_if.plan.hand_backs]
    assert answer.verdict == "no" and len(still) > 1
    assert kept[0].numbers["m2"] == sum(one.area_m2 for one in still)


def test_a_floor_below_takes_the_floor_above_with_it_and_a_core_suite_its_building() -> None:
    """E-19, E-20: nobody named A-2, nor B-1."""
    sites = [site("A"), site("B")]
    suites = [suite("A-0", surplus_declared=False), suite("A-1"), suite("A-2"), suite("B-0"), suite("B-1")]
    instance = estate(sites, suites, [area("a", 4000)])
    kept = Plan(instance, {}, plan_of(instance, solved(instance)).placements)
    what_if = WhatIf(instance, kept)
    below = what_if.repair([Order("A-1", OCTOBER)])
    assert (dict(below.order.added), below.verdict) == ({"A-2": "E-19"}, "yes")
    core = what_if.repair([Order("B-0", OCTOBER)])
    assert dict(core.order.added) == {"B-1": "E-20"}
    assert core.npv_against_plan_gbp is not None and core.npv_against_plan_gbp < 0


def test_a_suite_the_plan_hands_back_is_kept_where_the_order_needs_it() -> None:
    """Four rooms are needed of six. The plan gives up A-1; told to give up B-0 as well it keeps A-1 instead."""
    instance = estate(
        [site("A"), site("B")],
        [suite("A-0", surplus_declared=False), suite("A-1"), suite("B-0", rent_gbp=1_000)],
        [area("a", 8000)],
    )
    what_if = WhatIf(instance, plan_of(instance, solved(instance)))
    assert set(what_if.plan.hand_backs) == {"A-1"}
    answer = what_if.repair([Order("B-0", OCTOBER)])
    assert (answer.verdict, answer.stays) == ("yes", ("A-1",))
    assert answer.npv_against_plan_gbp is not None and answer.npv_against_plan_gbp > 0
    moved = moves(what_if.plan, answer.after) if answer.after is not None else ()
    assert {(one.from_site, one.to_site) for one in moved} == {("B", "A")}
    assert {band.band for band in added_minutes(what_if.network, moved)} == {"no further"}
    assert "would have to be kept" in _said(answer, what_if)


REFUSED = {
    "E-09": "void_payer-1",
    "E-10": "not_surplus-1",
    "E-12": "not_self_contained-1",
    "E-13": "under_100_m2-1",
    "E-14": "gp_premises-1",
    "E-15": "pfi-1",
    "E-16": "onerous_lease-1",
    "E-17": "lift-1",
    "E-24": "xray-1",
    "E-25": "kept_by_order-1",
}


@pytest.fixture(scope="module")
def each_rule() -> WhatIf:
    held = shipped_plan("each_rule")
    return WhatIf(held.instance, plan_of(held.instance, held.outcome))


@pytest.mark.parametrize("rule", sorted(REFUSED))
def test_a_suite_that_may_not_go_is_refused_by_the_name_of_its_rule(each_rule: WhatIf, rule: str) -> None:
    answer = each_rule.repair([Order(REFUSED[rule], OCTOBER)])
    assert (answer.verdict, answer.after, {one.rule for one in answer.refusals}) == ("no", None, {rule})
    assert all(one.why and one.change for one in answer.refusals)
    said = _said(answer, each_rule)
    assert id_and_name(rule) in said and "What would change it" in said


def test_ninety_square_metres_are_told_as_such(each_rule: WhatIf) -> None:
    answer = each_rule.repair([Order("under_100_m2-1", OCTOBER)])
    assert answer.refusals[0].why == "90 m2, 100 needed"


@pytest.mark.parametrize(
    ("rule", "suite_id"),
    [("E-22", "far_village_clinic-0"), ("E-35", "core20_village_clinic-0"), ("E-36", "presence_village_clinic-0"),
     ("E-37", "reception-1"), ("E-07", "monday_morning-1")],
)  # fmt: skip
def test_access_slots_boroughs_and_neighbours_refuse_by_name(each_rule: WhatIf, rule: str, suite_id: str) -> None:
    answer = each_rule.repair([Order(suite_id, dt.date(2027, 4, 1))])
    assert answer.verdict == "no" and rule in answer.rules and not answer.refusals


def test_a_closed_list_without_a_room_is_a_reason_by_name() -> None:
    """The rooms of one floor do not hold the list of a practice that has closed. The flow of areas does not see
    lists: the answer once was a bare no, and was never proved."""
    instance = replace(_two_floors(0), premises=(practice("P", list_size=2_000, instruction="close", **CLOSES),))
    what_if, answer = _asked(instance, OCTOBER, "A-1")
    assert (answer.verdict, answer.rules) == ("no", ("E-38",))
    assert may_be_proved(answer) and "E-38 GP lists dispersed" in _said(answer, what_if)


def test_an_occupier_who_leaves_moves_the_day(each_rule: WhatIf) -> None:
    """E-11: the provider of the top floor stays until 1 April 2030."""
    answer = each_rule.repair([Order("floor_above-1", OCTOBER)])
    assert (answer.verdict, answer.day) == ("later", dt.date(2030, 4, 1))
    assert {(one.rule, one.from_day) for one in answer.refusals} == {("E-11", dt.date(2030, 4, 1))}


def test_the_proof_confirms_the_first_answer_and_no_plan_is_below_its_bound() -> None:
    instance = estate(
        [site("A"), site("B")],
        [suite("A-0", surplus_declared=False), suite("A-1"), suite("B-0", rent_gbp=1_000)],
        [area("a", 8000)],
    )
    what_if = WhatIf(instance, plan_of(instance, solved(instance)))
    order = [Order("B-0", OCTOBER)]
    answer, proved = what_if.repair(order), what_if.prove(order, SolveOptions())
    bound = next(stage.bound for stage in proved.outcome.stages if stage.name == "npv_cost")
    assert answer.after is not None and proved.plan is not None and bound is not None
    assert bound <= npv_cost_gbp(proved.plan) + 1 <= npv_cost_gbp(answer.after) + 2
    proof = proof_of(answer, proved.plan, proved.outcome.stages, proved.outcome.status, ())
    assert proof.confirms and not proof.is_impossible
    assert "The first answer is confirmed." in [one.sentence for one in proof_words(proof)]


def test_a_proved_yes_does_not_say_that_rooms_are_missing() -> None:
    """Four rooms of six are needed, and the dear building B goes. Asked for A-1, the first answer is no: B is gone.

    The proof keeps B instead; its yes once stood beside `Not enough rooms on that day` of the first answer.
    """
    sites, suites = [site("A"), site("B")], [suite("A-0", surplus_declared=False), suite("A-1"),
                                             suite("B-0", rent_gbp=30_000)]  # fmt: skip
    what_if, answer = _asked(estate(sites, suites, [area("a", 8000)]), OCTOBER, "A-1")
    assert set(what_if.plan.hand_backs) == {"B-0"} and answer.verdict == "no" and answer.shortages
    proved = what_if.prove([Order("A-1", OCTOBER)], SolveOptions())
    proof = proof_of(answer, proved.plan, proved.outcome.stages, proved.outcome.status, ())
    final = final_details(Details(what_if, answer), proof)
    said = " ".join(one.sentence for one in [*first_words(final), *proof_words(proof)])
    assert final.answer.verdict == "yes" and "Not enough rooms" not in said and not final.answer.rules
    assert "The first answer was no" in said


def test_a_proof_says_how_many_would_have_no_room() -> None:
    """16 of 32 hours a week: 4,000 contacts a year in each of the years 2026/27 (weight 1) and 2027/28 (weight 2)."""
    what_if, answer = _asked(_two_floors(8000), OCTOBER, "A-1")
    proved = what_if.prove([Order("A-1", OCTOBER)], SolveOptions())
    proof = proof_of(answer, proved.plan, proved.outcome.stages, proved.outcome.status, ())
    assert proof.is_impossible and proof.confirms and proof.leaves_more_unmet
    assert [one.sentence for one in proof_words(proof)] == [
        "Proved: whatever else is changed, 12,000 contacts more would have no room over the plan."
    ]


def test_break_even_values_stand_where_the_answer_turns(each_rule: WhatIf) -> None:
    """Every value told is one at which it still holds, and the next step beyond it is not."""
    instance = _two_floors(4000)
    what_if, answer = _asked(instance, OCTOBER, "A-1")
    share = next(one for one in break_evens(answer, what_if.space) if "charge" in one.what)
    # 12,000 once, then 24,000 a x 2.5 years: it pays from a = 0.2 on.
    assert share.holds_now and share.least == pytest.approx(0.2, abs=0.0015) and share.most is None
    monday = each_rule.repair([Order("monday_morning-1", dt.date(2027, 4, 1))])
    virtual, minutes, _ = break_evens(monday, each_rule.space)
    assert not virtual.holds_now and virtual.least is not None and virtual.least > virtual.now
    assert minutes.most is not None and minutes.most < minutes.now


def test_better_ways_are_told() -> None:
    """Asked for April 2028, the best other day is the first possible one; the floor next door could go as well."""
    instance = estate([site("A"), site("B")],
                      [suite("A-0", surplus_declared=False), suite("A-1"), suite("B-0", surplus_declared=False),
                       suite("B-1")], [area("a", 4000)])  # fmt: skip
    kept = Plan(instance, {}, plan_of(instance, solved(instance)).placements)
    what_if = WhatIf(instance, kept)
    details = Details(what_if, what_if.repair([Order("A-1", dt.date(2028, 4, 1))]))
    assert details.other_day is not None and details.other_day.order.day == OCTOBER
    assert details.other_suites.best is not None and dict(details.other_suites.best.order.dates) == {"B-1": OCTOBER}
    assert details.other_suites.best.npv_against_plan_gbp == pytest.approx(12_000 - 19_200 * 2.5)
    assert any("best other day is 1 October 2026" in one.sentence for one in later_words(details))


def test_a_suite_the_rules_let_go_but_people_need_is_named_as_such() -> None:
    """Three rooms are needed of four: A-1 could go by the rules, and so could nothing else."""
    instance = replace(_two_floors(8000), areas=(area("a", 6000),))
    instance = replace(instance, suites=(*instance.suites, suite("B-0", rooms={})), sites=(site("A"), site("B")))
    what_if, answer = _asked(instance, OCTOBER, "B-0")
    details = Details(what_if, answer)
    assert (details.other_suites.best, details.other_suites.needed) == (None, ("A-1",))
    said = " ".join(one.sentence for one in later_words(details))
    assert "these could go, but people need their rooms: Site A, Floor 1." in said


def test_the_notice_says_what_it_needs_and_what_is_missing() -> None:
    """Six months' notice for 1 October 2026 is given on 1 April at the latest; debts are in no table."""
    leaves = Occupation("o", "A-1", "Provider", 50, "provider", dt.date(2026, 9, 1))
    instance = estate([site("A")], [suite("A-0", surplus_declared=False), suite("A-1")], [area("a", 4000)],
                      occupations=[leaves])  # fmt: skip
    _, answer = _asked(instance, OCTOBER, "A-1")
    said = {one.field: one.value for one in statements(answer)}
    assert said["area"] == "200 m2" and said["whole or part"] == "part of the building"
    assert said["handed back on"] == "1 October 2026" and said["vacating payment expected"] == "£12,000"
    assert notice_by(suite_facts(instance)["A-1"], OCTOBER) == APRIL
    found = evidence(answer)
    needed = {one.item for one in missing(found)}
    assert {"no debt to the owner", "plan of the space", "Provider leaves"} <= needed
    assert {one.item for one in found} - needed >= {"area", "own entrance and services", "empty on the day"}
