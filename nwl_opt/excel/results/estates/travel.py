"""Travel before and after, by deprivation, weighted by the contacts it is of."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nwl_opt.excel.results.estates.derived import CORE20, PLACED, WANTED, WEIGHT
from nwl_opt.excel.results.estates.frame import NOWHERE, Frame, number
from nwl_opt.excel.results.live import Live
from nwl_opt.excel.results.sheet import Sheet, column_name
from nwl_opt.excel.results.source import Cells
from nwl_opt.excel.results.tidy import column_of

SHEET = "Travel"
DESCRIPTION = "one-way minutes before and after, by deprivation fifth and period, weighted by contacts; chart"
_DECIMALS = 2  # minutes are saved with three decimals for each area and service
_FIFTHS = {1: "Most deprived fifth of areas", 2: "Second fifth", 3: "Middle fifth", 4: "Fourth fifth",
           5: "Least deprived fifth"}  # fmt: skip


@dataclass(frozen=True)
class _Group:
    """People whose journeys are counted: a condition in a formula, and the same in Python."""

    words: str
    condition: str
    holds: Callable[[Cells], float]


def write_travel(frame: Frame, rows: Sequence[Cells]) -> Mapping[str, Live]:
    """Write the sheet from the rows of travel with the contacts they are of."""
    count = len(frame.periods)
    sheet = frame.book.sheet(SHEET, "Travel: one-way minutes before and after", (36.0, *[14.0] * (3 * count), 14.0))
    sheet.paragraph(
        "Minutes one way, mean over the contacts that have a room. Before: to the nearest site that has the room "
        "today. The sheet data travel has every area and service; columns added there hold the contacts."
    )
    sheet.row += 1
    heads = [f"{what} {one.first_year}" for what in ("Before", "After", "Added") for one in frame.periods]
    at = sheet.heads(("Whose", *heads, "Word"), 1, len(heads))
    sheet.freeze(at + 1, 1)
    first = sheet.row
    for group in _groups():
        _write_group(frame, sheet, rows, group)
    sheet.mark_words(first, sheet.row - 1, 3 * count + 1, bad="longer")
    sheet.row += 1
    live = _figures(frame, sheet, rows)
    _chart(sheet, (at, first), count)
    return live


def _groups() -> list[_Group]:
    fifths = [
        _Group(words, f"({column_of('travel', 'imd_quintile')}={fifth})*", _of_fifth(fifth))
        for fifth, words in _FIFTHS.items()
    ]
    core20 = _Group("Core20 people", f"{column_of('travel', CORE20)}*", lambda row: number(row, CORE20))
    return [*fifths, core20, _Group("Everybody", "", lambda _: 1.0)]


def _of_fifth(fifth: int) -> Callable[[Cells], float]:
    return lambda row: float(row["imd_quintile"] == fifth)


def _write_group(frame: Frame, sheet: Sheet, rows: Sequence[Cells], group: _Group) -> None:
    at, count = sheet.row, len(frame.periods)
    sheet.put(at, 0, group.words)
    added = 0.0
    for column, period in enumerate(frame.periods):
        own = [row for row in rows if row["year"] == period.first_year]
        chosen = f'({column_of("travel", "year")}="{period.first_year}")*{group.condition}'
        means = []
        for block, name in enumerate(("minutes_before", "minutes_after")):
            now = _mean(own, name, PLACED, group.holds)
            means.append(
                (sheet.live(at, 1 + block * count + column, _formula(name, PLACED, chosen), now, "one"), now)
            )
        added = means[1][1] - means[0][1]
        sheet.live(at, 1 + 2 * count + column, f"{means[1][0].cell}-{means[0][0].cell}", added, "one")
    last = f"{column_name(3 * count)}{at + 1}"
    words = "longer" if round(added, 1) > 0 else "shorter" if round(added, 1) < 0 else "the same"
    formula = f'IF(ROUND({last},1)>0,"longer",IF(ROUND({last},1)<0,"shorter","the same"))'
    sheet.live(at, 3 * count + 1, formula, words, "text")
    sheet.row += 1


def _formula(minutes: str, contacts: str, chosen: str) -> str:
    """Mean minutes of the contacts chosen; 0 where nobody is."""
    times, people = column_of("travel", minutes), column_of("travel", contacts)
    placed = column_of("travel", PLACED)
    whole = f"SUMPRODUCT({chosen}{people})"
    return f"IF({whole}=0,0,SUMPRODUCT({chosen}{placed},{times})/{whole})"


def _mean(
    rows: Sequence[Cells], minutes: str, over: str, share: Callable[[Cells], float], weighted: bool = False
) -> float:
    weights = [share(row) * (number(row, WEIGHT) if weighted else 1.0) for row in rows]
    whole = math.fsum(weight * number(row, over) for weight, row in zip(weights, rows, strict=True))
    travelled = math.fsum(
        weight * number(row, PLACED) * number(row, minutes) for weight, row in zip(weights, rows, strict=True)
    )
    return travelled / whole if whole else 0.0


def _figures(frame: Frame, sheet: Sheet, rows: Sequence[Cells]) -> dict[str, Live]:
    """Key figures over all periods, each counted by its weight."""
    sheet.section("Key figures over all periods, weighted by their length")
    weight, core20 = f"{column_of('travel', WEIGHT)}*", f"{column_of('travel', CORE20)}*"
    fifth = f"({column_of('travel', 'imd_quintile')}=1)*"
    everyone, of_core20, of_fifth = _groups()[-1].holds, _groups()[-2].holds, _of_fifth(1)
    figures = {
        "travel": (
            "Mean minutes of everybody",
            _formula("minutes_after", WANTED, weight),
            _mean(rows, "minutes_after", WANTED, everyone, weighted=True),
        ),
        "travel_core20": (
            "Mean minutes of Core20 people",
            _formula("minutes_after", WANTED, weight + core20),
            _mean(rows, "minutes_after", WANTED, of_core20, weighted=True),
        ),
        "travel_most_deprived_fifth": (
            "Mean minutes of the most deprived fifth",
            _formula("minutes_after", PLACED, weight + fifth),
            _mean(rows, "minutes_after", PLACED, of_fifth, weighted=True),
        ),
    }
    live: dict[str, Live] = {}
    for name, (words, formula, now) in figures.items():
        sheet.put(sheet.row, 0, words)
        live[name] = Live(sheet.live(sheet.row, 1, formula, now, "three"), now, _DECIMALS)
        frame.book.check(live[name].ref, words, now, frame.source.figure(name), _DECIMALS)
        sheet.row += 1
    live["unmet_demand"] = _unmet(frame, sheet)
    sheet.row += 2
    return live


def _unmet(frame: Frame, sheet: Sheet) -> Live:
    """Contacts without a room, by period weight."""
    weights = {one.first_year: one.weight for one in frame.periods}
    rows = [row for row in frame.rows("service_plan") if row["site_id"] == NOWHERE]
    now = math.fsum(weights[str(row["year"])] * number(row, "contacts") for row in rows)
    site, contacts, weight = (column_of("service_plan", one) for one in ("site_id", "contacts", WEIGHT))
    sheet.put(sheet.row, 0, "Contacts without a room, all periods")
    ref = sheet.live(sheet.row, 1, f'SUMPRODUCT(({site}="{NOWHERE}")*{weight},{contacts})', now, "whole")
    frame.book.check(ref, "contacts without a room", now, frame.source.figure("unmet_demand"), _DECIMALS)
    sheet.row += 1
    return Live(ref, now, _DECIMALS)


def _chart(sheet: Sheet, at: tuple[int, int], count: int) -> None:
    heads, first = at
    series = [
        {"name": [SHEET, heads, column], "categories": [SHEET, first, 0, first + 4, 0],
         "values": [SHEET, first, column, first + 4, column], "fill": {"color": colour}, "gap": 80}
        for column, colour in ((count, "#A0AEB8"), (2 * count, "#005EB8"))
    ]  # fmt: skip
    sheet.chart(sheet.row, 0, {"type": "column"}, series, "Minutes one way by deprivation, last period",
                ("", "Minutes"), (820, 330), y={"min": 0, "num_format": "0"})  # fmt: skip
