"""Changing theatre lists in the app: every page and form, and every fault a form can bring."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nwl_opt.plain import mapping_of
from nwl_opt.run_folder import read_run
from nwl_opt.theatres.manual.saving import CHANGES_FILE
from tests.app_client import browser, copied
from tests.lists_app import CHANGE, NAME, RUN, a_booked, booked, changing, reopened, send, token, words, working

pytestmark = pytest.mark.unit


def test_every_page_is_there(small_lists: Path, tmp_path: Path) -> None:
    patient_id, list_id = a_booked(small_lists)
    web = changing(small_lists, tmp_path)
    pages = [CHANGE, f"{CHANGE}/patient/{token(web, patient_id)}", f"{CHANGE}/list?list={list_id}",
             f"{RUN}/difference", f"{RUN}/happened", f"{RUN}/release", f"{RUN}/roll"]  # fmt: skip
    for url in pages:
        answer = web.client.get(url)
        assert answer.status_code == 200, url
        assert answer.text.count("<h1>") == 1, url
        assert len(answer.content) < 500_000, url
        assert "style=" not in answer.text, url


@pytest.mark.parametrize("url", [CHANGE, f"{CHANGE}/find", f"{CHANGE}/undo", f"{CHANGE}/discard", f"{CHANGE}/save",
                                 f"{RUN}/happened", f"{RUN}/happened/remove", f"{RUN}/happened/mend",
                                 f"{RUN}/release",
                                 f"{RUN}/release/give", f"{RUN}/roll"])  # fmt: skip
def test_a_form_without_its_token_does_nothing(small_lists: Path, tmp_path: Path, url: str) -> None:
    web = changing(small_lists, tmp_path)
    assert web.client.post(url, data={"kind": "lock"}).status_code == 403
    assert web.post(url, {"csrf_token": "0" * 64}).status_code == 403


def test_a_patient_is_found_by_a_form_and_no_address_names_them(small_lists: Path, tmp_path: Path) -> None:
    patient_id, _ = a_booked(small_lists)
    web = changing(small_lists, tmp_path)
    found = web.post(f"{CHANGE}/find", {"patient": patient_id.lower()})
    assert found.status_code == 303
    place = found.headers["location"]
    assert patient_id not in place.rpartition("/")[2]
    page = web.client.get(place).text
    assert patient_id in page
    assert not re.search(rf'href="[^"]*\b{patient_id}\b', page)
    nobody = web.post(f"{CHANGE}/find", {"patient": "P9999"})
    assert nobody.status_code == 422
    assert "Nobody in this run" in nobody.text


def test_what_is_not_there_is_not_found(small_lists: Path, tmp_path: Path) -> None:
    web = changing(small_lists, tmp_path)
    for url in (f"{CHANGE}/patient/{'0' * 16}", f"{CHANGE}/list?list=nowhere", f"{CHANGE}/list",
                f"{RUN}/release/0123456789ab", "/runs/20260101T000000Z-none/theatres/change"):  # fmt: skip
        assert web.client.get(url).status_code == 404, url
    assert send(web, small_lists, kind="lock", patient="0" * 16).status_code == 404
    for fields in ({"kind": "fly"}, {"kind": ""}):
        assert send(web, small_lists, **fields).status_code == 400, fields


def test_a_change_is_made_told_and_undone(small_lists: Path, tmp_path: Path) -> None:
    patient_id, _ = a_booked(small_lists)
    web = changing(small_lists, tmp_path)
    made = send(web, small_lists, kind="lock")
    assert made.status_code == 303
    assert made.headers["location"].endswith("#now")
    assert patient_id not in made.headers["location"].replace(NAME, "")
    page = words(web.client.get(made.headers["location"]).text)
    assert "change 1 is in the draft" in page
    assert "A draft with 1 change by hand" in page
    assert "Unlock" in page
    undone = web.post(f"{CHANGE}/undo", {"version": "1"})
    assert undone.status_code == 303
    page = words(web.client.get(CHANGE).text)
    assert "undone by" in page
    assert "Nothing has been changed by hand yet" in page


def test_a_broken_rule_is_named_and_nothing_is_changed(small_lists: Path, tmp_path: Path) -> None:
    """W is a list of S2, in a theatre of its own, for whom only P4 would go: everybody else breaks T-04 there."""
    others = [p for p, at in booked(small_lists).items() if at != "W" and p != "P4"]
    web = changing(small_lists, tmp_path)
    who = token(web, others[0])
    answer = web.post(CHANGE, {"kind": "move", "patient": who, "list": "W", "version": "0", "back": "change"})
    assert answer.status_code == 422
    page = words(answer.text)
    assert "The surgeon is the named one, or one the patient agreed to" in page
    assert "[T-04]" in page
    assert "no reason sets this aside" in page
    assert "Nothing has been changed by hand yet" in words(web.client.get(CHANGE).text)


def test_what_is_no_change_is_told_in_words(small_lists: Path, tmp_path: Path) -> None:
    _, list_id = a_booked(small_lists)
    web = changing(small_lists, tmp_path)
    for look in ({}, {"look": "yes"}):
        same = send(web, small_lists, kind="move", list=list_id, **look)
        assert same.status_code == 422
        assert "Name another list, or another place or time on this one." in same.text


def test_looking_first_changes_nothing(small_lists: Path, tmp_path: Path) -> None:
    web = changing(small_lists, tmp_path)
    looked = send(web, small_lists, kind="take_off", look="yes")
    assert looked.status_code == 200
    assert "has no date any more" in looked.text
    assert "Make this change" in looked.text
    assert "Nothing has been changed by hand yet" in words(web.client.get(CHANGE).text)


def test_a_promise_needs_a_reason(small_lists: Path, tmp_path: Path) -> None:
    web = changing(small_lists, tmp_path)
    assert send(web, small_lists, kind="agree").status_code == 303
    refused = send(web, small_lists, version="1", kind="take_off")
    assert refused.status_code == 422
    assert "With a reason it may be made" in refused.text
    assert "[T-20]" in refused.text
    assert send(web, small_lists, version="1", kind="take_off", reason="has a cold").status_code == 303
    assert "has a cold" in web.client.get(CHANGE).text


def test_two_tabs_the_second_is_told_and_loses_nothing(small_lists: Path, tmp_path: Path) -> None:
    web = changing(small_lists, tmp_path)
    assert send(web, small_lists, kind="lock").status_code == 303
    for url, fields in ((CHANGE, {"kind": "unlock"}), (f"{CHANGE}/undo", {}), (f"{CHANGE}/discard", {}),
                        (f"{CHANGE}/save", {})):  # fmt: skip
        for version in ("0", "x", ""):
            who = token(web, a_booked(small_lists)[0])
            answer = web.post(url, {"patient": who, "version": version, "back": "", **fields})
            assert answer.status_code == 409, url
            assert "A draft with 1 change by hand" in words(answer.text)
    page = web.client.get(CHANGE).text
    assert "locked on list" in page


def test_a_draft_outlives_the_server_and_can_be_discarded(small_lists: Path, tmp_path: Path) -> None:
    web = changing(small_lists, tmp_path)
    assert send(web, small_lists, kind="lock").status_code == 303
    web = reopened(tmp_path)
    assert "A draft with 1 change by hand" in words(web.client.get(CHANGE).text)
    assert web.post(f"{CHANGE}/discard", {"version": "1"}).status_code == 303
    assert "Nothing has been changed by hand yet" in words(web.client.get(CHANGE).text)


def test_nothing_is_not_saved(small_lists: Path, tmp_path: Path) -> None:
    web = changing(small_lists, tmp_path)
    assert web.post(f"{CHANGE}/save", {"version": "0"}).status_code == 422
    send(web, small_lists, kind="lock")
    assert web.post(f"{CHANGE}/save", {"version": "1", "mend": "yes", "effort": "9"}).status_code == 400


def test_saved_as_a_run_and_set_beside_the_one_before(small_lists: Path, tmp_path: Path) -> None:
    patient_id, _ = a_booked(small_lists)
    with working(small_lists, tmp_path) as web:
        send(web, small_lists, kind="take_off", reason="has a cold")
        answer = web.post(f"{CHANGE}/save", {"version": "1", "reason": "as rung"})
        job = web.ended(web.job(answer.headers["location"]))
        assert job.exit_code == 0, job.said("stderr.txt")
        assert patient_id not in " ".join(job.argv)
        record = read_run(job.out).record
        assert record is not None
        assert mapping_of(record["parent_run"])["command"] == "change"
        assert record["why"] == "as rung"
        assert record["who"]
        assert mapping_of(record["check"])["passed"] is True
        assert (job.out / CHANGES_FILE).is_file()
        page = words(web.client.get(f"/runs/{job.out.name}/theatres/difference").text)
        assert "Changed by hand" in page
        history = words(web.client.get("/runs").text)
        assert "as rung Changed by hand" in history
        assert patient_id in page
        assert "no date for now by hand" in page


def test_mending_queues_a_solve_around_the_draft(small_lists: Path, tmp_path: Path) -> None:
    web = changing(small_lists, tmp_path)
    send(web, small_lists, kind="lock")
    answer = web.post(f"{CHANGE}/save", {"version": "1", "mend": "yes", "effort": "0.3"})
    job = web.job(answer.headers["location"])
    assert {"--resolve", "--effort=0.3", "--version=1"} <= set(job.argv)
    assert job.about == NAME
    assert job.next_url.endswith("/theatres/difference")


EVENT = {"kind": "theatre_down", "theatre": "T2", "first_day": "2027-04-14", "last_day": "2027-04-14"}


def test_events_are_noted_removed_and_mended_after(small_lists: Path, tmp_path: Path) -> None:
    patient_id, _ = a_booked(small_lists)
    web = changing(small_lists, tmp_path)
    url = f"{RUN}/happened"
    assert web.post(url, {**EVENT, "version": "0"}).status_code == 303
    cancels = {"kind": "hospital_cancels", "patient": patient_id, "on_the_day": "no", "reason": "ventilation"}
    assert web.post(url, {**cancels, "version": "1"}).status_code == 303
    page = words(web.client.get(url).text)
    assert "Theatre T2 is down on 2027-04-14" in page
    assert f"The hospital cancels (ventilation): {patient_id}" in page
    assert web.post(f"{url}/remove", {"version": "2", "number": "1"}).status_code == 303
    assert "Theatre T2" not in words(web.client.get(url).text)
    answer = web.post(f"{url}/mend", {"version": "3", "effort": "1"})
    job = web.job(answer.headers["location"])
    assert job.verb == "theatres repair"
    assert patient_id not in " ".join(job.argv)
    events = Path(next(one for one in job.argv if one.endswith("events.toml")))
    assert patient_id in events.read_text(encoding="utf-8")
    assert web.post(f"{url}/remove", {"version": "3", "number": "all"}).status_code == 303
    assert "Nothing yet" in web.client.get(url).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "flood"}, "must be one of"),
        ({"kind": "patient_cancels", "patient": "P9999"}, "must be on the waiting list"),
        ({**EVENT, "first_day": "soon"}, "must be a day like"),
        ({**EVENT, "last_day": "2027-04-01"}, "must not be before first_day"),
        ({**EVENT, "planning_date": "2028-01-01"}, "must be a day like"),
        ({**EVENT, "planning_date": "tomorrow"}, "must be a day like"),
        ({"kind": "staff_short", "role": "scrub", "first_day": "2027-04-14", "last_day": "2027-04-14",
          "available": "few"}, "must be a whole number"),
        ({"kind": "new_patient"}, "must be given"),
    ],
)  # fmt: skip
def test_what_did_not_happen_is_not_noted(
    small_lists: Path, tmp_path: Path, fields: dict[str, str], said: str
) -> None:
    web = changing(small_lists, tmp_path)
    answer = web.post(f"{RUN}/happened", {**fields, "version": "0"})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Nothing yet" in answer.text


def test_a_new_patient_is_noted(small_lists: Path, tmp_path: Path) -> None:
    row = {"patient_id": "N1", "trust_id": "A", "surgeon_id": "S1", "surgeon_choice": "named",
           "priority": "P2", "clock_start": "2027-03-21", "laterality": "left", "asa_grade": "2", "adult": "yes",
           "fit": "yes", "consented": "yes", "validated": "yes", "ambulant": "yes", "hospital_transport": "no",
           "latex_allergy": "no", "infection_risk": "no", "diabetic": "no", "deprivation_quintile": "1"}  # fmt: skip
    web = changing(small_lists, tmp_path)
    codes = re.findall(r'name="row.procedure_code"[^>]*>.*?</select>', web.client.get(f"{RUN}/happened").text, re.S)
    code = re.findall(r'option value="([^"]+)"', codes[0])[0]
    fields = {f"row.{name}": text for name, text in {**row, "procedure_code": code}.items()}
    answer = web.post(f"{RUN}/happened", {"kind": "new_patient", "version": "0", "tests": "poa", **fields})
    assert answer.status_code == 303, words(answer.text)
    assert "A new patient is referred: N1" in words(web.client.get(f"{RUN}/happened").text)


def test_nothing_about_a_new_patient_is_taken_for_granted(small_lists: Path, tmp_path: Path) -> None:
    """Consent, fitness, latex, infection: each has to be chosen; no answer is filled in beforehand."""
    page = changing(small_lists, tmp_path).client.get(f"{RUN}/happened").text
    for name in ("consented", "fit", "validated", "latex_allergy", "infection_risk", "laterality", "priority"):
        select = re.search(rf'<select id="new_patient-row.{name}"[^>]*>(.*?)</select>', page, re.S)
        assert select is not None, name
        assert select[1].startswith('<option value="">'), name
        assert "selected" not in select[1], name


def test_events_of_two_tabs(small_lists: Path, tmp_path: Path) -> None:
    web = changing(small_lists, tmp_path)
    url = f"{RUN}/happened"
    web.post(url, {**EVENT, "version": "0"})
    for place, fields in ((url, EVENT), (f"{url}/remove", {"number": "1"}), (f"{url}/mend", {})):
        assert web.post(place, {**fields, "version": "0"}).status_code == 409, place
    web.post(f"{url}/remove", {"version": "1", "number": "1"})
    assert web.post(f"{url}/mend", {"version": "2"}).status_code == 422


def test_a_session_is_offered_and_given(small_lists: Path, tmp_path: Path) -> None:
    with working(small_lists, tmp_path) as web:
        assert web.post(f"{RUN}/release", {}).status_code == 422
        assert web.post(f"{RUN}/release", {"list": "nowhere"}).status_code == 422
        answer = web.post(f"{RUN}/release", {"list": "M"})
        job = web.ended(web.job(answer.headers["location"]))
        assert job.exit_code == 0, job.said("stderr.txt")
        page = web.client.get(f"{RUN}/release/{job.id}")
        assert page.status_code == 200
        assert "S1" in page.text
        assert "S2" in page.text
        assert web.client.get(f"{RUN}/release").text.count(job.id) == 1
        assert web.post(f"{RUN}/release/give", {"list": "M", "to.M": "S9"}).status_code == 400
        assert web.post(f"{RUN}/release/give", {}).status_code == 400


def test_giving_and_rolling_queue_what_they_say(small_lists: Path, tmp_path: Path) -> None:
    web = changing(small_lists, tmp_path)
    given = web.job(web.post(f"{RUN}/release/give", {"list": "M", "to.M": "S2"}).headers["location"])
    assert {"--list=M", "--give=M=S2"} <= set(given.argv)
    files = [("happened", ("week.toml", b"", "application/toml")), ("add", ("lists.csv", b"list_id\n", "text/csv")),
             ("referrals", ("new.csv", b"patient_id\n", "text/csv"))]  # fmt: skip
    rolled = web.job(web.post(f"{RUN}/roll", {"to": "2027-03-29"}, files=files).headers["location"])
    assert rolled.argv[3].endswith("happened.toml")
    assert rolled.argv[rolled.argv.index("--to") + 1] == "2027-03-29"
    assert rolled.argv[rolled.argv.index("--add") + 1].startswith("lists=")
    assert Path(rolled.argv[rolled.argv.index("--referrals") + 1]).read_bytes() == b"patient_id\n"
    shipped = web.job(web.post(f"{RUN}/roll", {"to": "2027-03-29", "shipped": "yes"}).headers["location"])
    assert "theatres/week/referrals.csv" in shipped.argv


def test_a_week_that_cannot_be_rolled_tells_all_faults(small_lists: Path, tmp_path: Path) -> None:
    web = changing(small_lists, tmp_path)
    files = [("happened", ("week.xlsx", b"", "text/plain")), ("add", ("secrets.csv", b"", "text/csv"))]
    answer = web.post(f"{RUN}/roll", {"to": "soon"}, files=files)
    assert answer.status_code == 422
    for said in ("must be a day after", "must be a .toml file", "must be named as its table"):
        assert said in answer.text
    assert web.post(f"{RUN}/roll", {"to": "2027-03-29", "effort": "x"}).status_code == 400


def test_a_run_of_another_is_not_there(small_lists: Path, tmp_path: Path) -> None:
    copied(small_lists, tmp_path)
    with browser(tmp_path, trusted_proxies=frozenset({"127.0.0.1"}), user_header="x-user") as web:
        assert web.client.get(CHANGE, headers={"x-user": "grace"}).status_code == 404
        assert web.client.get(CHANGE, headers={"x-user": "ada"}).status_code == 200
