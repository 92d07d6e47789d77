"""How full each site is in each session of the week, or by kind of room: one share a cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from models.shared.parsing import Row
from nwl_opt.estates.browsing.wording import WEEK, slot_words
from nwl_opt.estates.reporting.saved import EstateTables

Across = Literal["slot", "room_type"]
STEPS_SHARE = (0.2, 0.4, 0.6, 0.75, 0.8505)
STEP_WORDS = ("below 20 %", "20 to 40 %", "40 to 60 %", "60 to 75 %", "75 to 85 %", "above 85 %")


@dataclass(frozen=True)
class HeatCell:
    """Used over available hours a week; None where the site has no such room."""

    used_hours: float
    available_hours: float

    @property
    def share(self) -> float | None:
        return self.used_hours / self.available_hours if self.available_hours > 0 else None

    @property
    def step(self) -> int:
        """The place of its share among the steps."""
        return sum((self.share or 0.0) > top for top in STEPS_SHARE)


@dataclass(frozen=True)
class HeatRow:
    site_id: str
    site: str
    borough: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class Heat:
    """The sites with rooms in use in a period, and all of them together."""

    year: str
    headings: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    total: tuple[HeatCell, ...]


def heat(estate: EstateTables, year: str, across: Across, borough: str = "") -> Heat:
    """Shares of clinical rooms by session of the week, or of all rooms by kind; the last column is the whole."""
    kinds = {kind.room_type: kind for kind in estate.instance.room_types}
    clinical = {code for code, kind in kinds.items() if kind.clinical}
    rows = [row for row in estate.tables["room_utilisation"] if row.text("year") == year]
    if across == "slot":
        rows = [row for row in rows if row.text("room_type") in clinical]
        codes = [slot.slot for slot in estate.instance.slots]
        headings = [slot_words(slot) for slot in estate.instance.slots]
    else:
        rows = [row for row in rows if row.text("slot") == WEEK]
        used = {row.text("room_type") for row in rows if row.number_of("available_hours") > 0}
        codes = [kind.room_type for kind in estate.instance.room_types if kind.room_type in used]
        headings = [kinds[code].name for code in codes]
    sums = _sums(rows, across)
    found = [
        HeatRow(site.site_id, site.name, site.borough, _cells(sums, site.site_id, codes))
        for site in sorted(estate.instance.sites, key=lambda site: (site.name, site.site_id))
        if borough in ("", site.borough)
    ]
    found = [row for row in found if row.cells[-1].available_hours > 0]
    last = "Week" if across == "slot" else "All rooms"
    return Heat(year, (*headings, last), tuple(found), _total(found, len(codes) + 1))


def _sums(rows: Sequence[Row], across: Across) -> dict[tuple[str, str], list[float]]:
    """Used and available hours by site and column; under the empty name, all of a site."""
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in rows:
        column = row.text(across)
        whole = "" if column == WEEK else column
        keys = [whole] if across == "slot" else [column, ""]
        for key in keys:
            total = sums[row.text("site_id"), key]
            total[0] += row.number_of("used_hours")
            total[1] += row.number_of("available_hours")
    return sums


def _cells(sums: dict[tuple[str, str], list[float]], site: str, codes: Sequence[str]) -> tuple[HeatCell, ...]:
    return tuple(HeatCell(*sums.get((site, code), [0.0, 0.0])) for code in (*codes, ""))


def _total(rows: Sequence[HeatRow], columns: int) -> tuple[HeatCell, ...]:
    return tuple(
        HeatCell(sum(row.cells[at].used_hours for row in rows), sum(row.cells[at].available_hours for row in rows))
        for at in range(columns)
    )
