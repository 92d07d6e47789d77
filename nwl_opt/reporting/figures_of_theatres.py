"""The figures of saved theatre lists that their report speaks of, from the written tables; patients as counts."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from models.shared.parsing import Row
from models.theatres.instance import Instance
from models.theatres.output_tables import READINESS_CODES
from models.theatres.problem import TheatresCase
from nwl_opt.reporting.reading import ReadRun, Tables

PLANNED, STRESSED = "as_planned", "stressed"


@dataclass(frozen=True)
class Aim:
    """Patients of one sort: how many there are, and how many of them are booked."""

    stage: str
    words: str
    booked: int
    patients: int


@dataclass(frozen=True)
class Night:
    """The tightest night of a ward."""

    ward: str
    date: dt.date
    at_quantile: float
    beds: int


@dataclass(frozen=True)
class Figures:
    """What the lists come to. Shares are of used lists, but for `used_share`, which is of all that can be used."""

    instance: Instance
    first_day: dt.date
    last_day: dt.date
    cases: int
    lists_used: int
    lists_usable: int
    new_appointments: int
    aims: tuple[Aim, ...]
    used_share: float
    late_share: float
    late_stressed_share: float
    tightest: Night | None
    ready: Mapping[str, int]
    not_ready: Mapping[str, int]
    """Patients who are not booked by the code of the reason."""
    changed: Mapping[str, int]


def figures_of(read: ReadRun) -> Figures:
    """The figures of a plan that may be used."""
    assert isinstance(read.case, TheatresCase), "theatre lists are reported"
    instance, tables = read.case.instance, read.tables
    usable = [row for row in tables["lists"] if row.flag("usable")]
    used = [row for row in usable if row.integer("cases")]
    days = [row.date("date") for row in tables["lists"]] or [instance.settings.horizon_start]
    reasons = Counter(row.text("reason_code") for row in tables["not_booked"])
    return Figures(
        instance=instance,
        first_day=min(days),
        last_day=max(days),
        cases=len(tables["theatre_lists"]),
        lists_used=len(used),
        lists_usable=len(usable),
        new_appointments=sum(row.text("state") == "new" for row in tables["cdc_appointments"]),
        aims=_aims(instance, tables),
        used_share=_used_share(usable),
        late_share=_late_share(tables, PLANNED, used),
        late_stressed_share=_late_share(tables, STRESSED, used),
        tightest=_tightest(instance, tables),
        ready={code: n for code, n in sorted(reasons.items()) if code not in READINESS_CODES},
        not_ready={code: n for code, n in sorted(reasons.items()) if code in READINESS_CODES},
        changed=Counter(row.text("change") for row in tables["changes"]),
    )


def _aims(instance: Instance, tables: Tables) -> tuple[Aim, ...]:
    """P2 patients and long waits, booked of all; a sort nobody is of is left out."""
    booked = {row.text("patient_id") for row in tables["theatre_lists"]}
    weeks = instance.settings.long_wait_weeks
    sorts = {
        "p2_booked": ("P2 patients", [p for p, who in instance.patients.items() if who.priority == "P2"]),
        "long_waits_booked": (
            f"patients who have waited {weeks} weeks or more",
            [p for p in instance.patients if instance.is_long_wait(p)],
        ),
    }
    return tuple(
        Aim(stage, words, sum(p in booked for p in people), len(people))
        for stage, (words, people) in sorts.items()
        if people
    )


def _used_share(usable: list[Row]) -> float:
    """Simulated touch time inside the lists over the length of all lists that can be used."""
    minutes = sum(row.integer("planned_minutes") for row in usable)
    inside = sum(row.number_of("capped_utilisation_simulated") * row.integer("planned_minutes") for row in usable)
    return inside / minutes if minutes else 0.0


def _late_share(tables: Tables, assumptions: str, used: list[Row]) -> float:
    """The mean share of days on which a used list ends beyond the grace."""
    lists = {row.text("list_id") for row in used}
    chances = [
        row.number_of("overrun_probability")
        for row in tables["rehearsal"]
        if row.text("assumptions") == assumptions and row.text("list_id") in lists
    ]
    return sum(chances) / len(chances) if chances else 0.0


def _tightest(instance: Instance, tables: Tables) -> Night | None:
    nights = [
        Night(instance.wards[row.text("ward")], row.date("date"), row.number_of("p95_occupied"), row.integer("beds"))
        for row in tables["beds"]
        if row.integer("beds")
    ]
    return max(nights, key=lambda night: (night.at_quantile - night.beds, -night.date.toordinal()), default=None)


def use_by_theatre(figures: Figures, tables: Tables) -> Mapping[str, Mapping[dt.date, float]]:
    """The simulated use of each theatre's usable lists by the Monday of the week."""
    rows: dict[tuple[str, dt.date], list[Row]] = defaultdict(list)
    for row in tables["lists"]:
        if row.flag("usable"):
            day = row.date("date")
            rows[row.text("theatre"), day - dt.timedelta(days=day.weekday())].append(row)
    found: dict[str, dict[dt.date, float]] = {}
    for (theatre, monday), own in sorted(rows.items()):
        found.setdefault(figures.instance.theatres[theatre].name, {})[monday] = _used_share(own)
    return found
