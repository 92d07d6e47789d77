"""The papers of a day or a week from a saved run, written into a folder outside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import TypedTable
from models.theatres.instance import Instance
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.tables import read_output_tables
from nwl_opt.plain import mapping_of, number_of
from nwl_opt.run_folder import new_folder, refuse_inside
from nwl_opt.theatres.printing.day import Day
from nwl_opt.theatres.printing.naming import who_is_who
from nwl_opt.theatres.printing.of_standby import standby_sheets
from nwl_opt.theatres.printing.of_tests import site_sheets
from nwl_opt.theatres.printing.of_theatres import theatre_pages
from nwl_opt.theatres.printing.paper import Paper
from nwl_opt.theatres.printing.setting import as_html, as_pdf
from nwl_opt.theatres.printing.sheets import DRAFT, Imprint, day_words
from nwl_opt.theatres.saved_lists import SavedLists, read_saved_lists
from nwl_opt.usable_run import UsableRun
from nwl_opt.words import STATUS_WORDS, percent

FORMATS: Mapping[str, str] = {"html": "HTML", "pdf": "PDF"}
_SETTERS = {"html": as_html, "pdf": as_pdf}
_DAYS_OF_A_WEEK = 7
# Papers that name patients are for the eyes of whoever prints them.
_OWNER_ONLY = 0o700


@dataclass(frozen=True)
class Printed:
    """The files that were printed, and the days of the week that have nothing."""

    folder: Path
    files: tuple[Path, ...]
    empty_days: tuple[dt.date, ...]
    named: bool


def print_papers(
    run_folder: Path,
    first: dt.date,
    out: Path,
    printed_at: dt.datetime,
    *,
    week: bool = False,
    formats: Sequence[str] = tuple(FORMATS),
    key: Path | None = None,
) -> Printed:
    """Print a day, or the week it is in, into a new or empty folder; each day into one of its own.

    With a key file the papers say who patients are; it is joined here and stands on the papers only.

    Raises
    ------
    InputFaults
        If the run, the folder or the key cannot be used, or nothing is planned for the time asked for.
    NoPlanToUse
        If the run has no plan, its check failed, or its files are not what was saved.
    """
    saved = read_saved_lists(run_folder)
    refuse_inside(out, run_folder)  # papers may hold names; a run folder never does
    tables = _tables(saved)
    dates = _week_of(first) if week else (first,)
    with_something = [date for date in dates if _has_something(saved.instance, tables, date)]
    if not with_something:
        raise InputFaults([_nothing(saved.instance, tables, first)])
    who = {} if key is None else who_is_who(key, saved.instance.patients)
    folder, imprint, files = new_folder(out), imprint_of(saved, printed_at), list[Path]()
    if who:
        folder.chmod(_OWNER_ONLY)
    for date in with_something:
        for paper in papers_of(Day(saved.instance, tables, date, who), imprint):
            for one in formats:
                path = folder / date.isoformat() / f"{paper.name}.{one}"
                path.parent.mkdir(exist_ok=True)
                write_atomically(path, _SETTERS[one](paper))
                files.append(path)
    return Printed(folder, tuple(files), tuple(date for date in dates if date not in with_something), bool(who))


def papers_of(day: Day, imprint: Imprint) -> Iterator[Paper]:
    """The theatre lists, one paper for each site with appointments, and the standby list of a day."""
    when, named = day_words(day.date), bool(day.who)
    theatres = theatre_pages(day)
    if theatres:
        yield Paper(
            "theatre_lists",
            "theatre_lists",
            f"Theatre lists, {when}",
            theatres,
            draft=DRAFT,
            imprint=imprint,
            named=named,
        )
    for sheet in site_sheets(day):
        title = f"Tests at {sheet.site}, {when}"
        yield Paper(f"tests_{sheet.site_id}", "tests", title, (sheet,), upright=True, imprint=imprint, named=named)
    if theatres:
        yield _standby_paper(day, imprint)


def _standby_paper(day: Day, imprint: Imprint) -> Paper:
    sheets = standby_sheets(day)
    return Paper(
        "standby",
        "standby",
        f"Standby, {day_words(day.date)}",
        sheets,
        under="Call in this order if a place comes free: all tests are in hand, short notice was agreed."
        * bool(sheets),
        nobody="Nobody stands by for a list of this day.",
        imprint=imprint,
        named=bool(day.who),
        upright=True,
        draft=DRAFT,
    )


def imprint_of(saved: SavedLists, printed_at: dt.datetime) -> Imprint:
    """Where the papers come from, and what their numbers are."""
    return Imprint(
        run=f"Run {saved.run.run.folder.resolve().name}",
        status=_status(saved.run),
        planned_on=f"Planned on {day_words(saved.instance.planning_date)}",
        printed_at=f"Printed {printed_at:%d/%m/%Y %H:%M}",
        marks=tuple(_marks(saved.run)),
    )


def _status(run: UsableRun) -> str:
    """What came of the solve; only plans whose check passed are printed."""
    return f"{STATUS_WORDS.get(run.run.status, run.run.status)}; independent check passed"


def _marks(run: UsableRun) -> Iterator[str]:
    """Invented and assumed numbers are marked on every page."""
    shares = mapping_of(run.record.get("provenance"))
    synthetic, assumed = (number_of(shares.get(name)) or 0.0 for name in ("synthetic", "assumption"))
    if synthetic > 0.0:
        yield f"SYNTHETIC DATA ({percent(synthetic)} of the numbers are invented): not for real patients."
    if assumed > 0.0:
        yield f"{percent(assumed)} of the numbers are assumptions."


def _tables(saved: SavedLists) -> Mapping[str, TypedTable]:
    reading = read_output_tables(saved.run.run.folder, saved.run.validation.problem.register)
    if reading.faults:
        raise InputFaults(list(reading.faults))
    return reading.tables


def _week_of(day: dt.date) -> tuple[dt.date, ...]:
    monday = day - dt.timedelta(days=day.weekday())
    return tuple(monday + dt.timedelta(days=at) for at in range(_DAYS_OF_A_WEEK))


def _has_something(instance: Instance, tables: Mapping[str, TypedTable], date: dt.date) -> bool:
    if any(on.date == date for on in instance.lists.values()):
        return True
    return any(row.moment("start").date() == date for row in tables["cdc_appointments"])


def _nothing(instance: Instance, tables: Mapping[str, TypedTable], date: dt.date) -> Fault:
    days = [on.date for on in instance.lists.values()]
    days += [row.moment("start").date() for row in tables["cdc_appointments"]]
    between = f"between {min(days)} and {max(days)}" if days else "this run has none"
    return Fault("--date", None, None, f"{date}: no list and no appointment", f"must be a day with some, {between}",
                 "Give another day, or --week.")  # fmt: skip
