"""Each reason code where it appears: the rule binds, and what is said to help books the patient, all others fixed.

In the instance `each_rule` one rule at a time keeps one patient off a list, so that its code, and no other, is told.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest

from models.theatres.baselines import p2_then_longest_wait
from models.theatres.booking import Book
from models.theatres.eligibility import NO_RULES
from models.theatres.instance import Instance
from models.theatres.output_tables import CAPACITY_CODES, READINESS_CODES
from models.theatres.plan import Plan
from models.theatres.reasons import Reason, reason, reasons
from models.theatres.tables_of import tables_of
from tests.model.theatres.helping import with_help
from tests.model.theatres.plans import checked, shipped, shipped_instance, texts
from tests.unit.theatres.small_world import MONDAY, at, patient, procedure, theatre_list, world

pytestmark = pytest.mark.model

# Code -> the patient of `each_rule` who is told it, and the rule of the code.
TOLD = {
    "no_suitable_list": ("T03-no-staff", "T-03"),
    "notice": ("T06-long-notice", "T-06"),
    "loan_kit": ("T31-loan-too-late", "T-31"),
    "not_available": ("T07-away", "T-07"),
    "tests_not_in_time": ("T15-result-too-late", "T-15"),
    "list_time": ("T08-too-long", "T-08"),
    "overrun_chance": ("T09-uncertain", "T-09"),
    "overrun_rehearsed": ("T37-late-when-rehearsed", "T-37"),
    "joints": ("T30-no-joints-here", "T-30"),
    "surgeon_lists": ("T11-second-list-b", "T-11"),
    "staff": ("T29-nobody-to-scrub", "T-29"),
    "transport": ("T35-by-transport-b", "T-35"),
    "beds": ("T12-no-bed", "T-12"),
    "kit": ("T13-no-kit", "T-13"),
    "trays": ("T32-slow-set-b", "T-32"),
    "image_intensifier": ("T14-x-ray-b", "T-14"),
    "recovery": ("T33-recovery-b", "T-33"),
    "test_slots": ("T18-one-place-b", "T-18"),
}
# In `each_rule` these codes cannot stand alone; they have tests of their own below.
ELSEWHERE = {"existing_booking", "surgeon_busy", "order_of_the_day", "lower_priority", "room_left"}


@cache
def _plan() -> Plan:
    return p2_then_longest_wait(shipped_instance("each_rule"))


@cache
def _reasons() -> dict[str, Reason]:
    return reasons(_plan())


def _fits_somewhere(patient_id: str, without_rules: frozenset[str] = NO_RULES) -> bool:
    book = Book.of_plan(_plan(), without_rules)
    return any(book.fits(patient_id, list_id) for list_id in book.instance.lists)


def test_every_code_has_a_test() -> None:
    assert TOLD.keys() | ELSEWHERE == set(CAPACITY_CODES)


@pytest.mark.parametrize("code", sorted(TOLD))
def test_the_code_names_the_rule_that_binds(code: str) -> None:
    """As things stand the patient fits nowhere; without the rule of the code, somewhere."""
    patient_id, rule = TOLD[code]
    told = _reasons()[patient_id]
    assert told.code == code and rule in told.rules
    assert told.rule == rule  # not just the first of all that stand in the way
    assert not _fits_somewhere(patient_id)
    assert _fits_somewhere(patient_id, frozenset({rule}))


@pytest.mark.parametrize("code", sorted(TOLD))
def test_what_helps_is_proved_on_the_files_and_by_the_checker(code: str) -> None:
    """Each help as a scenario: the files read anew, the patient booked, the plan independently checked."""
    patient_id, _ = TOLD[code]
    helps = _reasons()[patient_id].helps
    assert helps
    for help in helps:
        plan = with_help(shipped("each_rule"), _plan(), patient_id, help).plan()
        report = checked(plan.instance, texts(tables_of(plan, reasons(plan))))
        # Others may now fit too, for the plan was not made for the changed instance; nothing else may be said.
        told = [f for f in report.findings if f.severity == "error" and "there is room" not in f.message]
        assert not told, (help.sentence, told)


def test_the_least_change_is_named_in_a_schedulers_words() -> None:
    """One set is ready 120 minutes after a case; 100 + 120 + 100 = 320 > 230, 100 + 30 + 100 = 230."""
    helps = {code: _reasons()[patient_id].helps[0].sentence for code, (patient_id, _) in TOLD.items()}
    assert helps["trays"].endswith("ready again 30 minutes after a case instead of 120.")
    assert helps["staff"].startswith("1 Scrub practitioner from 08:00 to 13:00 more on Sat 17 Apr")
    assert helps["transport"] == "One more place a day on hospital transport (2 instead of 1)."
    assert helps["recovery"] == "One more recovery bay (2 instead of 1)."
    assert helps["joints"].startswith("1 joint instead of 0 on list L30")
    assert helps["loan_kit"].startswith("Loan set delivered in 22 days instead of 28")


def test_a_rehearsed_late_finish_is_mended_by_minutes_or_by_a_limit_in_whole_points() -> None:
    longer, limit = _reasons()["T37-late-when-rehearsed"].helps
    assert "10 minutes later" in longer.sentence
    assert limit.sentence == "A limit of 18 % on the rehearsed chance of a late finish, now 10 %."


def _day_of_two(bays: int, machines: int) -> Book:
    """A on list L and B to come on list M at the same time: one machine and one bay, for everything at once."""
    kind = procedure(needs_image_intensifier=True, recovery_minutes=120)
    lists = [
        theatre_list("L", end=at(MONDAY, "10:10")),
        theatre_list("M", surgeon_id="S2", theatre_id="T2", end=at(MONDAY, "10:10")),
    ]
    settings = {
        "image_intensifiers": machines,
        "recovery_bays": bays,
        "rehearsed_overrun_limit_share": 0.5,
        "overrun_probability_limit_share": 0.5,
    }
    made = world([patient("A"), patient("B", surgeon_id="S2")], lists, procedures=[kind], settings=settings)
    book = Book(made)
    assert book.book("A", "L")
    return book


def test_an_order_of_the_day_that_needs_more_of_two_things_says_so() -> None:
    """Lists of exactly one case at the same time: neither a machine nor a bay alone would do."""
    found = reason(_day_of_two(bays=1, machines=1), "B")
    assert found.code == "order_of_the_day"
    assert {"T-14", "T-33"} <= set(found.rules)
    assert [edit.column for edit in found.helps[0].edits] == ["image_intensifiers", "recovery_bays"]  # type: ignore[union-attr]
    assert reason(_day_of_two(bays=2, machines=1), "B").code == "image_intensifier"
    assert reason(_day_of_two(bays=1, machines=2), "B").code == "recovery"


def test_a_surgeon_in_two_theatres_is_told_and_only_a_place_helps() -> None:
    """S1 has two lists at the same time, each of one case: nothing known mends that but the place of A."""
    lists = [
        theatre_list("L", end=at(MONDAY, "10:10"), max_joints=1),
        theatre_list("M", theatre_id="T2", end=at(MONDAY, "10:10")),
    ]
    loose = {"rehearsed_overrun_limit_share": 0.5}
    book = Book(world([patient("A"), patient("B")], lists, settings=loose))
    assert book.book("A", "L")
    found = reason(book, "B")
    assert (found.code, "T-10" in found.rules) == ("surgeon_busy", True)
    assert found.helps[0].instead_of == "A"


def test_more_than_one_thing_short_is_lower_priority() -> None:
    """One bed and one set, both A's, and no time: three things, and the place of A is what would help."""
    kind = procedure(kit=("set",))
    made = world([patient("A"), patient("B")], [theatre_list(end=at(MONDAY, "10:30"))], procedures=[kind],
                 kit={"set": (1, 1)}, beds_open=1)  # fmt: skip
    book = Book(made)
    assert book.book("A", "L")
    found = reason(book, "B")
    assert found.code == "lower_priority"
    assert {"T-08", "T-12", "T-13"} <= set(found.rules)
    assert found.helps[0].instead_of == "A"


def test_a_booking_that_stays_but_cannot_be_kept_is_helped_by_a_named_change() -> None:
    """A has agreed L, which has no staff; on M there is room once the change is named."""
    lists = [theatre_list("L", staffed=False), theatre_list("M", MONDAY.replace(day=13))]
    found = reason(Book(world([patient("A")], lists, bookings={"A": ("L", "agreed")})), "A")
    assert (found.code, found.rules) == ("existing_booking", ("T-20",))
    assert found.helps[0].list_id == "M"


def test_readiness_codes_come_first() -> None:
    told = _reasons()["T02-unfit"]
    assert told.code == "unfit" and told.code in READINESS_CODES
    assert told.helps[0].edits[0].table == "patients"


def _missing(instance: Instance) -> tuple[str, str]:
    """Reason and what is missing of patient A in an empty plan."""
    told = reason(Book(instance), "A")
    assert (told.code, told.rule, told.helps) == ("no_suitable_list", "T-04", ())
    return told.sentence, told.what_would_help


def test_without_a_list_of_the_surgeon_the_list_that_is_missing_is_named() -> None:
    """T-04: 21 days' notice from Mon 22 Mar end on Mon 12 Apr; with no lists at all, and with another's only."""
    of_another = theatre_list(subspecialty_id="feet", surgeon_id="S2")
    of_other_work = theatre_list(subspecialty_id="feet")
    for lists in ([], [of_another], [of_other_work]):
        sentence, missing = _missing(world([patient("A")], lists))
        assert sentence == "There is no list of S1 for this operation on these dates."
        assert missing == "Missing is a list of S1 for this operation, with room, on a day from Mon 12 Apr."
    days = {"available_from": MONDAY + dt.timedelta(days=1), "available_to": MONDAY + dt.timedelta(days=3)}
    assert _missing(world([patient("A", **days)], []))[1].endswith("on a day from Tue 13 Apr until Thu 15 Apr.")
    early = patient("A", available_to=MONDAY - dt.timedelta(days=3))
    assert _missing(world([early], []))[1].endswith("from Mon 12 Apr; the patient can come until Fri 9 Apr.")
    anybody = patient("A", surgeon_choice="trust")
    assert _missing(world([anybody], []))[1].startswith("Missing is a list of any surgeon of A for this operation")


def test_without_a_surgeon_for_the_operation_the_surgeon_is_what_is_missing() -> None:
    """T-04: nobody in the instance is S1, and the patient takes no other."""
    told = _missing(world([patient("A")], [], surgeons=("S2",)))
    assert told[1] == "Missing is a surgeon for Joints whom the patient has agreed to, with a list."


def test_the_list_that_was_missing_books_the_patient() -> None:
    """T-04, T-06: with such a list on the day named there is room; a day sooner there is not the notice."""
    for day, fits in ((MONDAY, True), (MONDAY - dt.timedelta(days=1), False)):
        assert Book(world([patient("A")], [theatre_list(day=day)])).fits("A", "L") is fits
