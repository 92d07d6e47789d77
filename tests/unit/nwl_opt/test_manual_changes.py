"""Changes by hand on the small diary: what each does, what it breaks, and what a reason is worth."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from models.shared.faults import InputFaults
from models.theatres.instance import Instance
from nwl_opt.solving import SilentListener, Started
from nwl_opt.theatres.making_runs import Following
from nwl_opt.theatres.manual.by_hand import Asking, all_tried, parse_wanted, refusal
from nwl_opt.theatres.manual.choices import choices, partners, what_would_help
from nwl_opt.theatres.manual.follows import what_follows
from nwl_opt.theatres.manual.opened import OpenPlan, opened
from nwl_opt.theatres.manual.recorded import folded, record_of, recorded_from_json
from nwl_opt.theatres.manual.saving import ByHand, save_by_hand, tables_of_next_run
from nwl_opt.theatres.manual.standing import Standing
from nwl_opt.theatres.manual.trying import Tried, try_change
from nwl_opt.theatres.manual.wanted import Wanted
from nwl_opt.theatres.saved_lists import instance_of
from tests.small_diary import small_diary

pytestmark = pytest.mark.unit

NOON = dt.datetime(2027, 3, 22, 12, 0, tzinfo=dt.UTC)


def plan(**states: str) -> OpenPlan:
    """The small diary, ready to be changed."""
    return opened(small_diary(None, **states))


def starting(**states: str) -> Standing:
    return plan(**states).start


def with_patient(standing: Standing, patient_id: str, **changes: object) -> Standing:
    """The same plan, one patient another than they were."""
    base = standing.base
    changed = replace(base.patients[patient_id], **changes)  # type: ignore[arg-type]
    return replace(standing, base=replace(base, patients={**base.patients, patient_id: changed}))


def starts(standing: Standing, list_id: str) -> list[tuple[str, str]]:
    return [(b.patient_id, f"{b.start:%H:%M}") for b in standing.plan.by_list[list_id]]


def test_a_plan_nobody_has_changed_breaks_nothing() -> None:
    assert starting().broken == ()


def test_a_move_gives_a_place_a_time_and_the_tests_the_new_day_needs() -> None:
    """P2 (95 minutes of S1's own) leaves T for M, which then holds P1, P6 and P2; P3 moves up on T to 8:30."""
    standing = starting()
    tried = try_change(standing, Wanted("move", "P6", "T"))
    moved = tried.after
    assert moved.list_of["P6"] == "T"
    assert starts(moved, "M") == [("P1", "08:30")]
    assert [p for p, _ in starts(moved, "T")] == [b.patient_id for b in moved.plan.by_list["T"]]
    assert [b.position for b in moved.plan.by_list["T"]] == [1, 2, 3]


def test_a_list_that_would_be_too_long_is_refused_in_minutes() -> None:
    """T takes 240 minutes and P2 and P3 fill it: with P6 it ends late, T-08 with the minutes."""
    tried = try_change(starting(), Wanted("move", "P6", "T"))
    assert not tried.allowed
    assert "T-08" in tried.rules
    late = next(one for one in tried.breaks if one.rule == "T-08")
    assert "minutes after the list ends at 12:30" in late.message
    faults = refusal(tried)
    assert {fault.column for fault in faults} == set(tried.rules)
    assert all(fault.mend for fault in faults)


def test_room_and_staff_can_be_set_aside_for_a_reason_and_only_on_purpose() -> None:
    wanted = Wanted("move", "P6", "T")
    assert not try_change(starting(), wanted, "three will do").allowed
    assert not try_change(starting(), wanted, "", set_aside=True).allowed
    tried = try_change(starting(), wanted, "three will do", set_aside=True)
    assert tried.allowed
    assert "T-08" in {one.rule for one in tried.after.broken}


def test_safety_is_never_set_aside() -> None:
    """P4 whose latex status is not known stays off every list, whatever the reason (T-02)."""
    standing = with_patient(starting(), "P4", latex_allergy="unknown")
    tried = try_change(standing, Wanted("book", "P4", "W"), "surgeon asks", set_aside=True)
    assert not tried.allowed
    assert "T-02" in tried.never
    assert not tried.may_be_set_aside


def test_an_agreed_date_changes_only_with_a_reason_which_becomes_a_named_change() -> None:
    standing = starting(P1="agreed")
    refused = try_change(standing, Wanted("take_off", "P1"))
    assert refused.rules == ("T-20",)
    assert refused.needs_reason
    kept = try_change(standing, Wanted("take_off", "P1"), "has a cold")
    assert kept.allowed
    assert kept.after.instance.named_changes == {"P1": "By hand: has a cold."}
    assert kept.after.broken == ()


def test_notice_too_short_needs_the_patients_word_which_is_written_down() -> None:
    """P4 asks for six weeks; W is 23 days away. With a reason the record says 23 days, and the checker passes."""
    standing = with_patient(starting(), "P4", notice_days=42)
    refused = try_change(standing, Wanted("book", "P4", "W"))
    assert refused.rules == ("T-06",)
    kept = try_change(standing, Wanted("book", "P4", "W"), "rang: would come at once")
    assert kept.allowed
    assert kept.after.instance.patients["P4"].notice_days == 23
    assert kept.after.broken == ()
    assert any("23 days' notice" in sentence for sentence in what_follows(kept))


def test_who_waits_is_booked_with_tests() -> None:
    standing = starting()
    tried = try_change(standing, Wanted("book", "P4", "W"))
    assert tried.allowed
    assert starts(tried.after, "W") == [("P4", "08:30")]
    needed = {test.test_id for test in standing.base.patients["P4"].tests if test.done_on is None}
    assert {a.test_id for a in tried.after.new_tests.get("P4", ())} == needed


def test_taken_off_gives_up_tests_and_others_move_up() -> None:
    standing = starting()
    tried = try_change(standing, Wanted("take_off", "P1"))
    assert tried.allowed
    assert "P1" not in tried.after.list_of
    assert starts(tried.after, "M") == [("P6", "08:30")]
    gone = try_change(standing, Wanted("take_off", "P6"))
    assert "P6" in standing.new_tests
    assert "P6" not in gone.after.new_tests
    assert any("gives up" in sentence for sentence in what_follows(gone))


def test_a_swap_exchanges_two() -> None:
    tried = try_change(starting(), Wanted("swap", "P1", other="P2"))
    assert tried.after.list_of["P1"] == "T"
    assert tried.after.list_of["P2"] == "M"
    assert len(tried.after.bookings) == len(starting().bookings)


def test_a_place_asked_for_is_given_and_the_order_rules_judge_it() -> None:
    """P1 is P2 and comes first (T-39): the second place is free to P6, the first is refused whatever the reason."""
    standing = starting()
    refused = try_change(standing, Wanted("move", "P6", "M", position=1), "wish", set_aside=True)
    assert [p for p, _ in starts(refused.after, "M")] == ["P6", "P1"]
    assert refused.never == ("T-39",)
    assert not refused.allowed
    assert try_change(standing, Wanted("move", "P6", "M", position=2)).allowed


def test_a_time_asked_for_is_a_start_not_before_it() -> None:
    tried = try_change(starting(), Wanted("move", "P6", "M", start=dt.time(10, 30)))
    assert starts(tried.after, "M")[1] == ("P6", "10:30")


def test_a_declined_date_is_counted_and_not_offered_again() -> None:
    standing = starting(P1="offered")
    tried = try_change(standing, Wanted("decline", "P1"))
    assert tried.allowed
    patient = tried.after.instance.patients["P1"]
    assert patient.offers_declined == standing.base.patients["P1"].offers_declined + 1
    assert patient.available_from == dt.date(2027, 4, 13)
    assert not try_change(tried.after, Wanted("book", "P1", "M"), "changed their mind", set_aside=True).allowed


def test_states_become_firmer_and_tests_of_those_told_are_made() -> None:
    standing = starting()
    agreed = try_change(standing, Wanted("agree", "P3")).after
    assert agreed.state_of("P3") == "agreed"
    assert {a.test_id for a in agreed.instance.existing_appointments if a.patient_id == "P3"} == {"mri", "poa"}
    assert not [a for a in agreed.plan.appointments if a.patient_id == "P3"]
    locked = try_change(agreed, Wanted("lock", "P3")).after
    assert locked.state_of("P3") == "locked"
    assert try_change(locked, Wanted("unlock", "P3")).after.state_of("P3") == "agreed"
    assert locked.broken == ()
    with pytest.raises(InputFaults, match="less firm"):
        try_change(locked, Wanted("offer", "P3"))


@pytest.mark.parametrize(("first", "state"), [((), "proposed"), (("offer",), "offered"), (("agree",), "agreed")])
def test_unlocking_never_makes_a_date_agreed_that_nobody_agreed(first: tuple[str, ...], state: str) -> None:
    standing = starting()
    for kind in (*first, "lock"):
        tried = try_change(standing, Wanted(kind, "P3"))  # type: ignore[arg-type]
        standing = folded(standing, [record_of(tried, 1, "ada", NOON)])
    unlocked = try_change(standing, Wanted("unlock", "P3"))
    assert unlocked.after.state_of("P3") == state
    assert f"was locked, is {state}" in " ".join(what_follows(unlocked))
    assert folded(standing, [record_of(unlocked, 2, "ada", NOON)]).state_of("P3") == state
    booked_before = try_change(starting(P3="locked"), Wanted("unlock", "P3")).after
    assert booked_before.state_of("P3") == "agreed"


def test_what_was_agreed_by_hand_is_held_too() -> None:
    agreed = try_change(starting(), Wanted("agree", "P2")).after
    assert try_change(agreed, Wanted("take_off", "P2")).rules == ("T-20",)
    gone = try_change(agreed, Wanted("take_off", "P2"), "moves house").after
    assert gone.broken == ()
    assert gone.instance.existing_bookings["P2"] == ("T", "proposed")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted("move", "nobody", "T"), "must be on the waiting list"),
        (Wanted("move", "P1", "nowhere"), "must be a list"),
        (Wanted("move", "P1", "M"), "must be another list"),
        (Wanted("move", "P1", "T", position=9), "must be from 1 to 3"),
        (Wanted("move", "P1", "T", start=dt.time(6, 0)), "must be from 08:30"),
        (Wanted("move", "P4", "T"), "must be on a list"),
        (Wanted("book", "P1", "T"), "must have no list yet"),
        (Wanted("swap", "P1", other="P6"), "must be on two lists"),
        (Wanted("swap", "P1"), "must be on the waiting list"),
        (Wanted("take_off", "P4"), "must be on a list"),
        (Wanted("decline", "P1"), "must have been told a date"),
        (Wanted("unlock", "P1"), "must be locked"),
    ],
)
def test_what_is_no_change_of_this_plan_is_refused_in_words(wanted: Wanted, words: str) -> None:
    with pytest.raises(InputFaults, match=words):
        try_change(starting(), wanted)


def test_lists_are_offered_best_first_with_what_they_would_break() -> None:
    found = choices(starting(), "P4")
    assert [one.on.list_id for one in found if one.fits] == ["W"]
    assert found[0].words.startswith("fits, ")
    assert all(not one.fits and one.words for one in found[1:])
    assert {one.on.list_id for one in choices(starting(), "P1")} == {"T", "W"}


def test_whom_one_could_swap_with_is_said_and_true() -> None:
    standing = starting()
    for patient_id in sorted(standing.list_of):
        for other, fits in partners(standing, patient_id):
            assert try_change(standing, Wanted("swap", patient_id, other=other), "asked").allowed == fits
    assert {other for other, _ in partners(standing, "P1")} <= {"P2", "P3"}


def test_what_would_make_room_is_said() -> None:
    standing = starting()
    assert "It would fit with" in what_would_help(standing, Wanted("move", "P6", "T"))
    assert what_would_help(standing, Wanted("book", "P4", "W")) == ""
    assert what_would_help(standing, Wanted("take_off", "P1")) == ""


def sequence(start: Standing) -> list[Tried]:
    """One of every kind, each after the one before."""
    asked = [
        (Wanted("agree", "P3"), ""),
        (Wanted("book", "P4", "W"), ""),
        (Wanted("lock", "P4"), ""),
        (Wanted("decline", "P1"), ""),
        (Wanted("take_off", "P2"), "ill"),
    ]
    tried: list[Tried] = []
    for wanted, reason in asked:
        tried.append(try_change(tried[-1].after if tried else start, wanted, reason))
        assert tried[-1].allowed, tried[-1].breaks
    return tried


def test_changes_kept_as_plain_values_come_to_the_same_plan() -> None:
    start = starting(P1="offered")
    tried = sequence(start)
    records = [record_of(one, at, "anna", NOON) for at, one in enumerate(tried, start=1)]
    read = [recorded_from_json(one.as_json()) for one in records]
    assert read == records
    assert folded(start, read) == tried[-1].after


def test_the_tables_of_the_next_run_are_what_was_judged() -> None:
    """The instance that is saved is the one every change was judged with, to the last appointment."""
    opened_plan = plan(P1="offered")
    tried = sequence(opened_plan.start)
    after = tried[-1].after
    saved: Instance = instance_of(tables_of_next_run(ByHand(opened_plan, (), after)).validated())
    assert saved == after.instance


def test_changes_of_one_command_are_read_and_made_in_their_order() -> None:
    found = parse_wanted({"lock": ["P4"], "book": ["P4=W@10:30"], "swap": ["P1=P2"], "move": ["P6 = T@2"]})
    assert found == (
        Wanted("swap", "P1", other="P2"),
        Wanted("move", "P6", "T", position=2),
        Wanted("book", "P4", "W", start=dt.time(10, 30)),
        Wanted("lock", "P4"),
    )
    changes, after = all_tried((), starting(), Asking(parse_wanted({"book": ["P4=W"], "lock": ["P4"]}), who="anna"))
    assert [(one.number, one.who, one.kind) for one in changes] == [(1, "anna", "book"), (2, "anna", "lock")]
    assert after.state_of("P4") == "locked"


def test_all_that_cannot_be_read_is_told_at_once() -> None:
    with pytest.raises(InputFaults) as caught:
        parse_wanted({"move": ["P1", "P1=T@27:00"], "swap": ["P1"], "lock": ["P1=T"]})
    assert len(caught.value.faults) == 4


def test_a_refused_change_ends_the_command() -> None:
    with pytest.raises(InputFaults, match="T-08"):
        all_tried((), starting(), Asking(parse_wanted({"move": ["P6=T"], "lock": ["P1"]})))


def test_nothing_is_not_saved_and_broken_not_without_a_word(tmp_path: Path) -> None:
    nobody = Following(SilentListener(), lambda: False, Started.now())
    opened_plan, out = plan(), tmp_path / "new"
    with pytest.raises(InputFaults, match="at least one"):
        save_by_hand(ByHand(opened_plan, (), opened_plan.start), out, nobody)
    tried = try_change(opened_plan.start, Wanted("move", "P6", "T"), "three will do", set_aside=True)
    record = record_of(tried, 1, "anna", NOON)
    with pytest.raises(InputFaults, match="T-08"):
        save_by_hand(ByHand(opened_plan, (record,), tried.after), out, nobody)
