"""Expected minutes from cases done: the formulae by hand, errors by brute force, and a table that loads."""

from __future__ import annotations

import datetime as dt
import math
import shutil
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.shared.faults import InputFaults
from nwl_opt.cli import main
from nwl_opt.opening import validate_instance
from nwl_opt.problems import data_folder
from nwl_opt.theatres.durations import (
    PastCase,
    each_from_the_others,
    fits,
    last_from_those_before,
    mean_absolute_error,
    read_history,
    spread_of,
)

pytestmark = pytest.mark.unit

HISTORY = data_folder("theatres") / "week" / "history.csv"


def cases_of(*rows: tuple[str, str, int]) -> list[PastCase]:
    return [PastCase((surgeon, code), minutes, None, None) for surgeon, code, minutes in rows]


def test_surgeons_who_never_vary_keep_their_own_mean() -> None:
    """Within 0; between: sum n (ybar - y)^2 = 4 (ln 2 / 2)^2 = ln^2 2, over 4 - 8 / 4 = 2. So w = 1, cv 0."""
    cases = cases_of(("A", "hip", 100), ("A", "hip", 100), ("B", "hip", 200), ("B", "hip", 200))
    spread = spread_of(cases)
    assert spread.within == {"hip": 0.0}
    assert math.isclose(spread.between, math.log(2) ** 2 / 2)
    found = fits(cases)
    assert [round(found[s, "hip"].shrunk_mean_minutes, 9) for s in "AB"] == [100, 200]
    assert [(found[s, "hip"].cv_share, found[s, "hip"].own_share) for s in "AB"] == [(0, 1), (0, 1)]


def test_surgeons_who_do_not_differ_share_the_mean_of_the_operation() -> None:
    """Logs ln 100 +- ln 2 each: within 4 ln^2 2 / 2, between 0 - within < 0, so 0. Mean 100 exp(ln^2 2) = 161.7."""
    cases = cases_of(("A", "hip", 50), ("A", "hip", 200), ("B", "hip", 50), ("B", "hip", 200))
    spread = spread_of(cases)
    assert math.isclose(spread.within["hip"], 2 * math.log(2) ** 2) and spread.between == 0
    for fit in fits(cases).values():
        assert math.isclose(fit.shrunk_mean_minutes, 100 * math.exp(math.log(2) ** 2))
        assert math.isclose(fit.cv_share, math.sqrt(math.exp(2 * math.log(2) ** 2) - 1)) and fit.own_share == 0


def test_few_cases_lean_on_the_operation_many_on_themselves() -> None:
    """A has twenty cases around 80, B twenty around 120, C a single one of 120: C comes out between."""
    around = [("A", "hip", 76), ("A", "hip", 84)] * 10 + [("B", "hip", 114), ("B", "hip", 126)] * 10
    found = fits(cases_of(*around, ("C", "hip", 120)))
    a, b, c = (found[s, "hip"] for s in "ABC")
    assert a.own_share == b.own_share > c.own_share > 0
    assert a.shrunk_mean_minutes < c.shrunk_mean_minutes < b.shrunk_mean_minutes
    assert (a.cases, c.cases) == (20, 1) and c.mean_minutes == 120


def test_a_rare_operation_varies_as_all_do() -> None:
    """Revisions have one degree of freedom, fewer than ten: their spread is that of all cases together."""
    hips = [("A", "hip", 90), ("A", "hip", 110)] * 8
    cases = cases_of(*hips, ("A", "revision", 100), ("A", "revision", 300))
    spread = spread_of(cases)
    hip, revision = math.log(110 / 90) ** 2 / 4 * 16, math.log(3) ** 2 / 2
    assert math.isclose(spread.within["hip"], hip / 15)
    assert math.isclose(spread.within["revision"], (hip + revision) / 16)


def test_each_case_from_the_others_by_brute_force() -> None:
    """The formulae of the module again, for each case without it."""
    cases = cases_of(
        ("A", "hip", 80), ("A", "hip", 95), ("A", "hip", 70), ("B", "hip", 120), ("B", "hip", 100), ("C", "hip", 90),
        ("C", "knee", 60),
    )  # fmt: skip
    spread = spread_of(cases)
    told = {id(entry.case): entry for entry in each_from_the_others(cases)}
    assert len(told) == 6  # nothing is known of knees without the only one
    for case in cases[:-1]:
        groups = {
            surgeon: [math.log(c.touch_minutes) for c in cases if c.pair == (surgeon, "hip") and c is not case]
            for surgeon in "ABC"
        }
        within, between = spread.within["hip"], spread.between
        weights = {s: 1 / (between + within / len(logs)) for s, logs in groups.items() if logs}
        middle = sum(weights[s] * fmean(groups[s]) for s in weights) / sum(weights.values())
        own = groups[case.pair[0]]
        share = between / (between + within / len(own)) if own else 0.0
        mean = share * fmean(own) + (1 - share) * middle if own else middle
        variance = within + share * within / len(own) if own else within + between
        assert math.isclose(told[id(case)].shrunk_minutes, math.exp(mean + variance / 2))
        others = [c.touch_minutes for c in cases if c.pair[1] == "hip" and c is not case]
        assert math.isclose(told[id(case)].operation_minutes, fmean(others))


def test_the_last_cases_are_foretold_from_those_before_them_only() -> None:
    """What comes after the first day foretold changes nothing."""
    cases = read_history(HISTORY)
    last = last_from_those_before(cases)
    assert last is not None
    first_day, told = last
    assert min(str(entry.case.date) for entry in told) == str(first_day)
    assert 0.15 * len(cases) < len(told) < 0.25 * len(cases)
    later = [replace(c, touch_minutes=9 * c.touch_minutes) if str(c.date) >= str(first_day) else c for c in cases]
    again = last_from_those_before(later)
    assert again is not None
    assert [e.shrunk_minutes for e in again[1]] == [e.shrunk_minutes for e in told]


def test_without_a_date_in_every_row_there_is_no_last_fifth() -> None:
    cases = list(read_history(HISTORY))
    assert last_from_those_before([replace(cases[0], date=None), *cases[1:]]) is None
    assert last_from_those_before(cases[:40]) is None


def test_shrinking_pays_on_the_shipped_history() -> None:
    """Leaving one out, the fit is nearer than the surgeon's own mean, than the operation's and than the booking."""
    told = each_from_the_others(read_history(HISTORY))
    fit, own, operation, booked = (
        mean_absolute_error(told, guess)
        for guess in (
            lambda e: e.shrunk_minutes,
            lambda e: e.own_minutes,
            lambda e: e.operation_minutes,
            lambda e: e.case.booked_minutes,
        )
    )
    assert fit is not None and own is not None and operation is not None and booked is not None
    assert fit < min(own, operation, booked)


HISTORIES = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(("hip", "knee")), st.integers(20, 300)), min_size=2, max_size=30
)


@settings(max_examples=60, deadline=None)
@given(HISTORIES)
def test_twice_the_minutes_are_twice_the_expectation(rows: list[tuple[str, str, int]]) -> None:
    once, twice = fits(cases_of(*rows)), fits(cases_of(*((s, c, 2 * minutes) for s, c, minutes in rows)))
    for pair, fit in once.items():
        assert math.isclose(twice[pair].shrunk_mean_minutes, 2 * fit.shrunk_mean_minutes, rel_tol=1e-9)
        assert math.isclose(twice[pair].cv_share, fit.cv_share, rel_tol=1e-6, abs_tol=1e-6)
    assert fits(cases_of(*reversed(rows))).keys() == once.keys()


def test_the_table_loads_into_the_reference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(data_folder("theatres") / "nwl", folder)
    (folder / "durations.csv").rename(tmp_path / "before.csv")
    assert main(["theatres", "durations", str(HISTORY), "--out", str(folder / "durations.csv")]) == 0
    printed = capsys.readouterr().out
    assert "the minutes booked" in printed and "own weight" in printed
    validation = validate_instance(folder, None, {})
    assert not validation.faults and validation.rows["durations"] > 100


def shown_of(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["theatres", "durations", str(path)]) == 0
    return " ".join(capsys.readouterr().out.split())


def test_which_guess_was_nearest_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Booked to the minute, the booking is nearest, also on the later half, where the surgeon has grown slower."""
    rows = ["surgeon_id,procedure_code,touch_minutes,date,booked_minutes"]
    for number in range(120):
        minutes = 90 + number % 7 + 60 * (number >= 96)
        rows.append(f"S{number % 2},hip,{minutes},{dt.date(2026, 1, 1) + dt.timedelta(days=number)},{minutes}")
    path = tmp_path / "cases.csv"
    path.write_text("\n".join(rows) + "\n")
    told = shown_of(path, capsys)
    assert (
        "Nearest, each case foretold from all others: the minutes booked (0.0 minutes off on average, the fit" in told
    )
    assert "Nearest, cases from 2026-04-07 on foretold from those before: the minutes booked (0.0" in told
    assert told.count("There the minutes booked were nearer than the fit.") == 2


def test_a_booking_that_was_no_nearer_is_not_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cases.csv"
    rows = [f"S{number % 2},hip,{90 + 30 * (number % 2)},,200" for number in range(20)]
    path.write_text("\n".join(["surgeon_id,procedure_code,touch_minutes,date,booked_minutes", *rows]) + "\n")
    told = shown_of(path, capsys)
    assert "Nearest, each case foretold from all others: the fit" in told and "were nearer" not in told
    assert "foretold from those before" not in told


def test_no_table_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--out` took the name of a table that was there, and the minutes booked until then were gone."""
    table = tmp_path / "durations.csv"
    table.write_text("mine")
    assert main(["theatres", "durations", str(HISTORY), "--out", str(table)]) == 2
    assert "nothing was overwritten" in capsys.readouterr().err
    assert table.read_text() == "mine"


def test_bad_rows_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(
        "surgeon_id,procedure_code,touch_minutes,date\nS1,hip,0,\nS1,hip,ninety,\n,hip,90,\nS1,hip,90,1 April\n"
    )
    with pytest.raises(InputFaults) as told:
        read_history(path)
    assert [(fault.row, fault.column) for fault in told.value.faults] == [
        (2, "touch_minutes"), (3, "touch_minutes"), (4, "surgeon_id"), (5, "date"),
    ]  # fmt: skip


def test_a_history_that_shows_no_spread(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("surgeon_id,procedure_code,touch_minutes\nS1,hip,90\nS2,hip,80\n")
    with pytest.raises(InputFaults, match="how much the cases of one surgeon vary"):
        read_history(path)
    with pytest.raises(InputFaults, match="no such file"):
        read_history(tmp_path / "nowhere.csv")


def test_dates_are_read() -> None:
    first = read_history(HISTORY)[0]
    assert first.date == dt.date(2026, 3, 22) and first.booked_minutes == 150
