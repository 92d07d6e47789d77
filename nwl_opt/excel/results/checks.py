"""The sheet that holds every live figure beside the plan's own, and the one cell that says whether all agree."""

from __future__ import annotations

from nwl_opt.excel.results.book import Book
from nwl_opt.excel.results.sheet import Sheet, column_name

SHEET = "Checks"
DESCRIPTION = "every figure worked out by a formula in this workbook, beside the plan's own; differences are 0"
_HEADS = ("Sheet", "Figure", "Worked out here", "The plan's own", "Difference", "Agrees")
_DIFFERENCE = 4


def write_checks(book: Book) -> tuple[str, str]:
    """Write the sheet; returns the formula that says whether all agree, and what it says now."""
    sheet = book.sheet(SHEET, "Checks: do the formulas give what the plan says?", (20, 62, 18, 18, 14, 10))
    sheet.paragraph(
        "Money agrees to the pound, shares to the digits the plan is saved with. Change an assumption (yellow cells) "
        "and the figures move: then the differences show by how much this workbook is no longer the plan."
    )
    sheet.row += 1
    heads = sheet.heads(_HEADS, numeric_from=2)
    first = sheet.row
    for check in book.checks:
        _write_check(
            sheet, check.where.sheet, check.what, check.decimals, (check.where.address, check.now, check.plan)
        )
    last = max(first, sheet.row - 1)
    sheet.mark_words(first, last, _DIFFERENCE + 1, bad="NO")
    sheet.filter(heads, last, len(_HEADS))
    sheet.freeze(first, 2)
    return _verdict(f"{SHEET}!${column_name(_DIFFERENCE)}${first + 1}:${column_name(_DIFFERENCE)}${last + 1}", book)


def _write_check(sheet: Sheet, of: str, what: str, decimals: int, figures: tuple[str, float, float]) -> None:
    address, now, plan = figures
    row, style = sheet.row, "gbp" if decimals == 0 else "exact"
    sheet.link(row, 0, of, of)
    sheet.put(row, 1, what)
    sheet.live(row, 2, address, now, "exact")
    sheet.put(row, 3, plan, "exact")
    off = round(now - plan, decimals) + 0.0
    difference = sheet.live(row, _DIFFERENCE, f"ROUND(C{row + 1}-D{row + 1},{decimals})", off, style)
    agrees = f'IF(ISERROR({difference.cell}),"NO: error",IF({difference.cell}=0,"yes","NO"))'
    sheet.live(row, _DIFFERENCE + 1, agrees, "yes" if off == 0 else "NO", "text")
    sheet.row += 1


def _verdict(differences: str, book: Book) -> tuple[str, str]:
    number = len(book.checks)
    agree = f"All formulas agree with the plan ({number:,} figures checked)"
    formula = (
        f'IF(SUMPRODUCT(--ISERROR({differences}))>0,"A formula shows an error: see the sheet {SHEET}",'
        f'IF(SUMPRODUCT(--({differences}<>0))=0,"{agree}",'
        f'SUMPRODUCT(--({differences}<>0))&" of {number:,} figures differ from the plan: '
        f'a cell of this workbook was changed (see {SHEET})"))'
    )
    off = sum(round(check.now - check.plan, check.decimals) != 0 for check in book.checks)
    now = f"{off} of {number:,} figures differ from the plan: a cell of this workbook was changed (see {SHEET})"
    return formula, now if off else agree
