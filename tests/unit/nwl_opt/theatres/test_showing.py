"""What pages show of theatres: the board's minutes, lanes of a day, patients sifted, why not, places, remedies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from models.shared.parsing import Row, TypedTable
from models.shared.problem import Explanation
from models.theatres.booking import Book
from models.theatres.entities import Appointment, Commitment, PatientTest
from models.theatres.instance import Instance
from models.theatres.tables_of import tables_of
from nwl_opt.theatres.showing.board import first_week, shortest_minutes, week_board, weeks_of
from nwl_opt.theatres.showing.day import shown_day
from nwl_opt.theatres.showing.gantt import gantt
from nwl_opt.theatres.showing.lanes import Lane, lane_groups
from nwl_opt.theatres.showing.patient import shown_patient
from nwl_opt.theatres.showing.patients import PatientFilter, choices, find_patient, patient_page
from nwl_opt.theatres.showing.reach import bottlenecks
from nwl_opt.theatres.showing.remedies import OTHER, kind_of, longer_lists, remedy_counts
from nwl_opt.theatres.showing.shown import ShownRun
from nwl_opt.theatres.showing.sites import days_with_tests, site_day, sites_on
from nwl_opt.theatres.showing.work import work_counts, work_lines, work_rows
from tests.unit.theatres.small_world import (
    MONDAY,
    PLANNING,
    at,
    needs,
    patient,
    procedure,
    session,
    theatre_list,
    world,
)

pytestmark = pytest.mark.unit

TEST_DAY = PLANNING + dt.timedelta(days=5)
TUESDAY = MONDAY + dt.timedelta(days=1)


@dataclass(frozen=True)
class Why:
    """A reason as its table has it."""

    code: str = "list_time"
    sentence: str = "No time left."
    what_would_help: str = "Nothing tried."


def _instance(**changes: object) -> Instance:
    """A and B on list L of Monday, nobody on M of Tuesday, N closed; C waits, D has not consented."""
    people = [
        patient("A", tests=needs("mri"), hospital_transport=True),
        patient("B", infection_risk="yes", priority="P3"),
        patient("C", priority="P2", surgeon_choice="any"),
        patient("D", consented=False, clock_start=PLANNING - dt.timedelta(weeks=60)),
    ]
    lists = [theatre_list("L"), theatre_list("M", TUESDAY), theatre_list("N", theatre_id="T2", staffed=False)]
    kinds = [replace(procedure(), needs_image_intensifier=True, kit=("knee",))]
    sessions = [session("mri", TEST_DAY, slots=3, places=2)]
    instance = world(
        people, lists, procedures=kinds, tests={"mri": 2}, sessions=sessions, kit={"knee": (2, 3)}, valid_days=30
    )
    return replace(instance, **changes)  # type: ignore[arg-type]


def _shown(instance: Instance | None = None, why: Mapping[str, Why] | None = None, booked: str = "AB") -> ShownRun:
    instance = instance or _instance()
    book = Book(instance)
    for name in booked:
        assert book.book(name, "L")
    whys = {p: Why() for p in instance.patients} | dict(why or {})
    rows = tables_of(book.plan(), whys)
    tables = {name: TypedTable(name, f"{name}.csv", tuple(_typed(found)), True) for name, found in rows.items()}
    empty = TypedTable("bottlenecks", "bottlenecks.csv", ())
    return ShownRun(instance, {"bottlenecks": empty, **tables})


def _typed(rows: Sequence[Mapping[str, object]]) -> Iterator[Row]:
    yield from (Row(number, row) for number, row in enumerate(rows, start=2))  # type: ignore[arg-type]


def test_the_board_counts_minutes_from_the_start_to_the_expected_end() -> None:
    """Two hips of 100 minutes with 15 between: 215 of 480; a further one finds 480 - 215 - 15 = 250."""
    board = week_board(_shown(), MONDAY)
    (full,) = board.rows[0].days[0]
    assert (full.cases, full.used_minutes, full.available_minutes) == (2, 215, 480)
    assert full.room == "room for 250 minutes"
    assert not full.is_full
    assert full.states == (("proposed", 2),)
    (empty,) = board.rows[0].days[1]
    assert (empty.used_minutes, empty.room, empty.late_share) == (0, "room for 480 minutes", None)
    (closed,) = board.rows[1].days[0]
    assert (closed.room, closed.usable, closed.is_full) == ("closed", False, False)
    assert (board.cases, board.lists_used, board.lists_usable) == (2, 1, 2)


def test_a_list_is_full_when_the_shortest_operation_has_no_time() -> None:
    """Of 300 minutes 215 are used and 15 are turnaround: 70 are left, and a hip takes 100."""
    short = theatre_list("L", end=at(MONDAY, "13:30"))
    instance = _instance(lists={"L": short})
    assert shortest_minutes(instance) == 100
    (full,) = week_board(_shown(instance), MONDAY).rows[0].days[0]
    assert (full.room, full.is_full) == ("full", True)


def test_weeks_lead_to_those_beside_them() -> None:
    later = MONDAY + dt.timedelta(weeks=2)
    instance = _instance(lists={"L": theatre_list("L"), "Z": theatre_list("Z", later)})
    shown = _shown(instance)
    assert weeks_of(shown) == (MONDAY, later)
    assert first_week(shown) == MONDAY
    assert (week_board(shown, MONDAY).before, week_board(shown, MONDAY).after) == (None, later)
    assert week_board(shown, later).before == MONDAY


def test_a_weekend_stands_on_the_board_only_with_a_list() -> None:
    saturday = MONDAY + dt.timedelta(days=5)
    assert len(week_board(_shown(), MONDAY).days) == 5
    instance = _instance(lists={"L": theatre_list("L"), "Z": theatre_list("Z", saturday)})
    assert week_board(_shown(instance), MONDAY).days[-1] == saturday


def test_a_day_holds_its_cases_with_recovery_and_state() -> None:
    day = shown_day(_shown(), MONDAY)
    first, second = day.lists[0].cases
    assert (first.patient_id, first.state, first.touch_minutes, first.turnaround_minutes) == (
        "A",
        "proposed",
        100,
        15,
    )
    assert (first.recovery, second.recovery) == ("10:10 to 11:10", "12:05 to 13:05")
    assert (day.before, day.after, day.cases) == (None, TUESDAY, 2)
    assert day.lists[1].sheet.nobody.startswith("This list is closed")


def test_lanes_hold_everything_a_day_shares() -> None:
    """Recovery ends at 11:10, the next begins at 12:05: one bay is enough; sets of 0 minutes of reprocessing too."""
    groups = {group.title: group.lanes for group in lane_groups(_shown(), MONDAY)}
    assert [lane.name for lane in groups["Recovery"]] == ["Bay 1"]
    assert [lane.name for lane in groups["Image intensifiers (C-arms)"]] == ["C-arm 1"]
    assert [span.patient_id for span in groups["knee"][0].spans] == ["A", "B"]
    assert [span.kind for span in groups["Theatres"][0].spans] == ["case", "turnaround", "case"]


def test_a_set_being_reprocessed_is_not_taken_by_the_next_case() -> None:
    """Used until 10:10 and reprocessed until 12:20, it is not there for the case at 10:25: two lanes."""
    instance = _instance()
    slow = replace(instance.kit["knee"], reprocess_minutes=130)
    groups = {g.title: g.lanes for g in lane_groups(_shown(replace(instance, kit={"knee": slow})), MONDAY)}
    assert [[span.kind for span in lane.spans] for lane in groups["knee"]] == [["set", "reprocessing"]] * 2


def test_a_surgeon_elsewhere_stands_in_the_surgeons_lane() -> None:
    instance = _instance()
    away = Commitment(at(MONDAY, "18:00"), at(MONDAY, "19:00"), 30)
    surgeon = replace(instance.surgeons["S1"], commitments=(away,))
    shown = _shown(replace(instance, surgeons={**instance.surgeons, "S1": surgeon}))
    (lane,) = _lanes(shown, "Surgeons")
    assert [span.kind for span in lane.spans] == ["surgeon", "surgeon", "elsewhere"]


def _lanes(shown: ShownRun, title: str) -> tuple[Lane, ...]:
    return next(group.lanes for group in lane_groups(shown, MONDAY) if group.title == title)


def test_the_picture_links_each_operation_and_says_how_firm_it_is() -> None:
    drawn = gantt(_shown(), MONDAY, lambda patient_id: f"/token-of-{patient_id}")
    assert drawn is not None
    linked = {bar.href: bar for bar in drawn.bars if bar.href}
    assert set(linked) == {"/token-of-A", "/token-of-B"}
    assert linked["/token-of-A"].style == "state-proposed"
    assert linked["/token-of-A"].height >= 24
    assert [label.text for label in drawn.labels if label.style == "letter"] == ["P", "P"]
    assert {line.style for line in drawn.lines} == {"listend", "grace"}
    for bar in drawn.bars:
        assert bar.x >= 0 and bar.x + bar.width <= drawn.width, bar
        assert bar.y + bar.height <= drawn.height, bar
    assert gantt(_shown(), MONDAY + dt.timedelta(days=3), lambda _: "") is None


def test_theatres_stand_in_the_order_people_count_and_closed_lists_say_so() -> None:
    instance = _instance()
    first = instance.theatres["T1"]
    ten = {**instance.theatres, "T0": replace(first, theatre_id="T0", name="Theatre 10")}
    shown = _shown(replace(instance, theatres=ten))
    assert [name for _, name in shown.theatres][-2:] == ["Theatre 5", "Theatre 10"]
    drawn = gantt(shown, MONDAY, lambda _: "/x")
    assert drawn is not None
    assert [bar.words for bar in drawn.bars if bar.style == "closedlist"] == [
        "list time 08:30 to 16:30, surgeon S1, closed"
    ]
    assert "closed" in [label.text for label in drawn.labels]


def test_patients_are_sifted_and_found() -> None:
    shown = _shown(why={"D": Why("no_consent", "Has not consented.", "Once consent is given: there is room.")})

    def found(**asked: str) -> list[str]:
        return [line.patient_id for line in patient_page(shown, PatientFilter(**asked), 1).rows]  # type: ignore[arg-type]

    assert found() == ["C", "B", "D", "A"], "the most urgent first, then the longest wait"
    assert found(booked="yes") == ["B", "A"]
    assert found(booked="no") == ["C"]
    assert found(booked="not_ready") == ["D"]
    assert found(reason_code="no_consent") == ["D"]
    assert found(priority="P3") == ["B"]
    assert found(surgeon_id="S2") == []
    assert found(subspecialty_id="joints", priority="P4") == ["D", "A"]
    assert find_patient(shown.instance, " a ") == "A"
    assert find_patient(shown.instance, "nobody") is None
    assert choices(shown).reasons == (("list_time", "list time (1)"), ("no_consent", "no consent (1)"))


def test_a_page_too_far_is_the_last_and_nobody_is_lost() -> None:
    people = [patient(f"Q{number:03}") for number in range(101)]
    shown = _shown(world(people), booked="")
    first, last = patient_page(shown, PatientFilter(), 1), patient_page(shown, PatientFilter(), 99)
    assert (first.found, first.pages, first.first, first.last) == (101, 2, 1, 100)
    assert (last.page, last.first, last.last) == (2, 101, 101)
    names = [line.patient_id for page in (first, last) for line in page.rows]
    assert names == sorted(names) and len(set(names)) == 101


def test_a_booked_patient_sees_slots_and_how_long_tests_hold() -> None:
    """The MRI of 27 March holds 30 days, until 26 April: 14 days after the operation of 12 April."""
    page = shown_patient(_shown(), "A", ())
    assert page.booking is not None
    assert (page.booking.theatre, page.booking.place, page.booking.state) == ("Theatre 1", "1 of 2", "proposed")
    (test,) = page.tests
    assert test.stands == "new appointment"
    assert test.where == "Saturday 27 March 2027, 09:00 to 09:30, Site"
    assert (test.serves, test.words) == (True, "in time; runs out 14 days after the operation")
    assert page.why_not is None


@pytest.mark.parametrize(
    ("done", "serves", "words"),
    [
        (MONDAY - dt.timedelta(days=31), False, "runs out 1 day before the operation"),
        (MONDAY - dt.timedelta(days=30), True, "in time; runs out on the day of the operation"),
        (MONDAY - dt.timedelta(days=1), False, "the result is not with the team in time"),
    ],
)
def test_what_a_test_that_was_done_means_for_the_date(done: dt.date, serves: bool, words: str) -> None:
    """Without a new appointment the plan must not book it; the page says plainly what is wrong."""
    people = {"A": patient("A")}
    shown = _shown(_instance(patients=people), booked="A")
    late = patient("A", tests=(PatientTest("mri", PLANNING, done),))
    page = shown_patient(replace(shown, instance=_instance(patients={"A": late})), "A", ())
    assert (page.tests[0].serves, page.tests[0].words) == (serves, words)


def test_a_test_that_was_done_and_serves_is_shown_before_an_appointment_that_does_not() -> None:
    """An appointment for the day after the operation does not serve it; the MRI two days before planning does."""
    done = PLANNING - dt.timedelta(days=2)
    made = Appointment("A", "mri", "site", at(TUESDAY, "09:00"), at(TUESDAY, "09:30"))
    person = patient("A", tests=(PatientTest("mri", PLANNING - dt.timedelta(days=20), done),))
    shown = _shown(_instance(patients={"A": person}, existing_appointments=(made,)), booked="A")
    (test,) = shown_patient(shown, "A", ()).tests
    assert test.stands.startswith("done ") and test.serves is True
    waiting = _shown(_instance(patients={"A": person}, existing_appointments=(made,)), booked="")
    (test,) = shown_patient(waiting, "A", ()).tests
    assert (test.stands, test.serves) == ("appointment made before", None)


def test_why_not_names_the_rules_and_parts_what_would_help() -> None:
    why = {"C": Why("list_time", "Full.", "The place of A on list L (x). Or: List L (x) ending 9 minutes later.")}
    told = Explanation("not_booked_C", "T-08", "...", {"rules": "T-08, T-30"})
    page = shown_patient(_shown(why=why), "C", (told,))
    assert page.why_not is not None
    assert [rule for rule, _ in page.why_not.rules] == ["T-08", "T-30"]
    assert page.why_not.rules[0][1] == "The last case is expected to end within the list."
    assert page.why_not.helps == ("The place of A on list L (x).", "List L (x) ending 9 minutes later.")
    not_ready = shown_patient(_shown(why={"D": Why("no_consent", "No.", "")}), "D", ())
    assert not_ready.why_not is not None
    assert [rule for rule, _ in not_ready.why_not.rules] == ["T-02"], "known without the sentences of the run"


def test_what_was_before_is_told() -> None:
    instance = _instance(existing_bookings={"A": ("L", "offered")})
    page = shown_patient(_shown(instance), "A", ())
    assert page.history == ("Before this plan: offered for Mon 12 Apr, Theatre 1, 08:30.",
                            "In this plan it stays as it was.")  # fmt: skip
    assert shown_patient(_shown(), "A", ()).history == ()


def test_places_of_a_site_are_counted() -> None:
    """Three times with two places each are six; A takes one."""
    shown = _shown()
    assert days_with_tests(shown) == (TEST_DAY,)
    (line,) = sites_on(shown, TEST_DAY)
    assert (line.site, line.places, line.taken) == ("Site", 6, 1)
    day = site_day(shown, "site", TEST_DAY)
    assert (day.places, day.taken, day.sessions[0].free) == (6, 1, 5)
    assert day.takes == "adults only"
    assert [visit.patient for visit in day.visits] == ["A"]
    assert sites_on(shown, MONDAY) == ()


def test_worklists_are_counted_sifted_and_written() -> None:
    shown = _shown(why={"D": Why("no_consent", "No.", "")})
    counts = {count.worklist: (count.patients, count.cannot_be_booked) for count in work_counts(shown)}
    assert counts["consent"] == (1, 1)
    assert {line.patient_id for line in work_lines(shown, "consent")} == {"D"}
    assert all(line.blocks_booking for line in work_lines(shown, only_blocking=True))
    row = work_rows(work_lines(shown, "consent"))[0]
    assert row[:4] == ["consent", "D", "P4", "60"]
    assert row[-2:] == ["yes", ""]


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        ("list L (Mon 12 Apr, S1) ending 1 minute later, at 16:31", "a list that ends later"),
        (
            "List L (Mon 12 Apr, S1) ending 98 minutes later, at 18:08, its staff staying too.",
            "a list that ends later",
        ),
        ("2 joints instead of 1 on list L (Mon 12 Apr, S1)", "one more joint on a list"),
        ("1 Anaesthetist from 08:00 to 13:00 more on Tue 6 Apr, for list L", "more staff in a shift"),
        ("S31 taking list L (Theatre 3, Mon 12 Apr)", "staff or a surgeon for a list"),
        ("one more appointment for MRI at Site on Mon 5 Apr at 09:00", "one more test appointment"),
        ("2 more beds on Ward on Mon 12 Apr", "more beds on a night"),
        ("one more place a day on hospital transport (3 instead of 2)", "more places on hospital transport"),
        ("something nobody has thought of", OTHER),
    ],
)
def test_remedies_are_told_apart(step: str, kind: str) -> None:
    assert kind_of(step) == kind


def test_remedies_are_counted_for_each_patient_once() -> None:
    longer = "List L (Mon 12 Apr, S1) ending 9 minutes later, at 16:39."
    why = {
        "A": Why(what_would_help=f"The place of B on list L (Mon 12 Apr, S1), should it come free. Or: {longer}"),
        "B": Why(what_would_help=f"Coming on Tue 13 Apr, and then: {longer}"),
        "C": Why(what_would_help="No single change was found that would book this patient on these lists."),
        "D": Why("no_consent", "No.", "Once consent is given; even then: every list that suits is full."),
    }
    shown = _shown(why=why, booked="")
    counts = {one.words: (one.patients, one.alone, one.ready_patients) for one in remedy_counts(shown)}
    assert counts == {
        "a list that ends later": (2, 1, 2),
        "the place of somebody booked, should it come free": (1, 1, 1),
        "coming on another day": (1, 0, 1),
        "finishing what makes the patient ready": (1, 0, 0),
    }
    assert [(one.list_id, one.patients) for one in longer_lists(shown, 5)] == [("L", 2)]


def test_bottlenecks_that_bring_nothing_stand_apart() -> None:
    rows = [
        {"resource": kind, "item": kind, "one_more": words, "marginal_cases": cases, "cases": 2, "cases_at_most": 3.5}
        for kind, words, cases in (("bed", "one bed more", 1.5), ("kit", "one set more", 0.001))
    ]
    shown = _shown()
    tables = {**shown.tables, "bottlenecks": TypedTable("bottlenecks", "bottlenecks.csv", tuple(_typed(rows)))}
    found = bottlenecks(replace(shown, tables=tables))
    assert [(line.words, line.cases) for line in found.lines] == [("one bed more", 1.5)]
    assert found.nothing == ("one set more",)
    assert (found.cases, found.cases_at_most) == (2, 3.5)
    assert bottlenecks(shown).cases is None
