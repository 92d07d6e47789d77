"""What a results workbook is called: what it holds, of which day, of which run."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from nwl_opt.excel.results.source import Source
from nwl_opt.plain import mapping_of

_LONGEST = 40
_HOLDS = {"reallocation": "budgets", "theatres": "lists", "estates": "estate"}
_NOT_A_PLAN = "no_plan"


def file_name(source: Source) -> str:
    """Kind, scenario or title, day, run: `theatres_lists_2027-03-22_run1a2b3c4d.xlsx`.

    The day is the planning date of theatre lists, else the day of the solve. Without a plan the name says so.
    """
    scenario = mapping_of(source.document.get("scenario"))
    about = slug(Path(str(scenario.get("file", ""))).stem) if scenario else slug(source.title)
    holds = _HOLDS.get(source.kind, "") if source.has_plan else _NOT_A_PLAN
    parts = [source.kind, holds, about, _day(source), f"run{source.run_id}"]
    return "_".join(part for part in parts if part) + ".xlsx"


def slug(text: str) -> str:
    """A text as part of a file name: small letters, digits and underscores, cut at a word."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower().split(":")[0]).strip("_")
    if len(plain) <= _LONGEST:
        return plain
    return plain[: _LONGEST + 1].rpartition("_")[0] or plain[:_LONGEST]


def _day(source: Source) -> str:
    planning = source.settings.get("planning_date")
    if isinstance(planning, dt.date):
        return planning.isoformat()
    return str(source.document.get("started_at", ""))[:10]
