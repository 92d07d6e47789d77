"""Runs of one kind side by side: what was asked differently, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from nwl_opt.app.pages import page
from nwl_opt.app.routes.solving import said_setting
from nwl_opt.app.runs import OpenRun, find_run, runs_of
from nwl_opt.named import names_of
from nwl_opt.plain import mapping_of, number_of
from nwl_opt.words import difference_words, gap_words, number_words

router = APIRouter()
_MOST_RUNS = 6


@dataclass(frozen=True)
class ComparedRow:
    """One figure or setting in every run: its words, and whether it differs from the first run's.

    `change` says by how much a figure is higher or lower than in the first run.
    """

    name: str
    cells: tuple[str, ...]
    differs: tuple[bool, ...]
    change: tuple[str, ...]


@router.get("/compare")
def compare(request: Request, run: list[str] = Query(default=[])) -> HTMLResponse:  # noqa: B008 - fastapi's way
    """The runs chosen, the first of them being what the others are measured against."""
    opened = [find_run(request, name) for name in dict.fromkeys(run)][:_MOST_RUNS]
    finished = [one for one in opened if one.is_finished]
    kinds = {one.kind for one in finished}
    problem = ""
    if len(finished) < 2:
        problem = "Choose two or more finished runs to set side by side."
    elif len(kinds) > 1:
        problem = "These runs answer different problems. Choose runs of one problem."
    if problem:
        return page(request, "compare.html", 422 if run else 200, runs=[], problem=problem, sections=[],
                    choices=runs_of(request))  # fmt: skip
    sections = [("Key figures", figure_rows(finished)), ("Aims, in order", stage_rows(finished)),
                ("What was asked", asked_rows(finished))]  # fmt: skip
    return page(request, "compare.html", runs=finished, problem="", sections=sections,
                choices=runs_of(request, finished[0].kind))  # fmt: skip


def figure_rows(runs: Sequence[OpenRun]) -> list[ComparedRow]:
    """The key figures of each run."""
    figures = [mapping_of(run.record.get("kpis")) for run in runs]
    names = dict.fromkeys(name for one in figures for name in one)
    words = names_of(runs[0].kind)
    rows = []
    for name in names:
        entries = [mapping_of(one.get(name)) for one in figures]
        unit = next((str(entry["unit"]) for entry in entries if "unit" in entry), "")
        rows.append(_row(words.figure(name), [number_of(entry.get("value")) for entry in entries], unit))
    return rows


def stage_rows(runs: Sequence[OpenRun]) -> list[ComparedRow]:
    """What each aim came to, and how much better any plan could be."""
    stages = [{stage.name: stage for stage in run.stages} for run in runs]
    words = names_of(runs[0].kind)
    units = {name: stage.unit for one in stages for name, stage in one.items()}
    rows = []
    for name, unit in units.items():
        values = [one[name].value if name in one else None for one in stages]
        row = _row(words.aim(name), values, unit)
        gaps = [f"; {gap_words(one[name].gap_share)}" if name in one else "" for one in stages]
        cells = tuple(f"{cell}{gap}" for cell, gap in zip(row.cells, gaps, strict=True))
        rows.append(ComparedRow(row.name, cells, row.differs, row.change))
    return rows


def asked_rows(runs: Sequence[OpenRun]) -> list[ComparedRow]:
    """What was asked: inputs, scenario, and every setting that is not the same in all runs."""
    texts: list[tuple[str, list[str]]] = [
        ("Inputs (hash)", [str(mapping_of(run.record.get("instance")).get("sha256", ""))[:12] for run in runs]),
        ("Scenario", [str(mapping_of(run.record.get("scenario")).get("title", "none")) for run in runs]),
        ("Who", [str(run.record.get("who") or "") for run in runs]),
        ("Why", [str(run.record.get("why") or "") for run in runs]),
        ("Came to", [run.status_words for run in runs]),
        ("Check", [_check_words(run) for run in runs]),
    ]
    settings = [mapping_of(run.record.get("settings")) for run in runs]
    for name in dict.fromkeys(name for one in settings for name in one):
        cells = [str(one.get(name, "")) for one in settings]
        if len(set(cells)) > 1:
            said = [said_setting(runs[0].kind, name, one.get(name, "")) for one in settings]
            label, _, unit = said[0]
            texts.append((f"{label} ({unit})" if unit else label, [text for _, text, _ in said]))
    return [ComparedRow(name, tuple(cells), tuple(cell != cells[0] for cell in cells), ("",) * len(cells))
            for name, cells in texts]  # fmt: skip


def _row(name: str, values: Sequence[float | None], unit: str) -> ComparedRow:
    first = values[0]
    cells = tuple(number_words(value, unit) if value is not None else "not known" for value in values)
    differs = tuple(cell != cells[0] for cell in cells)
    change = tuple(_change(first, value, unit) if other else "" for value, other in zip(values, differs, strict=True))
    return ComparedRow(name, cells, differs, change)


def _change(first: float | None, value: float | None, unit: str) -> str:
    if first is None or value is None:
        return ""
    return difference_words(first, value, unit)


def _check_words(run: OpenRun) -> str:
    return {True: "passed", False: "FAILED", None: "no plan to check"}[run.check_passed]
