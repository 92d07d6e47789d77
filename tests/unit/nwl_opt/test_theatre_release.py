"""Sessions given up: who could take each, in what order, and why the others cannot."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from models.shared.faults import InputFaults
from models.shared.problem import SolveOptions
from nwl_opt.solving import SilentListener, Started
from nwl_opt.terminal.releasing import show_sessions
from nwl_opt.theatres import release_run
from nwl_opt.theatres.carry_over import carried_over
from nwl_opt.theatres.draft import Draft
from nwl_opt.theatres.making_runs import Following
from nwl_opt.theatres.releasing import Session, Taker, rank_sessions
from nwl_opt.theatres.saved_lists import instance_of
from tests.small_diary import MONDAY, TUESDAY, small_diary, small_draft

pytestmark = pytest.mark.unit


def ranked(draft: Draft, *lists: str, **chosen: str) -> tuple[Session, ...]:
    """The sessions after their surgeons gave them up."""
    saved = small_diary(draft)
    given_up = carried_over(saved)
    for row in given_up.rows("lists"):
        if row["list_id"] in lists:
            given_up.change("lists", row, surgeon_id=None)
    return rank_sessions(saved.plan, instance_of(given_up.validated()), lists, chosen, saved.states)


def with_surgeon(draft: Draft, surgeon: str, *skills: str, lists_a_week: int = 2) -> None:
    draft.add("surgeons", {"surgeon_id": surgeon, "trust_id": "A", "max_lists_per_week": lists_a_week})
    for skill in skills:
        draft.add("surgeon_subspecialties", {"surgeon_id": surgeon, "subspecialty_id": skill})


def test_takers_are_ranked_and_the_others_told_why_not() -> None:
    """M is given up by S1. Only P4 goes to any surgeon, so S2 would book P4 (a hip, 100 minutes); S3 does no hips."""
    draft = small_draft()
    with_surgeon(draft, "S3", "foot")
    with_surgeon(draft, "S4", "hip", lists_a_week=0)
    with_surgeon(draft, "S5", "hip")
    draft.add("surgeon_leave", {"surgeon_id": "S5", "first_day": MONDAY, "last_day": MONDAY})
    with_surgeon(draft, "S6", "hip")
    draft.add("surgeon_commitments", {"surgeon_id": "S6", "date": MONDAY, "start": "13:00", "end": "17:00",
                                      "travel_minutes": 45})  # fmt: skip
    (session,) = ranked(draft, "M")
    assert (session.given_up_by, session.goes_to) == ("S1", "S2")
    assert session.loses == (("P1", "proposed"), ("P6", "proposed"))
    first = session.takers[0]
    assert (first.surgeon_id, first.rank, first.patients, first.touch_minutes) == ("S2", 1, ("P4",), 100)
    assert (first.kit_to_spare, first.staff_to_spare) == (1, 2)  # two hip sets, one used; four nurses, two needed
    assert {taker.surgeon_id: taker.why_not for taker in session.takers[1:]} == {
        "S1": "gave it up",
        "S3": "none of their patients is ready and waiting without a date",
        "S4": "0 of 0 lists that week are taken",
        "S5": "on leave",
        "S6": "elsewhere that day, with too little time to travel",
    }


def test_what_is_given_on_counts_for_the_next_session() -> None:
    """S2 takes P4 on M; on T nobody is left for S2. In the other order P4 goes to T."""
    first, second = ranked(small_draft(), "M", "T")
    assert (first.goes_to, second.goes_to) == ("S2", None)
    assert [taker.why_not for taker in second.takers if taker.surgeon_id == "S2"] == [
        "none of their patients is ready and waiting without a date"
    ]
    first, second = ranked(small_draft(), "T", "M")
    assert (first.on.date, first.takers[0].patients, second.goes_to) == (TUESDAY, ("P4",), None)


def test_long_waits_come_before_kit_staff_cases_and_minutes() -> None:
    """The order of standing; no limit is more than any number."""
    takers = [
        Taker("minutes", "", touch_minutes=200, patients=("A",), kit_to_spare=1, staff_to_spare=1),
        Taker("cases", "", touch_minutes=100, patients=("A", "B"), kit_to_spare=1, staff_to_spare=1),
        Taker("staff", "", patients=("A",), kit_to_spare=1, staff_to_spare=2),
        Taker("kit", "", patients=("A",), kit_to_spare=None, staff_to_spare=0),
        Taker("waits", "", patients=("A",), long_waits=1, kit_to_spare=0, staff_to_spare=0),
    ]
    assert [taker.surgeon_id for taker in sorted(takers, key=Taker.standing)] == [
        "waits", "kit", "staff", "cases", "minutes",
    ]  # fmt: skip


def test_the_patients_shown_are_said_to_be_those_who_would_fit_now() -> None:
    """Mending plans anew and may book others; where nobody can take the session there is nothing to say."""
    words = "would fit as things stand"
    takers = small_draft()
    assert words in screen(ranked(takers, "M")) and "may choose others" in screen(ranked(takers, "M"))
    away = small_draft()
    away.add("surgeon_leave", {"surgeon_id": "S2", "first_day": MONDAY, "last_day": MONDAY})
    assert words not in screen(ranked(away, "M"))


def screen(sessions: tuple[Session, ...]) -> str:
    """What is shown of sessions, its line ends taken out."""
    console = Console(file=io.StringIO(), width=200, record=True)
    show_sessions(console, sessions, None)
    return " ".join(console.export_text().split())


def test_every_fault_of_a_release_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown lists and surgeons, a list twice, a list given on that was not given up."""
    monkeypatch.setattr(release_run, "read_saved_lists", lambda folder: small_diary())
    following = Following(SilentListener(), lambda: False, Started.now())
    with pytest.raises(InputFaults) as caught:
        release_run.release(tmp_path, ["M", "M", "X"], {"M": "S9", "T": "S2"}, tmp_path / "out", SolveOptions(),
                            lambda *what: None, following)  # fmt: skip
    assert [fault.found for fault in caught.value.faults] == ["T=S2", "M=S9", "X", "M twice"]
    with pytest.raises(InputFaults, match="S1: gave it up"):
        release_run.release(tmp_path, ["M"], {"M": "S1"}, tmp_path / "out", SolveOptions(), lambda *what: None,
                            following)  # fmt: skip
    with pytest.raises(InputFaults) as caught:
        release_run.parse_given(["M=S1", "M=S2", "T"])
    assert [fault.found for fault in caught.value.faults] == ["M=S2", "T"]
