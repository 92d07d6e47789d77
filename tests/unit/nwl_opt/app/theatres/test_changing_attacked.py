"""Changing theatre lists by somebody who types what they like, presses twice, and comes back to damaged files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nwl_opt.app.theatres.changing_drafts import DRAFTS_FOLDER
from nwl_opt.plain import mapping_of
from nwl_opt.theatres.manual.versions import read_version
from tests.lists_app import CHANGE, NAME, RUN, a_booked, changing, reopened, send, words

pytestmark = pytest.mark.unit

EVENT = {"kind": "theatre_down", "theatre": "T2", "first_day": "2027-04-14", "last_day": "2027-04-14"}
NHS_NUMBER = "9434765919"
"""A number of the kind the NHS keeps for tests."""


def drafts(root: Path) -> Path:
    found = [path for path in root.rglob(DRAFTS_FOLDER) if path.is_dir()]
    assert len(found) == 1
    return found[0] / NAME


@pytest.mark.parametrize(
    ("typed", "understood"), [("9:30", "09:30"), ("09.30", "09:30"), ("0930", "09:30"), ("10:05", "10:05")]
)
def test_a_time_is_read_as_people_write_it(small_lists: Path, tmp_path: Path, typed: str, understood: str) -> None:
    _, at = a_booked(small_lists)
    looked = send(changing(small_lists, tmp_path), small_lists, kind="move", list=at, start=typed, look="yes")
    assert looked.status_code in (200, 422)
    assert f"not before {understood}" in words(looked.text)


@pytest.mark.parametrize(
    ("name", "typed"),
    [("start", "10:30+05:00"), ("start", "10:30:15"), ("start", "noon"), ("start", "25:00"), ("start", "x" * 5000),
     ("position", "first"), ("position", "-1"), ("position", "²"), ("position", "1" * 5000)],
)  # fmt: skip
def test_what_was_typed_wrongly_is_told_where_it_was_typed_and_not_lost(
    small_lists: Path, tmp_path: Path, name: str, typed: str
) -> None:
    """A time with a zone was an error of our own; any other sent the user to a page with nothing but a way home."""
    patient_id, at = a_booked(small_lists)
    fields = {"kind": "move", "list": at, "reason": "the ward <b>rang</b>", name: typed}
    for look in ({}, {"look": "yes"}):
        answer = send(changing(small_lists, tmp_path / str(len(look))), small_lists, **fields, **look)
        assert answer.status_code == 422
        page = words(answer.text)
        assert "Nothing was done" in page
        assert patient_id in page
        assert 'value="the ward &lt;b&gt;rang&lt;/b&gt;"' in answer.text
        assert typed[:20] in answer.text


def test_a_refused_wish_is_told_on_the_page_it_came_from(small_lists: Path, tmp_path: Path) -> None:
    _, at = a_booked(small_lists)
    answer = send(changing(small_lists, tmp_path), small_lists, kind="move", list=at, position="9")
    assert answer.status_code == 422
    assert "must be from 1 to" in answer.text
    assert "<h1>Change a patient</h1>" in answer.text
    back = send(changing(small_lists, tmp_path / "b"), small_lists, kind="unlock", back=f"list:{at}")
    assert back.status_code == 422
    assert "<h1>Change a list</h1>" in back.text


def test_a_damaged_draft_can_be_discarded(small_lists: Path, tmp_path: Path) -> None:
    """Every page of changes was closed until somebody found the file."""
    web = changing(small_lists, tmp_path)
    send(web, small_lists, kind="lock")
    folder = drafts(tmp_path)
    (folder / "000002.json").write_text('{"changes": [', encoding="utf-8")
    web = reopened(tmp_path)
    for url in (CHANGE, f"{RUN}/happened", f"{RUN}/release", f"{RUN}/roll"):
        assert web.client.get(url).status_code == 200, url
    page = words(web.client.get(CHANGE).text)
    assert "cannot be read any more: damaged" in page
    assert "Discard all changes" in page
    assert send(web, small_lists, kind="lock", version="2").status_code == 422
    assert web.post(f"{CHANGE}/discard", {"version": "2"}).status_code == 303
    assert "Nothing has been changed by hand yet" in words(web.client.get(CHANGE).text)
    assert send(web, small_lists, kind="lock", version="3").status_code == 303


def test_changes_that_are_not_saved_are_named_where_they_would_be_left_out(small_lists: Path, tmp_path: Path) -> None:
    web = changing(small_lists, tmp_path)
    pages = (f"{RUN}/happened", f"{RUN}/release", f"{RUN}/roll")
    for url in pages:
        assert "not saved" not in words(web.client.get(url).text), url
    send(web, small_lists, kind="lock")
    for url in pages:
        assert "1 change by hand of this run is not saved" in words(web.client.get(url).text), url


def test_an_event_is_noted_once(small_lists: Path, tmp_path: Path) -> None:
    """A decline noted twice would count twice in the patient's record."""
    web = changing(small_lists, tmp_path)
    assert web.post(f"{RUN}/happened", {**EVENT, "version": "0"}).status_code == 303
    again = web.post(f"{RUN}/happened", {**EVENT, "version": "1"})
    assert again.status_code == 422
    assert "must be noted once" in again.text
    other = {**EVENT, "first_day": "2027-04-13", "last_day": "2027-04-13"}
    assert web.post(f"{RUN}/happened", {**other, "version": "1"}).status_code == 303


@pytest.mark.parametrize("typed", ["Mrs Smith", "<b>P</b>", NHS_NUMBER, f"{NHS_NUMBER[:3]}-{NHS_NUMBER[3:]}"])
def test_a_new_patient_is_no_name_and_no_nhs_number(small_lists: Path, tmp_path: Path, typed: str) -> None:
    web = changing(small_lists, tmp_path)
    answer = web.post(f"{RUN}/happened", {"kind": "new_patient", "version": "0", "row.patient_id": typed})
    assert answer.status_code == 422
    assert "must be a pseudonym" in answer.text
    assert typed not in answer.text.partition("must be a pseudonym")[0]
    assert "Nothing yet" in answer.text


def test_a_day_gone_by_is_refused_before_anything_is_queued(small_lists: Path, tmp_path: Path) -> None:
    web = changing(small_lists, tmp_path)
    for day in ("2027-03-22", "2020-01-01", "0001-01-01", "", "29/03/2027", "x" * 5000):
        answer = web.post(f"{RUN}/roll", {"to": day})
        assert answer.status_code == 422, day
        assert "must be a day after 2027-03-22" in answer.text
    assert "Planning the next week" not in web.client.get("/jobs").text


def test_pressed_twice_is_asked_once(small_lists: Path, tmp_path: Path) -> None:
    web = changing(small_lists, tmp_path)
    send(web, small_lists, kind="lock")
    first = web.post(f"{CHANGE}/save", {"version": "1"}).headers["location"]
    assert web.post(f"{CHANGE}/save", {"version": "1"}).headers["location"] == first
    assert web.post(f"{CHANGE}/save", {"version": "1", "mend": "yes"}).headers["location"] != first
    web.job(first).cancel()
    assert web.post(f"{CHANGE}/save", {"version": "1"}).headers["location"] != first


def test_what_people_write_as_a_reason_is_shown_as_they_wrote_it(small_lists: Path, tmp_path: Path) -> None:
    reason = "<script>alert(1)</script> “ü” 手術 {{ 7*7 }} =cmd|calc --reason=x"
    web = changing(small_lists, tmp_path)
    assert send(web, small_lists, kind="take_off", reason=reason).status_code == 303
    page = web.client.get(CHANGE).text
    assert "<script>alert" not in page
    assert reason in words(page).replace("&lt;", "<").replace("&gt;", ">")
    kept = read_version(drafts(tmp_path), 1)["changes"]
    assert isinstance(kept, list)
    assert mapping_of(kept[0])["reason"] == reason
    saved = web.post(f"{CHANGE}/save", {"version": "1", "reason": reason})
    assert f"--reason={reason}" in web.job(saved.headers["location"]).argv
    assert not re.search("script", saved.headers["location"])
