"""What a suite is in each period under each use, on which days a use may begin, and what each costs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models.estates.cash import CashBook
from models.estates.entities import Conversion, Occupation, Period
from models.estates.formulation.choices import SuiteChoice, suite_choices
from models.estates.formulation.hand_back_rules import OPTION_RULES, allowed
from models.estates.hand_back import Option, all_options, suite_facts, works_dates
from models.estates.instance import EstatesInstance
from tests.estates_small import area, estate, site, suite

pytestmark = pytest.mark.unit

D = dt.date
PERIODS = (Period("2026/27", 1, 1.0), Period("2027/28", 1, 1.0), Period("2028/29", 2, 1.0))
OFFICES = Conversion("offices", "A-1", "office", 2, "consulting", 1, D(2026, 6, 15), 6, 0)


def _estate(*conversions: Conversion, **own: object) -> EstatesInstance:
    changes: dict[str, object] = {"rooms": {"office": 3}, "open_space_from": D(2026, 6, 15), **own}
    suites = [suite("A-0", surplus_declared=False), suite("A-1", **changes)]
    instance = estate([site("A")], suites, [area("a", 10)], periods=PERIODS)
    return replace(instance, conversions=conversions)


@pytest.mark.parametrize(
    ("day", "months", "phases"),
    [
        (D(2026, 10, 1), 6, ["works", "converted", "converted"]),
        (D(2026, 11, 1), 6, ["works", "works", "converted"]),
        (D(2027, 4, 1), 0, ["kept", "converted", "converted"]),
        (D(2027, 4, 1), 1, ["kept", "works", "converted"]),
        (D(2027, 5, 1), 0, ["kept", "works", "converted"]),
        (D(2028, 4, 1), 60, ["kept", "kept", "works"]),
    ],
)
def test_a_period_is_before_in_or_after_the_works(day: dt.date, months: int, phases: list[str]) -> None:
    """Before: it ends by the day; after: it begins once the months have run; else in works, without a single room."""
    option = Option("A-1", day, None, "conversion", replace(OFFICES, works_months=months))
    own = suite("A-1", rooms={"office": 3})
    assert [option.phase(period) for period in PERIODS] == phases
    rooms = {"kept": (3, 0), "works": (0, 0), "converted": (1, 1)}
    found = [(option.rooms(own, "office", p), option.rooms(own, "consulting", p)) for p in PERIODS]
    assert found == [rooms[phase] for phase in phases]


def test_rooms_on_offer_are_planned_on_until_the_period_in_which_the_offer_begins() -> None:
    option = Option("A-1", D(2027, 4, 1), None, "open_space")
    assert [option.phase(period) for period in PERIODS] == ["kept", "open_space", "open_space"]
    assert replace(option, date=D(2027, 3, 1)).phase(PERIODS[0]) == "open_space"


def test_works_begin_on_firsts_of_months_from_the_day_the_records_are_gone() -> None:
    """Records gone on 15 June 2026, six months: from 1 July; when a period begins, or six months before it does."""
    instance = _estate(OFFICES)
    facts = suite_facts(instance)["A-1"]
    days = [day for day in works_dates(facts, OFFICES) if OPTION_RULES["E-32"](facts, _works(day))]
    assert {D(2026, 7, 1), D(2026, 10, 1), D(2027, 4, 1), D(2027, 10, 1), D(2028, 4, 1)} <= set(days)
    assert min(days) == D(2026, 7, 1)
    assert all(day.day == 1 for day in days)


def _works(day: dt.date) -> Option:
    return Option("A-1", day, None, "conversion", OFFICES)


def _refusing(instance: EstatesInstance, option: Option) -> set[str]:
    facts = suite_facts(instance)[option.suite_id]
    return {rule for rule, allows in OPTION_RULES.items() if not allows(facts, option)}


def test_open_space_is_refused_by_name() -> None:
    offer = Option("A-1", D(2026, 7, 1), None, "open_space")
    assert _refusing(_estate(), offer) == set()
    assert _refusing(_estate(), replace(offer, date=D(2026, 6, 1))) == {"E-31"}
    assert _refusing(_estate(open_space_from=None), offer) == {"E-31"}
    assert _refusing(_estate(void_payer="gp"), offer) == {"E-31"}
    assert _refusing(_estate(), replace(offer, core_date=D(2028, 4, 1))) == {"E-20", "E-31"}
    assert _refusing(_estate(vacant_by=None), offer) == {"E-11"}
    assert _refusing(_estate(rooms={"xray": 1}), offer) == {"E-24"}
    ordered = {"instruction": "hand_back", "instruction_date": D(2027, 4, 1)}
    assert _refusing(_estate(**ordered), offer) == {"E-25"}


def test_what_forbids_a_hand_back_alone_does_not_forbid_an_offer_or_works() -> None:
    """A LIFT floor of 90 m2, not surplus, with an order to keep it: it may be let by the session, and converted."""
    instance = _estate(OFFICES, instruction="keep", area_m2=90, surplus_declared=False, self_contained=False)
    lift = replace(instance, sites=(site("A", tenure="lift_chp"),))
    uses = {option.use for option in _choice(lift).options if option.date is not None}
    assert uses == {"open_space", "conversion"}


def _choice(instance: EstatesInstance) -> SuiteChoice:
    return next(one for one in suite_choices(instance) if one.suite_id == "A-1")


def test_a_core_suite_is_never_offered() -> None:
    instance = _estate()
    facts = suite_facts(instance)["A-0"]
    assert all(option.use == "hand_back" for option in all_options(facts, (D(2027, 4, 1),)))


def test_works_need_the_rooms_they_use_up_and_leave_fixed_rooms_alone() -> None:
    day = D(2027, 4, 1)
    assert _refusing(_estate(OFFICES), _works(day)) == set()
    assert _refusing(_estate(OFFICES, rooms={"office": 1}), _works(day)) == {"E-32"}
    xrays = replace(OFFICES, from_room_type="xray")
    fixed = Option("A-1", day, None, "conversion", xrays)
    assert _refusing(_estate(xrays, rooms={"xray": 2}), fixed) == {"E-24"}
    beside = _estate(OFFICES, rooms={"office": 3, "xray": 1})
    assert allowed(suite_facts(beside)["A-1"], _works(day), frozenset())


def test_only_changes_that_nothing_beats_are_considered() -> None:
    """Free works pay for nothing by waiting within a period, so one day is left for each way the periods can be."""
    instance = _estate(OFFICES)
    works = [option for option in _choice(instance).options if option.conversion is not None]
    ways = [tuple(option.phase(period) for period in PERIODS) for option in works]
    assert len(ways) == len(set(ways))
    assert ("works", "converted", "converted") in ways


def test_open_space_earns_by_the_month_and_its_charges_go_on() -> None:
    """Two rooms at £30 a session, 2 sessions a week, 50 weeks: £6,000 a year; 35 % taken, half of it the ICB's:
    £1,050 a year, £87.50 a month. From 1 July 2026 nine months: £787.50, written as £788."""
    instance = _estate(rooms={"consulting": 2})
    kinds = tuple(replace(kind, open_space_gbp_per_session=30.0) for kind in instance.room_types)
    book = CashBook(replace(instance, room_types=kinds))
    lines = book.open_space_lines(instance.suite("A-1"), D(2026, 7, 1))
    income = [(line.year, line.gbp) for line in lines if line.item == "open_space_income"]
    assert income == [("2026/27", -788), ("2027/28", -1_050), ("2028/29", -1_050), ("2029/30", -1_050)]


def test_moves_cost_by_the_area_of_the_icbs_own_services() -> None:
    """120 m2 of its own at £45, a trust's 50 m2 not counted; once the team has left, nothing."""
    occupations = [
        Occupation("o1", "A-1", "Team", 120, "icb", D(2027, 1, 1)),
        Occupation("o2", "A-1", "Trust", 50, "provider", D(2026, 5, 1)),
    ]
    instance = replace(_estate(), occupations=tuple(occupations))
    priced = replace(instance, settings=instance.settings.model_copy(update={"moves_gbp_per_m2": 45}))
    book, own = CashBook(priced), priced.suite("A-1")
    assert [book.moves_gbp(own, day) for day in (D(2026, 12, 1), D(2027, 1, 1))] == [5_400, 0]
    moves = [line for line in book.lines(own, D(2026, 10, 1), None) if line.item == "moves"]
    assert [(line.year, line.gbp) for line in moves] == [("2026/27", 5_400)]


def test_charges_are_split_into_occupied_and_void() -> None:
    """£24,000 a year for 200 m2: 120 m2 of the ICB's own is £14,400, the rest is void at £9,600."""
    own = Occupation("o", "A-1", "Team", 120, "icb", None)
    instance = replace(_estate(), occupations=(own,))
    lines = CashBook(instance).icb_lines(instance.suite("A-1"), None, None)
    assert {line.item: line.gbp for line in lines if line.year == "2026/27"} == {
        "charges_occupied": 14_400,
        "charges_void": 9_600,
    }


def test_acceptance_comes_before_notice() -> None:
    """Six months of notice after two of acceptance: 1 December 2026 is the first day."""
    instance = _estate()
    later = replace(instance, settings=instance.settings.model_copy(update={"acceptance_months": 2}))
    assert suite_facts(later)["A-1"].notice_date == D(2026, 12, 1)
    assert _refusing(later, Option("A-1", D(2026, 11, 1), None)) == {"E-18"}
    assert _refusing(later, Option("A-1", D(2026, 12, 1), None)) == set()
