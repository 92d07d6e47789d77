"""Drafts on disk: two people, two tabs, a restart, an undo; nothing is lost and nothing is overwritten."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from models.shared.faults import InputFaults
from nwl_opt.theatres.manual import drafts
from nwl_opt.theatres.manual.drafts import Asked, add_change, discard, read_draft, undo
from nwl_opt.theatres.manual.opened import OpenPlan, opened
from nwl_opt.theatres.manual.trying import Tried
from nwl_opt.theatres.manual.versions import LostUpdate
from nwl_opt.theatres.manual.wanted import Wanted
from tests.small_diary import small_diary

pytestmark = pytest.mark.unit

NOON = dt.datetime(2027, 3, 22, 12, 0, tzinfo=dt.UTC)
BOOK, LOCK = Wanted("book", "P4", "W"), Wanted("lock", "P4")


@pytest.fixture
def plan() -> OpenPlan:
    return opened(small_diary())


def add(folder: Path, plan: OpenPlan, wanted: Wanted, version: int, who: str = "anna") -> Tried:
    return add_change(folder, plan, Asked(wanted, version, who, NOON))


def test_a_draft_is_read_again_as_it_was_left(tmp_path: Path, plan: OpenPlan) -> None:
    assert read_draft(tmp_path / "d", plan).version == 0
    add(tmp_path / "d", plan, BOOK, 0)
    tried = add(tmp_path / "d", plan, LOCK, 1, "ben")
    read = read_draft(tmp_path / "d", opened(small_diary()))
    assert read.version == 2
    assert read.standing == tried.after
    assert [(one.number, one.who, one.at, one.words) for one in read.changes] == [
        (1, "anna", "2027-03-22T12:00:00+00:00", "P4: booked on list W (Wed 14 Apr, S2)."),
        (2, "ben", "2027-03-22T12:00:00+00:00", "P4: locked on list W (Wed 14 Apr, S2)."),
    ]


def test_what_is_refused_is_not_kept(tmp_path: Path, plan: OpenPlan) -> None:
    assert not add(tmp_path, plan, Wanted("move", "P6", "T"), 0).allowed
    assert read_draft(tmp_path, plan).version == 0


def test_the_second_of_two_is_told_who_was_first_and_loses_nothing(tmp_path: Path, plan: OpenPlan) -> None:
    add(tmp_path, plan, BOOK, 0, "anna")
    with pytest.raises(LostUpdate, match=r"anna made change 1 at 12:00 UTC: P4: booked on list W"):
        add(tmp_path, plan, Wanted("lock", "P1"), 0, "ben")
    assert [one.who for one in read_draft(tmp_path, plan).changes] == ["anna"]


def test_two_at_the_very_same_moment(tmp_path: Path, plan: OpenPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read version 0 before either writes: the one who writes second is refused."""
    empty = read_draft(tmp_path, plan)
    add(tmp_path, plan, BOOK, 0)
    monkeypatch.setattr(drafts, "read_draft", lambda *_: empty)
    with pytest.raises(LostUpdate, match="at the very same moment"):
        add(tmp_path, plan, Wanted("lock", "P1"), 0)
    monkeypatch.undo()
    assert [one.kind for one in read_draft(tmp_path, plan).changes] == ["book"]
    assert not list(tmp_path.glob("*.part"))


def test_undone_changes_stay_on_record(tmp_path: Path, plan: OpenPlan) -> None:
    add(tmp_path, plan, BOOK, 0)
    add(tmp_path, plan, LOCK, 1)
    assert undo(tmp_path, plan, 2, "ben", NOON).kind == "lock"
    read = read_draft(tmp_path, plan)
    assert [one.kind for one in read.active] == ["book"]
    assert read.changes[1].undone == ("ben", "2027-03-22T12:00:00+00:00")
    assert read.standing.state_of("P4") == "proposed"
    undo(tmp_path, plan, 3, "ben", NOON)
    assert read_draft(tmp_path, plan).standing == plan.start
    with pytest.raises(InputFaults, match="nothing to undo"):
        undo(tmp_path, plan, 4, "ben", NOON)
    with pytest.raises(LostUpdate, match="ben undid change 2"):
        undo(tmp_path, plan, 1, "anna", NOON)


def test_a_discarded_draft_begins_anew_and_old_tabs_notice(tmp_path: Path, plan: OpenPlan) -> None:
    add(tmp_path, plan, BOOK, 0)
    with pytest.raises(LostUpdate):
        discard(tmp_path, plan, 0)
    discard(tmp_path, plan, 1)
    assert read_draft(tmp_path, plan).changes == ()
    with pytest.raises(LostUpdate, match="discarded"):
        add(tmp_path, plan, LOCK, 1)


def test_a_damaged_draft_is_told_and_never_half_used(tmp_path: Path, plan: OpenPlan) -> None:
    add(tmp_path, plan, BOOK, 0)
    path = tmp_path / "000001.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"W"', '"nowhere"'), encoding="utf-8")
    with pytest.raises(InputFaults, match="damaged"):
        read_draft(tmp_path, plan)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(InputFaults, match="damaged"):
        read_draft(tmp_path, plan)
    discard(tmp_path, plan, 1)
    assert read_draft(tmp_path, plan).changes == ()


def test_changes_of_another_plan_are_not_used(tmp_path: Path, plan: OpenPlan) -> None:
    add(tmp_path, plan, BOOK, 0)
    path = tmp_path / "000001.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"plan_sha256": ""', '"plan_sha256": "x"'), "utf-8")
    with pytest.raises(InputFaults, match="another plan"):
        read_draft(tmp_path, plan)
