"""The sheets of a reallocation, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Mapping

from nwl_opt.excel.results.book import Book
from nwl_opt.excel.results.live import DerivedTables, KindSheets, Live, SheetNames
from nwl_opt.excel.results.reallocation import allocation, bridge, gaps, impacts, money, moves
from nwl_opt.excel.results.reallocation.frame import frame_of
from nwl_opt.excel.results.source import Source


def _names(_: Source) -> SheetNames:
    return (
        (allocation.SHEET, allocation.DESCRIPTION),
        (gaps.SHEET, gaps.DESCRIPTION),
        (bridge.SHEET, bridge.DESCRIPTION),
        (money.SHEET, money.DESCRIPTION),
        (moves.SHEET, moves.DESCRIPTION),
        (impacts.IMPACTS, impacts.IMPACTS_DESCRIPTION),
        (impacts.STOPS, impacts.STOPS_DESCRIPTION),
        (impacts.TORNADO, impacts.TORNADO_DESCRIPTION),
    )


def _write(book: Book, source: Source, _: DerivedTables) -> Mapping[str, Live]:
    frame = frame_of(book, source)
    left = money.write_money(frame)
    allocated = allocation.write_allocation(frame)
    need = gaps.write_gaps(frame, left, allocated)
    bridge.write_bridge(frame)
    moved = moves.write_moves(frame)
    impacts.write_impacts(frame)
    impacts.write_stops(frame)
    impacts.write_tornado(frame)
    return {**allocated.live, **need, **moved, **left.live}


REALLOCATION = KindSheets(_names, _write)
