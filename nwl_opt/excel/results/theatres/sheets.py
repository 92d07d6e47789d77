"""The sheets of theatre lists, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Mapping

from nwl_opt.excel.results.book import Book
from nwl_opt.excel.results.live import DerivedTables, KindSheets, Live, SheetNames
from nwl_opt.excel.results.source import Source
from nwl_opt.excel.results.theatres import beds, board, patients, use
from nwl_opt.excel.results.theatres.frame import Frame


def _names(_: Source) -> SheetNames:
    return (
        (board.SHEET, board.DESCRIPTION),
        (use.LISTS, use.LISTS_DESCRIPTION),
        (use.SHEET, use.DESCRIPTION),
        (patients.APPOINTMENTS, patients.APPOINTMENTS_DESCRIPTION),
        (patients.NOT_BOOKED, patients.NOT_BOOKED_DESCRIPTION),
        (patients.WORKLISTS, patients.WORKLISTS_DESCRIPTION),
        *((name, description) for name, _, description, _ in patients.PLAIN.values()),
        (beds.BEDS, beds.BEDS_DESCRIPTION),
        (beds.FAIRNESS, beds.FAIRNESS_DESCRIPTION),
    )


def _write(book: Book, source: Source, _: DerivedTables) -> Mapping[str, Live]:
    frame = Frame(book, source)
    board.write_board(frame)
    use.write_lists(frame)
    live = dict(use.write_use(frame))
    patients.write_appointments(frame)
    live |= patients.write_not_booked(frame)
    patients.write_worklists(frame)
    for table in patients.PLAIN:
        patients.write_plain(frame, table)
    live |= beds.write_beds(frame)
    beds.write_fairness(frame)
    return live


THEATRES = KindSheets(_names, _write)
