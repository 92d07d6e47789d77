"""Decimal commas: read where they can mean one thing only, a fault where they can mean two."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.shared.faults import Fault
from models.shared.register import Table

# 0,5 | 12,75 | 1,2345 | 0,125 | 1.234,5: a comma that cannot part thousands.
_DECIMAL = re.compile(r"^-?(?:\d+,(?:\d{1,2}|\d{4,})|0\d*,\d+|\d{4,},\d+|\d{1,3}(?:\.\d{3})+,\d+)$")
# 1,234,567 | 1,234.5: a comma that can part nothing else.
_THOUSANDS = re.compile(r"^-?[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?:\.\d+)?|(?:,\d{3})+\.\d+)$")
# 1,234 may be either; 1.234 too, once the file is known to write decimal commas.
_COMMA_EITHER = re.compile(r"^-?[1-9]\d{0,2},\d{3}$")
_POINT_EITHER = re.compile(r"^-?[1-9]\d{0,2}(?:\.\d{3})+$")


def read_decimal_commas(
    table: Table, header: Sequence[str], rows: Sequence[tuple[int, list[str]]], file: str
) -> tuple[int, list[Fault]]:
    """Rewrite decimal commas in the numeric columns of a semicolon file, in place.

    A cell such as 1,234 takes its meaning from the file's other cells. Where these say nothing, or both things,
    it is a fault: a wrong guess would be wrong by a thousand.

    Returns how many cells were rewritten, and the faults.
    """
    numeric = [at for at, name in enumerate(header) if any(c.name == name and c.is_numeric for c in table.columns)]
    cells = [(number, row, at) for number, row in rows for at in numeric if at < len(row)]
    decimal = any(_DECIMAL.match(row[at].strip()) for _, row, at in cells)
    thousands = any(_THOUSANDS.match(row[at].strip()) for _, row, at in cells)
    rewritten = 0
    faults: list[Fault] = []
    for number, row, at in cells:
        text = row[at].strip()
        comma_either = bool(_COMMA_EITHER.match(text))
        if (comma_either and decimal == thousands) or (decimal and _POINT_EITHER.match(text)):
            faults.append(_ambiguous(file, number, header[at], text))
            row[at] = ""
        elif _DECIMAL.match(text) or (comma_either and decimal):
            row[at] = text.replace(".", "").replace(",", ".")
            rewritten += 1
    return rewritten, faults


def _ambiguous(file: str, number: int, column: str, text: str) -> Fault:
    whole = re.sub(r"[.,]", "", text)
    decimal = ".".join(text.replace(",", ".").rsplit(".", 1))
    return Fault(file, number, column, text, f"must have one meaning: it can be read as {whole} or as {decimal}",
                 "Write it without a separator of thousands and with a decimal point.")  # fmt: skip
