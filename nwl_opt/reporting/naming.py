"""What the file of a report is called: what it holds, of which day, of which run."""

from __future__ import annotations

from pathlib import Path

from nwl_opt.excel.results.naming import slug
from nwl_opt.plain import mapping_of
from nwl_opt.reporting.reading import ReadRun
from nwl_opt.run_folder import short_id

_REPORT, _NO_PLAN = "report", "no_plan"


def file_stem(read: ReadRun) -> str:
    """Kind, scenario or title, day, run: `estates_report_north_west_london_estate_2026-11-22_run1a2b3c4d`.

    The day is the planning date of theatre lists, else the day of the solve. Without a plan the name says so.
    """
    scenario = mapping_of(read.told.get("scenario"))
    about = slug(Path(str(scenario["file"])).stem if scenario.get("file") else str(read.told.get("title", "")))
    planning = mapping_of(read.told.get("settings")).get("planning_date")
    solved = read.solved_at
    day = str(planning) if planning else solved.date().isoformat() if solved is not None else ""
    what = _REPORT if read.standing.usable else f"{_REPORT}_{_NO_PLAN}"
    parts = [read.kind, what, about, day, f"run{short_id(read.run.folder)}"]
    return "_".join(part for part in parts if part)
