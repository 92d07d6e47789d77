"""Beds by night, whose patients are booked, theatres in use, lists rehearsed: tables, and charts of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from models.shared.parsing import Row
from models.theatres.views.cells import monday_of
from models.theatres.words import day_text
from nwl_opt.charts import Axis, Picture, Series, bar_chart, line_chart
from nwl_opt.theatres.printing.sheets import clock
from nwl_opt.theatres.showing.shown import AS_PLANNED, STRESSED, ShownRun


@dataclass(frozen=True)
class Night:
    """Beds of a ward on a night."""

    date: dt.date
    words: str
    expected: float
    at_level: float
    beds: int
    too_few_share: float

    @property
    def spare(self) -> float:
        return self.beds - self.at_level


@dataclass(frozen=True)
class WardNights:
    """The nights of a ward, with their chart."""

    ward: str
    nights: tuple[Night, ...]
    picture: Picture
    tightest: Night


@dataclass(frozen=True)
class GroupShare:
    """How many of a group's ready patients are booked."""

    name: str
    ready: int
    booked: int
    share: float | None
    least_share: float


@dataclass(frozen=True)
class TheatreUse:
    """A theatre over all usable lists: how many are used, their cases, and the share of minutes with an operation."""

    theatre: str
    lists_used: int
    lists_usable: int
    cases: int
    used_share: float


@dataclass(frozen=True)
class RehearsedList:
    """A list on simulated days, as planned and stressed."""

    list_id: str
    date: dt.date
    words: str
    cases: int
    expected_end: str
    utilisation_share: float
    planned_late_share: float
    simulated_late_share: float | None
    stressed_late_share: float | None
    stressed_over_minutes: float | None
    cancelled_cases: float | None


def ward_nights(shown: ShownRun) -> tuple[WardNights, ...]:
    """The beds of each ward by night."""
    by_ward: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(shown.tables["beds"], key=lambda row: row.date("date")):
        by_ward[row.text("ward")].append(row)
    return tuple(_of_ward(shown, ward_id, rows) for ward_id, rows in sorted(by_ward.items()))


def _of_ward(shown: ShownRun, ward_id: str, rows: list[Row]) -> WardNights:
    nights = tuple(
        Night(
            date=row.date("date"),
            words=day_text(row.date("date")),
            expected=row.number_of("expected_occupied"),
            at_level=row.number_of("p95_occupied"),
            beds=row.integer("beds"),
            too_few_share=row.number_of("over_probability_simulated"),
        )
        for row in rows
    )
    level = f"{100 * shown.instance.settings.bed_quantile_share:g} % level"
    tightest = min(nights, key=lambda night: (night.spare, night.date))
    ward = shown.instance.wards[ward_id]
    picture = line_chart(
        f"Beds by night: {ward}",
        f"Beds open, patients expected, and patients at the {level} on each night. Tightest on {tightest.words}: "
        f"{tightest.at_level:.1f} of {tightest.beds}.",
        [night.words for night in nights],
        (
            Series("beds open", tuple(float(night.beds) for night in nights)),
            Series(f"patients at the {level}", tuple(night.at_level for night in nights)),
            Series("patients expected", tuple(night.expected for night in nights)),
        ),
        Axis("Patients and beds", "beds"),
    )
    return WardNights(ward, nights, picture, tightest)


def group_shares(shown: ShownRun, group: str) -> tuple[GroupShare, ...]:
    """The share booked by home trust (`trust`) or by deprivation (`quintile`)."""
    return tuple(
        GroupShare(
            name=_group_name(shown, group, row.text("value")),
            ready=row.integer("ready"),
            booked=row.integer("booked"),
            share=row.number_of("booked_share") if row.integer("ready") else None,
            least_share=row.number_of("least_share"),
        )
        for row in shown.tables["fairness"]
        if row.text("group") == group
    )


def _group_name(shown: ShownRun, group: str, value: str) -> str:
    if group == "trust":
        return shown.instance.trusts.get(value, value)
    return {"1": "1, most deprived", "5": "5, least deprived"}.get(value, value)


def share_picture(title: str, shares: tuple[GroupShare, ...]) -> Picture:
    """The shares as bars."""
    return bar_chart(
        title,
        "The share of ready patients of each group who are booked in this plan.",
        [one.name for one in shares],
        (Series("booked of those ready", tuple(one.share for one in shares)),),
        Axis("Booked of those ready", "share"),
        on_side=True,
    )


def theatre_use(shown: ShownRun) -> tuple[TheatreUse, ...]:
    """Each theatre with its usable lists."""
    found: list[TheatreUse] = []
    for theatre_id, name in shown.theatres:
        rows = [row for row in shown.tables["lists"] if row.text("theatre") == theatre_id]
        usable = [row for row in rows if row.flag("usable") or row.integer("cases")]
        used = [row for row in usable if row.integer("cases")]
        minutes = sum(row.integer("planned_minutes") for row in usable)
        inside = sum(row.number_of("capped_utilisation_planned") * row.integer("planned_minutes") for row in used)
        cases = sum(row.integer("cases") for row in used)
        share = inside / minutes if minutes else 0.0
        found.append(TheatreUse(name, len(used), len(usable), cases, share))
    return tuple(found)


def use_picture(uses: tuple[TheatreUse, ...]) -> Picture:
    """The use of theatres as bars."""
    return bar_chart(
        "How full the theatres are",
        "The share of the minutes of its usable lists in which somebody is operated on, as planned, by theatre.",
        [use.theatre for use in uses],
        (Series("operating", tuple(use.used_share for use in uses)),),
        Axis("Share of usable list time", "share"),
        on_side=True,
    )


def rehearsed_lists(shown: ShownRun, monday: dt.date | None = None) -> tuple[RehearsedList, ...]:
    """The lists with cases, of one week or of all, the likeliest to be late when stressed first."""
    rows = [row for row in shown.tables["lists"] if row.integer("cases")]
    lines = [_rehearsed(shown, row) for row in rows if monday in (None, monday_of(row.date("date")))]
    return tuple(sorted(lines, key=lambda line: (-(line.stressed_late_share or 0.0), line.list_id)))


def _rehearsed(shown: ShownRun, row: Row) -> RehearsedList:
    list_id = row.text("list_id")
    planned, stressed = shown.rehearsed(list_id, AS_PLANNED), shown.rehearsed(list_id, STRESSED)
    return RehearsedList(
        list_id=list_id,
        date=row.date("date"),
        words=f"{day_text(row.date('date'))}, {shown.instance.theatres[row.text('theatre')].name}, "
        f"{clock(shown.instance.lists[list_id].start)}",
        cases=row.integer("cases"),
        expected_end=clock(row.moment("expected_end")),
        utilisation_share=row.number_of("capped_utilisation_planned"),
        planned_late_share=row.number_of("overrun_probability"),
        simulated_late_share=None if planned is None else planned.number_of("overrun_probability"),
        stressed_late_share=None if stressed is None else stressed.number_of("overrun_probability"),
        stressed_over_minutes=None if stressed is None else stressed.number_of("over_minutes"),
        cancelled_cases=None if stressed is None else stressed.number_of("cancelled_cases"),
    )
