"""How full the clinical rooms are: by site and period, and by session of the week in a period one chooses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from nwl_opt.excel.results.estates.frame import WEEK, Frame, number
from nwl_opt.excel.results.live import Live
from nwl_opt.excel.results.sheet import Ref, Sheet, column_name
from nwl_opt.excel.results.tidy import quoted, sum_where

SHEET = "Utilisation"
DESCRIPTION = "how full the clinical rooms are: site by period, and site by session in the period one chooses"
_TABLE = "room_utilisation"
_LOW, _HIGH = "#FFFFFF", "#41B6E6"

Used = Mapping[tuple[str, str, str], tuple[float, float]]
"""Rooms and used hours of clinical rooms by site, year and session."""


def write_rooms(frame: Frame) -> Mapping[str, Live]:
    """Write the sheet."""
    wide = max(3 * len(frame.periods), len(frame.slots) + 1)
    sheet = frame.book.sheet(SHEET, "Utilisation of the clinical rooms", (42.0, *[11.0] * wide, 20.0))
    sheet.paragraph(
        "Used over available hours, always a ratio of sums. Available: rooms x session hours (sheet Assumptions) x "
        f"{len(frame.slots)} sessions a week. Above the ceiling (used share ceiling) is marked in words."
    )
    sheet.row += 1
    used, sites = _used(frame), sorted(frame.sites, key=frame.site_name)
    live = _write_by_period(frame, sheet, used, sites)
    _write_heat_map(frame, sheet, used, sites)
    return live


def _used(frame: Frame) -> Used:
    found: dict[tuple[str, str, str], tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for row in frame.rows(_TABLE):
        if row["room_type"] in frame.clinical_kinds:
            key = (str(row["site_id"]), str(row["year"]), str(row["slot"]))
            rooms, hours = found[key]
            found[key] = (rooms + number(row, "rooms"), hours + number(row, "used_hours"))
    return found


def _write_by_period(frame: Frame, sheet: Sheet, used: Used, sites: Sequence[str]) -> dict[str, Live]:
    years = [period.first_year for period in frame.periods]
    sheet.section("By site and period")
    blocks = [f"{what} {year}" for what in ("Rooms", "Used h/week", "Utilisation") for year in years]
    heads = sheet.heads(("Site", *blocks, f"In {years[-1]}"), 1, len(blocks))
    sheet.freeze(heads + 1, 1)
    first, word = sheet.row, len(blocks) + 1
    for site in sites:
        at = sheet.row
        sheet.put(at, 0, frame.site_name(site))
        for column, year in enumerate(years):
            rooms, hours = used.get((site, year, WEEK), (0.0, 0.0))
            where = {"site_id": quoted(site), "year": quoted(year), "slot": quoted(WEEK), "clinical": '"yes"'}
            sheet.live(at, 1 + column, sum_where(_TABLE, "rooms", where), rooms, "whole")
            sheet.live(at, 1 + len(years) + column, sum_where(_TABLE, "used_hours", where), hours, "one")
            _write_share(frame, sheet, (at, column), (rooms, hours))
        _write_word(frame, sheet, (at, word), used.get((site, years[-1], WEEK), (0.0, 0.0)))
        sheet.row += 1
    last = sheet.row - 1
    sheet.heat(first, last, (1 + 2 * len(years), 3 * len(years)), _LOW, _HIGH)
    sheet.mark_words(first, last, word, bad="over")
    return _write_all(frame, sheet, used, (first, last))


def _write_share(
    frame: Frame, sheet: Sheet, at: tuple[int, int], of: tuple[float, float], style: str = "share"
) -> Ref:
    """Utilisation of one period, from the rooms and hours left of it."""
    (row, column), (rooms, hours), count = at, of, len(frame.periods)
    room, hour = (f"{column_name(one)}{row + 1}" for one in (1 + column, 1 + count + column))
    formula = f"IF({room}=0,0,{hour}/({room}*session_hours*{len(frame.slots)}))"
    return sheet.live(row, 1 + 2 * count + column, formula, _share(frame, rooms, hours, len(frame.slots)), style)


def _share(frame: Frame, rooms: float, hours: float, sessions: int) -> float:
    available = rooms * frame.source.number_setting("session_hours") * sessions
    return hours / available if available else 0.0


def _write_word(frame: Frame, sheet: Sheet, at: tuple[int, int], of: tuple[float, float]) -> None:
    row, word = at
    share = f"{column_name(word - 1)}{row + 1}"
    ceiling = frame.source.number_setting("used_share_ceiling")
    now = _share(frame, *of, len(frame.slots))
    words = "no clinical rooms" if not of[0] else "over the ceiling" if round(now - ceiling, 4) > 0 else "within"
    rooms = f"{column_name(len(frame.periods))}{row + 1}"
    formula = (
        f'IF({rooms}=0,"no clinical rooms",IF(ROUND({share}-used_share_ceiling,4)>0,"over the ceiling","within"))'
    )
    sheet.live(row, word, formula, words, "text")


def _write_all(frame: Frame, sheet: Sheet, used: Used, block: tuple[int, int]) -> dict[str, Live]:
    """All sites together: key figures of the first and the last period."""
    at, count, live = sheet.row, len(frame.periods), {}
    sheet.put(at, 0, "All sites", "text bold")
    for column, period in enumerate(frame.periods):
        of = [pair for (_, year, slot), pair in used.items() if (year, slot) == (period.first_year, WEEK)]
        rooms, hours = sum(one[0] for one in of), sum(one[1] for one in of)
        refs = []
        for at_column, now, style in ((1 + column, rooms, "whole bold"), (1 + count + column, hours, "one bold")):
            letters = column_name(at_column)
            refs.append(
                sheet.live(at, at_column, f"SUM({letters}{block[0] + 1}:{letters}{block[1] + 1})", now, style)
            )
        share = _write_share(frame, sheet, (at, column), (rooms, hours), "share bold")
        end = {0: "first", count - 1: "last"}.get(column)
        for name, ref, now in (
            ("rooms", refs[0], rooms),
            ("utilisation", share, _share(frame, rooms, hours, len(frame.slots))),
        ):
            if end is not None:
                live[f"clinical_{name}_{end}"] = Live(ref, now)
                frame.book.check(ref, f"clinical {name}, {end} period", now,
                                 frame.source.figure(f"clinical_{name}_{end}"), 6)  # fmt: skip
    if count == 1:
        live |= {name.replace("_last", "_first"): one for name, one in live.items()}
    sheet.row += 2
    return live


def _write_heat_map(frame: Frame, sheet: Sheet, used: Used, sites: Sequence[str]) -> None:
    """Site by session of the week, in the period chosen in a cell."""
    years = [period.first_year for period in frame.periods]
    sheet.section("By session of the week, in the period chosen here (pick a year in the yellow cell)")
    sheet.put(sheet.row, 0, "Period that begins with")
    chosen = sheet.put(sheet.row, 1, years[-1], "text input")
    sheet.choices(sheet.row, 1, years)
    sheet.row += 1
    sheet.heads(("Site", *frame.slots), 1)
    first = sheet.row
    for site in sites:
        at = sheet.row
        sheet.put(at, 0, frame.site_name(site))
        for column, slot in enumerate(frame.slots, start=1):
            where = {"site_id": quoted(site), "year": chosen.cell, "slot": quoted(slot), "clinical": '"yes"'}
            rooms, hours = (sum_where(_TABLE, name, where) for name in ("rooms", "used_hours"))
            now = _share(frame, *used.get((site, years[-1], slot), (0.0, 0.0)), 1)
            sheet.live(at, column, f"IF({rooms}=0,0,{hours}/({rooms}*session_hours))", now, "share")
        sheet.row += 1
    sheet.heat(first, sheet.row - 1, (1, len(frame.slots)), _LOW, _HIGH)
