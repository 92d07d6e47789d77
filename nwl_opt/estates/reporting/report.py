"""The report of a saved run, written into a folder outside it: one page and the tables behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from models.shared.problem import View
from nwl_opt.charts.drawing import Picture
from nwl_opt.charts.setting import charts_css
from nwl_opt.estates.reporting import assumptions, equality
from nwl_opt.estates.reporting.cash import cash_chart
from nwl_opt.estates.reporting.fullness import fullness_map
from nwl_opt.estates.reporting.maps import plan_map, site_changes
from nwl_opt.estates.reporting.saved import SavedTables, read_saved_tables
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.pages import html_page, template_text
from nwl_opt.files.tables import csv_bytes
from nwl_opt.plain import explanations_from_json, mapping_of, number_of, stages_from_json
from nwl_opt.rechecking import saved_sentences, saved_views
from nwl_opt.run_folder import new_folder, refuse_inside
from nwl_opt.words import gap_words, name_words, number_words, provenance_sentences, status_sentence

_PACKAGE = "nwl_opt.estates.reporting"
PAGE, EQUALITY, ASSUMPTIONS = "report.html", "equality.csv", "assumptions.csv"


@dataclass(frozen=True)
class Stage:
    """An aim with what was reached and how far from the best it can be, in words."""

    aim: str
    reached: str
    best_possible: str
    gap: str


@dataclass(frozen=True)
class Sentence:
    """Something to say, and the rule it speaks of (empty: none)."""

    rule: str
    text: str


@dataclass(frozen=True)
class Told:
    """What the run's own record says."""

    title: str
    status: str
    run: str
    printed_at: str
    marks: tuple[str, ...]
    recommends: tuple[Sentence, ...]
    more: tuple[Sentence, ...]
    stages: tuple[Stage, ...]
    check: str


@dataclass(frozen=True)
class Page:
    """What the template sets; every change is a number on the map, the site, and what happens there."""

    told: Told
    map: Picture
    changes: tuple[tuple[str, str, str], ...]
    cash: Picture
    fullness: Picture
    views: tuple[View, ...]
    equality: View
    assumptions: View


def write_report(run_folder: Path, out: Path, printed_at: dt.datetime) -> tuple[Path, ...]:
    """Write the page and its tables into a new or empty folder; returns the files.

    Raises
    ------
    InputFaults
        If the run or the folder cannot be used.
    NoPlanToUse
        If the run has no plan, its check failed, or its files are not what was saved.
    """
    saved = read_saved_tables(run_folder)
    refuse_inside(out, run_folder)
    travel = equality.travel_of_areas(saved)
    groups = [equality.as_cells(row) for row in equality.equality_rows(saved, list(travel.values()))]
    assumed = [assumptions.as_cells(item) for item in assumptions.assumptions(saved)]
    page = Page(
        told=_told(saved, printed_at),
        map=plan_map(saved, travel),
        changes=tuple((str(c.number), c.site, "; ".join(c.changes)) for c in site_changes(saved)),
        cash=cash_chart(saved),
        fullness=fullness_map(saved),
        views=tuple(saved_views(saved.run.run)),
        equality=_view("Who travels further", equality.HEADINGS, groups, texts=2),
        assumptions=_view("Assumptions and their sources", assumptions.HEADINGS, assumed, texts=5),
    )
    folder = new_folder(out)
    contents = {
        PAGE: as_html(page),
        EQUALITY: csv_bytes(equality.HEADINGS, groups),
        ASSUMPTIONS: csv_bytes(assumptions.HEADINGS, assumed),
    }
    for name, content in contents.items():
        write_atomically(folder / name, content)
    return tuple(folder / name for name in contents)


def _told(saved: SavedTables, printed_at: dt.datetime) -> Told:
    record = saved.run.record
    sentences = explanations_from_json(saved_sentences(saved.run.run))
    stages = stages_from_json(record.get("stages"))
    known = [stage.gap_share for stage in stages if stage.gap_share is not None]
    status = status_sentence(saved.run.run.status, True, max(known) if len(known) == len(stages) else None)
    shares = {name: number_of(share) or 0.0 for name, share in mapping_of(record.get("provenance")).items()}
    checked = mapping_of(record.get("check")).get("rules_checked")
    return Told(
        title=saved.instance.title,
        status=status,
        run=saved.run.run.folder.resolve().name,
        printed_at=f"{printed_at:%d/%m/%Y %H:%M}",
        marks=tuple(provenance_sentences(shares)),
        recommends=tuple(Sentence(one.rule, one.sentence) for one in sentences if one.headline),
        more=tuple(Sentence(one.rule, one.sentence) for one in sentences if not one.headline),
        stages=tuple(
            Stage(
                name_words(stage.name),
                number_words(stage.value, stage.unit),
                number_words(stage.bound, stage.unit),
                gap_words(stage.gap_share),
            )
            for stage in stages
        ),
        check=f"Passed: {len(checked) if isinstance(checked, list) else 0} rules checked on the written tables by a "
        "checker that shares no code with the model; none broken.",
    )


def _view(title: str, headings: Sequence[str], rows: Sequence[tuple[str, ...]], texts: int) -> View:
    """A table whose first columns are texts and the others numbers."""
    numeric = tuple(at >= texts for at in range(len(headings)))
    return View(title, tuple(name_words(heading) for heading in headings), tuple(rows), numeric)


def as_html(page: Page) -> bytes:
    """The page as one HTML file; every text is escaped."""
    return html_page(
        _PACKAGE, "report.html", {"css": charts_css() + template_text(_PACKAGE, "report.css"), **asdict(page)}
    )
