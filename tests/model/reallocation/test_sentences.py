"""Every sentence is true of the tables, and every number in it is on record."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

import pytest

from models.reallocation.baselines import pro_rata_growth
from models.reallocation.explain import explain
from models.reallocation.formulation import limits_of
from models.reallocation.method.loaded import load
from models.reallocation.method.loosen import LOOSENINGS
from models.reallocation.words import gbp_words, percent_words
from models.shared.problem import Explanation, SolveOptions
from solvers.types import Progress, Unwatched
from tests.model.reallocation.plans import Solved, solved

pytestmark = pytest.mark.model

PROVENANCE = {"plan": 5, "public": 60, "assumption": 35, "synthetic": 300, "local": 0}
NUMERAL = re.compile(r"£[\d,.]+[mk]?|\d+\.\d+|\d[\d,]*")


@cache
def sentences(name: str, scenario: str | None = None) -> tuple[Explanation, ...]:
    case = solved(name, scenario)
    return explain(case.instance, case.plan, SolveOptions(), Unwatched(), PROVENANCE)


def sentence(name: str, wanted: str, scenario: str | None = None) -> Explanation:
    return next(one for one in sentences(name, scenario) if one.id == wanted)


def ways_to_write(number: object) -> set[str]:
    """All the ways a number on record may stand in a sentence."""
    if isinstance(number, str):
        return {*NUMERAL.findall(number), number}
    assert isinstance(number, (int, float))
    written = {gbp_words(number), gbp_words(abs(number)), percent_words(number), f"{100 * number:.2f} %"}
    written |= {f"{100 * number:g} %", f"{number:,.0f}", f"{number:g}"}
    return written | {numeral for text in written for numeral in NUMERAL.findall(text)}


@pytest.mark.parametrize(
    ("name", "scenario"), [("nwl", None), ("line_level", None), ("tiny", None), ("nwl", "growth_4_4_percent")]
)
def test_every_number_in_a_sentence_is_on_record(name: str, scenario: str | None) -> None:
    case = solved(name, scenario)
    named = " ".join(
        [thing.name for thing in (*case.instance.places, *case.instance.lines, *case.instance.providers)]
    )
    for one in sentences(name, scenario):
        on_record = {way for number in one.numbers.values() for way in ways_to_write(number)}
        for numeral in NUMERAL.findall(one.sentence):
            assert numeral.rstrip(".,") in on_record or numeral in named, (numeral, one)


@pytest.mark.parametrize("name", ["nwl", "line_level", "tiny"])
def test_sentences_are_well_formed(name: str) -> None:
    told = sentences(name)
    assert len({one.id for one in told}) == len(told)
    for one in told:
        assert one.sentence.endswith(".") and "{" not in one.sentence and "  " not in one.sentence, one
        assert not re.search(r"\bnan\b|\binf\b|-0[ .]", one.sentence), one


def test_the_headlines_come_in_the_order_they_are_asked_for() -> None:
    ids = [one.id for one in sentences("nwl") if one.headline]
    assert ids[:2] == ["gap", "moves"]
    assert ids[2] == "stop-1"
    assert ids.index("loser-place") > ids.index("stop-1")
    assert ids[-1] == "basis"


def table_sum(case: Solved, column: str, year: str, **where: str) -> int:
    rows = case.plan.tables()["allocations"]
    return sum(
        int(str(row[column])) for row in rows if row["year"] == year and all(row[k] == v for k, v in where.items())
    )


def over_need(case: Solved, year: str) -> int:
    keys = {(key.place, key.line) for key in case.instance.place_lines}
    gaps = [table_sum(case, "gap_gbp", year, place=place, line=line) for place, line in keys]
    return sum(gap for gap in gaps if gap > 0)


def test_the_gap_is_that_of_the_tables() -> None:
    case, numbers = solved("nwl"), sentence("nwl", "gap").numbers
    assert numbers["over_today_gbp"] == over_need(case, "2023/24")
    assert numbers["over_final_gbp"] == over_need(case, "2026/27")
    between = [table_sum(case, "gap_gbp", "2023/24", line=line.line) for line in case.instance.leaf_lines]
    assert numbers["between_lines_gbp"] == sum(gap for gap in between if gap > 0)


def test_the_range_holds_the_headline_and_the_published_ends() -> None:
    """At q = .12 the gap between lines is £135.9m, at .25 it is £164.3m; the headline lies between."""
    numbers = sentence("line_level", "gap").numbers
    assert numbers["over_today_low_gbp"] == pytest.approx(135.9e6, abs=0.05e6)
    assert numbers["over_today_high_gbp"] == pytest.approx(164.3e6, abs=0.05e6)
    for name in ("line_level", "nwl"):
        numbers = sentence(name, "gap").numbers
        for when in ("today", "final"):
            low, here, high = (float(numbers[f"over_{when}{end}_gbp"]) for end in ("_low", "", "_high"))
            assert low <= here + 2 and here <= high + 2


def test_moves_are_differences_from_growth_in_step() -> None:
    case, numbers = solved("nwl"), sentence("nwl", "moves").numbers
    even = pro_rata_growth(case.instance)
    for line in case.instance.leaf_lines:
        moved = table_sum(case, "allocation_gbp", "2026/27", line=line.line) - even.of_line(line.line, 3)
        assert numbers[f"against_{line.line}_gbp"] == moved


def test_what_stops_us_is_ranked_by_what_a_point_buys() -> None:
    stops = [one for one in sentences("nwl") if one.id.startswith("stop-")]
    bought = [float(one.numbers["bought_gbp"]) for one in stops]
    assert bought == sorted(bought, reverse=True)
    assert bought[0] > 1e6


def test_a_point_buys_what_a_solve_with_that_point_says() -> None:
    """The first binding rule of the reference plan is the floor of a line: set it a point lower and solve afresh."""
    case, first = solved("nwl"), sentence("nwl", "stop-1")
    assert first.rule == "R-02"
    limits = limits_of(case.instance)
    line = first.where.split(", ")[1]
    lower = [
        LOOSENINGS["R-02"].apply(case.instance, limit, Fraction(1, 100))
        if (limit.rule, limit.scope) == ("R-02", line)
        else limit
        for limit in limits
    ]
    now, then = load(case.instance, limits).best({}), load(case.instance, lower).best({})
    assert now is not None and then is not None
    assert first.numbers["bought_gbp"] == pytest.approx(now.final_year_gap_gbp - then.final_year_gap_gbp, abs=2)


def test_more_money_that_widens_the_gap_is_a_headline() -> None:
    """Under a fixed mental health cap need runs away: the tool must say so, for it looks like a bug."""
    one = sentence("nwl", "more-growth", "surplus_with_a_low_cap")
    assert one.headline
    assert "widens" in one.sentence


def test_flat_continuing_healthcare_is_said_to_be_assumed() -> None:
    one = sentence("line_level", "chc-cost-chc")
    assert one.headline
    assert float(one.numbers["over_gbp"]) > 20e6


def test_the_straight_path_of_mental_health_is_told() -> None:
    one = sentence("line_level", "precheck-mental_health")
    assert one.numbers["needed_share"] == pytest.approx(0.109534, abs=1e-6)
    assert "10.95 %" in one.sentence


def test_without_a_plan_the_closed_forms_are_still_told() -> None:
    instance = solved("line_level").instance
    told = explain(instance, None, SolveOptions(), Unwatched(), PROVENANCE)
    assert {one.id.split("-")[0] for one in told} >= {"precheck", "basis", "need"}


class Impatient(Unwatched):
    """A watch that wants everything to stop at once."""

    def progress(self, event: Progress) -> None:
        del event

    def cancelled(self) -> bool:
        return True


def test_a_cancel_cuts_the_explanations_short_but_keeps_those_that_cost_nothing() -> None:
    case = solved("nwl")
    told = explain(case.instance, case.plan, SolveOptions(), Impatient(), PROVENANCE)
    ids = {one.id for one in told}
    assert {"gap", "moves", "basis"} <= ids
    assert not any(name.startswith("stop-") for name in ids)
