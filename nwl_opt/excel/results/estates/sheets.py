"""The sheets of an estates run, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Mapping

from nwl_opt.excel.results.book import Book
from nwl_opt.excel.results.estates import cash, premises, rooms, suites, travel
from nwl_opt.excel.results.estates.derived import derived
from nwl_opt.excel.results.estates.frame import Frame
from nwl_opt.excel.results.live import DerivedTables, KindSheets, Live, SheetNames
from nwl_opt.excel.results.source import Source


def _names(_: Source) -> SheetNames:
    return (
        (suites.SITE_PLAN, suites.SITE_PLAN_DESCRIPTION),
        (cash.SHEET, cash.DESCRIPTION),
        (rooms.SHEET, rooms.DESCRIPTION),
        (travel.SHEET, travel.DESCRIPTION),
        (premises.SHEET, premises.DESCRIPTION),
        (suites.CAPITAL, suites.CAPITAL_DESCRIPTION),
    )


def _write(book: Book, source: Source, tables: DerivedTables) -> Mapping[str, Live]:
    frame = Frame(book, source)
    live = {**suites.write_site_plan(frame), **cash.write_cash(frame), **rooms.write_rooms(frame)}
    live |= {**travel.write_travel(frame, tables["travel"].rows), **premises.write_premises(frame)}
    suites.write_capital(frame)
    return live


ESTATES = KindSheets(_names, _write, derived)
