"""Sentences of a plan: every number is recomputed from the written tables, every list and patient has one."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest

from models.shared.cells import Cell
from models.shared.problem import Explained, Explanation, Outcome, OutputTables, SolveOptions
from models.theatres.baselines import baselines, p2_then_longest_wait
from models.theatres.eligibility import readiness_codes
from models.theatres.explain import ASSUMED, BINDS, CHANGES, NOT_BOOKED, RECOMMENDED
from models.theatres.explain.changing import changing
from models.theatres.explain.lists import the_lists
from models.theatres.explain.marginal import Bottlenecks, Marginal
from models.theatres.explain.recommended import recommended
from models.theatres.instance import Instance
from models.theatres.measures import measures
from models.theatres.output_tables import READINESS_CODES
from models.theatres.plan import Booking, Plan
from models.theatres.problem import TheatresCase
from models.theatres.reasons import Remedies, reasons
from solvers.types import StageResult, Unwatched
from tests.model.theatres.generated import generated_instance
from tests.model.theatres.plans import checked, shipped_instance, texts
from tests.unit.theatres.small_world import MONDAY, patient, theatre_list, world

pytestmark = pytest.mark.model

SIZE = (5, 180, 1)  # seed, patients, weeks
STAGES = (
    StageResult("p2_booked", "patients", "maximise", 5.0, 5.0, 0.0, 1.0, "CP-SAT", "optimal"),
    StageResult("long_waits_booked", "patients", "maximise", 9.0, 11.0, 2 / 9, 1.0, "CP-SAT", "feasible"),
    StageResult("weighted_wait", "points", "maximise", 1000.0, None, None, 1.0, "CP-SAT", "feasible"),
    StageResult("touch_minutes", "minutes", "maximise", 2000.0, 2050.0, 0.025, 1.0, "CP-SAT", "feasible"),
)
# What a scheduler reads after a solve fits on a screen: so many sentences at most.
SCREEN = 45


@cache
def _case() -> TheatresCase:
    return TheatresCase(generated_instance(*SIZE))


@cache
def _plan() -> Plan:
    return p2_then_longest_wait(_case().instance)


@cache
def _explained() -> Explained:
    outcome = Outcome("feasible", "", _plan().decisions(), STAGES, (), True)
    return _case().explain(outcome, SolveOptions(), Unwatched())


@cache
def _tables() -> OutputTables:
    studies = _explained().studies
    return {**_case().tables(_plan().decisions(), studies), **studies}


def _told() -> dict[str, Explanation]:
    return {one.id: one for one in _explained().sentences}


def _number(cell: Cell) -> float:
    assert isinstance(cell, (int, float))
    return float(cell)


def test_the_reasons_found_while_explaining_are_those_of_the_tables() -> None:
    assert _tables()["not_booked"] == TheatresCase(_case().instance).tables(_plan().decisions())["not_booked"]


def test_the_checker_accepts_the_tables_with_the_study() -> None:
    report = checked(_case().instance, texts(_tables()))
    assert report.passed, [f.message for f in report.findings if f.severity == "error"][:3]
    assert _tables()["bottlenecks"]


def test_the_screen_goes_from_what_we_recommend_to_what_is_assumed() -> None:
    headlines = [one for one in _explained().sentences if one.headline]
    assert list(dict.fromkeys(one.section for one in headlines)) == [
        RECOMMENDED, BINDS, CHANGES, NOT_BOOKED, ASSUMED,
    ]  # fmt: skip
    assert len(headlines) <= SCREEN
    assert len(_told()) == len(_explained().sentences)
    assert all(one.sentence[0].isupper() or one.sentence[0].isdigit() for one in headlines)


def test_stages_are_told_with_what_was_proved() -> None:
    found = _told()
    assert "it is proved that no plan books more" in found["p2_booked"].sentence
    assert "no plan books over 2 further such patients (22.2 %)" in found["long_waits_booked"].sentence
    assert found["long_waits_booked"].numbers["at_most_more"] == 2.0
    assert "no limit on what is possible was proved" in found["weighted_wait"].sentence
    assert found["weighted_wait"].numbers["touch_minutes_at_most_more_percent"] == 2.5


def test_each_list_has_a_sentence_with_the_numbers_of_the_tables() -> None:
    """Cases, finish and chances as in `lists`, the rehearsed chance as in `rehearsal`."""
    rehearsed = {
        row["list_id"]: _number(row["overrun_probability"])
        for row in _tables()["rehearsal"]
        if row["assumptions"] == "stressed"
    }
    for row in _tables()["lists"]:
        told = _told()[f"list_{row['list_id']}"].numbers
        assert told["cases"] == row["cases"]
        assert told["expected_end"] == f"{row['expected_end']:%H:%M}"
        assert told["overrun_probability"] == pytest.approx(_number(row["overrun_probability"]), abs=1e-4)
        assert told["rehearsed_overrun_probability"] == pytest.approx(rehearsed[row["list_id"]], abs=1e-4)


def test_whoever_comes_closest_to_a_list_is_ready_not_booked_and_does_not_fit() -> None:
    named = 0
    for list_id in _case().instance.lists:
        closest = str(_told()[f"list_{list_id}"].numbers["closest"])
        if closest:
            named += 1
            assert closest not in _plan().list_of and not readiness_codes(_case().instance, closest)
    assert named


def test_each_patient_not_booked_has_one_sentence_and_the_counts_add_up() -> None:
    codes = Counter(str(row["reason_code"]) for row in _tables()["not_booked"])
    for name, wanted in (
        ("not_booked_ready", {code: n for code, n in codes.items() if code not in READINESS_CODES}),
        ("not_booked_not_ready", {code: n for code, n in codes.items() if code in READINESS_CODES}),
    ):
        assert dict(_told()[name].numbers) == wanted
    for row in _tables()["not_booked"]:
        told = _told()[f"not_booked_{row['patient_id']}"]
        assert told.numbers["reason_code"] == row["reason_code"]
        assert str(row["reason"]) in told.sentence and str(row["what_would_help"]) in told.sentence


def test_cases_shares_and_baselines_are_those_of_the_tables() -> None:
    cases = len(_tables()["theatre_lists"])
    assert _told()["lists"].numbers["cases"] == cases
    for name, other in baselines(_case().instance).items():
        told = _told()[f"baseline_{name}"].numbers
        assert (told["cases"], told["cases_more"]) == (len(other.bookings), cases - len(other.bookings))
    shares = [
        _number(row["booked_share"]) for row in _tables()["fairness"] if row["group"] == "trust" and row["ready"]
    ]
    assert _told()["fairness"].numbers["trust_lowest_share"] == pytest.approx(min(shares), abs=1e-4)
    assert _told()["fairness"].numbers["trust_highest_share"] == pytest.approx(max(shares), abs=1e-4)


def test_cases_a_list_are_said_to_be_of_the_usable_lists() -> None:
    numbers = _told()["lists"].numbers
    each = _number(numbers["cases"]) / _number(numbers["lists_usable"])
    assert f"{each:.2f} per usable list." in _told()["lists"].sentence


def test_a_further_list_of_one_surgeon_alone_is_not_said_to_be_of_several() -> None:
    one, two = (
        Marginal("list", surgeon, f"a list of {surgeon}", cases) for surgeon, cases in (("S1", 2.0), ("S2", 1.0))
    )
    for marginals, said in (
        ((one,), "a list of S1 2.0."),
        ((one, two), "2.0 (for 2 surgeons a further list brings 1.0"),
    ):
        told = next(iter(changing(_plan(), {}, Bottlenecks(5, 6.0, marginals), {})))
        assert said in told.sentence and told.numbers["surgeons"] == len(marginals)


def test_bottlenecks_are_told_as_in_their_table_the_most_first() -> None:
    rows = _tables()["bottlenecks"]
    gains = [_number(row["marginal_cases"]) for row in rows]
    assert gains == sorted(gains, reverse=True)
    numbers = _told()["bottlenecks"].numbers
    assert numbers["cases"] == len(_tables()["theatre_lists"])
    assert all(row["cases"] == numbers["cases"] for row in rows)
    assert numbers["cases_at_most"] == pytest.approx(_number(rows[0]["cases_at_most"]), abs=1e-3)
    by_name = {f"{row['resource']}_{row['item']}": _number(row["marginal_cases"]) for row in rows}
    for name, value in numbers.items():
        if name in by_name:
            assert value == pytest.approx(by_name[name], abs=1e-3)


def test_what_keeps_the_closest_patient_off_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no change is found that would help, the rules that stand in the way are named, and not by their ids."""
    plan = p2_then_longest_wait(shipped_instance("each_rule"))
    monkeypatch.setattr(Remedies, "for_list", lambda *asked: None)
    told = {
        one.id: one.sentence for one in the_lists(plan, reasons(plan), dict.fromkeys(plan.by_list, 0.0), frozenset())
    }
    assert "T13-no-kit, kept off by kit." in told["list_L13"]
    assert "T29-nobody-to-scrub, kept off by staff." in told["list_L29"]
    assert not re.findall(r"\bT-\d\d\b", " ".join(told.values()))


def test_the_lists_likeliest_to_end_late_are_those_of_the_rehearsal() -> None:
    stressed = {
        str(row["list_id"]): _number(row["overrun_probability"])
        for row in _tables()["rehearsal"]
        if row["assumptions"] == "stressed"
    }
    told = _told()["worst_lists"].numbers
    worst = max(stressed, key=lambda at: (stressed[at], at))
    assert max(value for name, value in told.items() if name in stressed) == pytest.approx(stressed[worst], abs=1e-4)


def test_85_percent_is_shown_under_both_rules_with_what_lifts_it() -> None:
    """Four equal joints: 103 minutes under the planned rule, less when rehearsed; a short fifth case lifts it."""
    told = _told()
    numbers = told["best_that_can_be_reached"].numbers
    assert numbers["best_mean_minutes"] == 103
    assert _number(numbers["rehearsed_capped_utilisation"]) < _number(numbers["best_capped_utilisation"])
    assert "What lifts it" in told["what_lifts_it"].sentence
    points = [one for name, one in told.items() if name.startswith("frontier_")]
    late = [_number(one.numbers["any_late_probability"]) for one in points]
    assert len(points) >= 5 and late == sorted(late)


def test_without_studies_nothing_is_solved_and_the_sentences_remain() -> None:
    """A watch that wants to stop leaves out baselines and bottlenecks, nothing else."""

    class Stopped(Unwatched):
        def cancelled(self) -> bool:
            return True

    outcome = Outcome("feasible", "", _plan().decisions(), STAGES, (), True)
    found = _case().explain(outcome, SolveOptions(), Stopped())
    missing = _told().keys() - {one.id for one in found.sentences}
    assert {name.split("_")[0] for name in missing} == {"baseline", "bottlenecks", "no"}
    assert "bottlenecks" not in found.studies and "not_booked" in found.studies


def test_rules_left_out_are_said() -> None:
    options = SolveOptions(without_rules=frozenset({"T-12"}))
    tiny = shipped_instance("tiny")
    outcome = Outcome("feasible", "", Plan.of(tiny, [], []).decisions(), (), (), True)
    found = {one.id: one for one in TheatresCase(tiny).explain(outcome, options, Unwatched()).sentences}
    assert "T-12" in found["without_rules"].sentence


def _first_told(instance: Instance, booked: Mapping[str, str]) -> Explanation:
    """The first sentence of what is recommended for a plan of these bookings."""
    on = instance.lists
    bookings = [Booking(at, 1, p, on[at].start, on[at].start + dt.timedelta(minutes=100)) for p, at in booked.items()]
    plan = Plan.of(instance, bookings, [])
    return next(iter(recommended(plan, reasons(plan), (), {}, measures(plan))))


def test_offered_dates_that_are_not_kept_are_told_before_all_else() -> None:
    """T-40: A loses the date, B has another, C another list on the same day; D was only proposed, E asked for it."""
    tuesday, wednesday = (MONDAY + dt.timedelta(days=days) for days in (1, 2))
    lists = [theatre_list("L"), theatre_list("M", tuesday), theatre_list("N", tuesday, theatre_id="T2"),
             theatre_list("O", wednesday)]  # fmt: skip
    offers = {"A": ("L", "offered"), "B": ("L", "offered"), "C": ("M", "offered"), "D": ("M", "proposed"),
              "E": ("L", "offered")}  # fmt: skip
    people = world([patient(name) for name in "ABCDE"], lists, bookings=offers)
    instance = replace(people, named_changes={"E": "Asked for another date."})
    told = _first_told(instance, {"B": "O", "C": "N"})
    assert told.id == "offers_not_kept" and told.headline
    assert told.sentence.startswith("2 of 4 offered dates are NOT kept: A (Mon 12 Apr, given up) and B (Mon 12 Apr, ")
    assert "now Wed 14 Apr). An offer is a letter" in told.sentence
    assert "--state agreed" in told.sentence
    assert dict(told.numbers) == {"offered": 4, "not_kept": 2}
    assert _first_told(instance, {"A": "L", "B": "L", "C": "N"}).id != "offers_not_kept"


def test_of_many_offers_not_kept_twelve_are_named() -> None:
    names = [f"P{number:02}" for number in range(14)]
    told = _first_told(world([patient(name) for name in names], bookings=dict.fromkeys(names, ("L", "offered"))), {})
    assert told.sentence.startswith("14 of 14 offered dates are NOT kept: P00 (Mon 12 Apr, given up), P01 ")
    assert "P11 (Mon 12 Apr, given up) and 2 more. An offer" in told.sentence
