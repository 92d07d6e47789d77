"""A run of reallocation as its pages ask for it, and a solve that starts from one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Depends, Request

from models.shared.parsing import TypedTable
from models.shared.problem import Explanation, Measure
from nwl_opt.app.context import context_of
from nwl_opt.app.jobs.record import Job
from nwl_opt.app.pages import moment_words
from nwl_opt.app.people import user_of
from nwl_opt.app.routes.solving import said_setting
from nwl_opt.app.runs import OpenRun, open_plan, open_run, started_at
from nwl_opt.app.starting import OUT, start_job
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.toml_text import toml_text
from nwl_opt.named import in_a_sentence
from nwl_opt.plain import mapping_of
from nwl_opt.reallocation.shown.book import PlanBook, book_of
from nwl_opt.reallocation.shown.figures import recorded_measures
from nwl_opt.run_folder import INPUTS_FOLDER

KIND = "reallocation"
BASELINE, BASELINE_WORDS = "pro_rata_growth", "All growing alike"
Opened = Annotated[OpenRun, Depends(open_run(KIND))]
Planned = Annotated[OpenRun, Depends(open_plan(KIND))]
_SCENARIOS_FOLDER = "scenarios"
_NO_TABLES: Mapping[str, TypedTable] = {}


def book(opened: OpenRun) -> PlanBook:
    """The plan of a run with the names of what it is about."""
    return book_of(opened.validation.parsed, opened.tables)


def baseline_tables(opened: OpenRun) -> Mapping[str, TypedTable]:
    """The tables of everything growing alike; empty where they were not saved."""
    return opened.baseline(BASELINE) if BASELINE in opened.baseline_names else _NO_TABLES


def measures_of(opened: OpenRun) -> dict[str, Measure]:
    """The key figures of a run; none without a plan."""
    return recorded_measures(opened.record.get("kpis"))


def baseline_measures(opened: OpenRun) -> dict[str, Measure]:
    """The key figures of everything growing alike."""
    return recorded_measures(mapping_of(opened.record.get("baseline")).get(BASELINE), measures_of(opened))


def told_under(opened: OpenRun, section: str, *, headlines: bool | None = None) -> list[Explanation]:
    """The sentences of a section: all of them, or only its headlines, or only the others."""
    return [
        one for one in opened.sentences if one.section == section and (headlines is None or one.headline == headlines)
    ]


def headline_sections(opened: OpenRun) -> list[tuple[str, list[Explanation]]]:
    """The headlines by section, in the order they are told."""
    sections = dict.fromkeys(one.section for one in opened.sentences if one.headline)
    return [(section, told_under(opened, section, headlines=True)) for section in sections]


def run_words(opened: OpenRun) -> str:
    """What tells a run from others of its instance: its scenario, what was set by hand, and when."""
    scenario = mapping_of(opened.record.get("scenario")).get("title")
    said = [
        said_setting(opened.kind, name.rpartition(".")[2], value)
        for name, value in mapping_of(opened.record.get("set")).items()
    ]
    by_hand = ", ".join(f"{in_a_sentence(label)} {text} {unit}".strip() for label, text, unit in said)
    what = " with ".join(str(part) for part in (scenario, by_hand) if part) or "As the instance is"
    return f"{what} ({moment_words(started_at(opened.saved))})"


def start_solve(
    request: Request,
    opened: OpenRun,
    title: str,
    *,
    scenario: str = "",
    settings: Sequence[str] = (),
    why: str = "",
) -> Job:
    """Queue a solve of a run's inputs with a scenario (a file or a shipped name) or settings, as a run of its own."""
    inputs = (opened.folder / INPUTS_FOLDER).absolute()
    argv = ["solve", str(inputs), "--out", OUT, f"--who={user_of(request).name}", f"--why={why or title}"]
    if scenario:
        argv.append(f"--scenario={scenario}")
    argv += [f"--set={one}" for one in settings]
    return start_job(request, verb="solve", title=f"{opened.title}: {title}", argv=argv, about=opened.name,
                     next_url="/runs/{out}", run_kind=KIND)  # fmt: skip


def kept_scenario(request: Request, document: Mapping[str, object]) -> str:
    """Write a scenario into the app's own folder, by what it says; returns its path."""
    content = toml_text(document).encode()
    folder = context_of(request).settings.own_folder.absolute() / _SCENARIOS_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{hashlib.sha256(content).hexdigest()[:16]}.toml"
    if not path.is_file():
        write_atomically(path, content)
    return str(path)
