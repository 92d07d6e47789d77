"""A table whose cells are numbers: set as text with its units, and written as CSV to the last pound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from nwl_opt.files.tables import excel_csv_bytes
from nwl_opt.words import percent, plain_number

Cell = str | int | float | None
Unit = Literal["text", "gbp", "gbp_change", "share", "share_change", "count", "rank"]
_MILLION = 1_000_000
_LARGE_GBP = 50_000_000
_NO_SHARE = 0.5e-5
"""A share below this is read as none: whole pounds leave as much."""
_CSV_UNITS: Mapping[Unit, str] = {"gbp": "gbp", "gbp_change": "gbp", "share": "share", "share_change": "share"}


@dataclass(frozen=True)
class Heading:
    """A column: its words and what its cells are. A change carries its sign."""

    text: str
    unit: Unit = "text"

    @property
    def is_number(self) -> bool:
        return self.unit != "text"


@dataclass(frozen=True)
class Sheet:
    """Rows of cells under headings; the last `totals` rows are sums.

    `in_millions` sets pounds as millions with two decimals, as the headings then say. `links` are pages that first
    cells lead to, by row.
    """

    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    totals: int = 0
    in_millions: bool = False
    links: Mapping[int, str] = field(default_factory=dict)

    @property
    def heading_words(self) -> tuple[str, ...]:
        return tuple(self._heading(one) for one in self.headings)

    @property
    def numeric(self) -> tuple[bool, ...]:
        return tuple(one.is_number for one in self.headings)

    @property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """Every cell as it is read; what is not known is a dash."""
        return tuple(
            tuple(self._text(cell, heading.unit) for cell, heading in zip(row, self.headings, strict=True))
            for row in self.rows
        )

    @property
    def own_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Its rows without the sums below them."""
        return tuple(self.rows[: len(self.rows) - self.totals])

    def showing(self, own_rows: Sequence[tuple[Cell, ...]]) -> Sheet:
        """Only some of its own rows, with the sums of all."""
        return replace(self, rows=(*own_rows, *self.rows[len(self.rows) - self.totals :]))

    def csv(self) -> bytes:
        """The same rows with plain numbers, for Excel: pounds whole, shares as shares."""
        names = [
            f"{one.text} ({_CSV_UNITS[one.unit]})" if one.unit in _CSV_UNITS else one.text for one in self.headings
        ]
        return excel_csv_bytes(names, [[_plain(cell) for cell in row] for row in self.rows])

    def _heading(self, heading: Heading) -> str:
        if heading.unit in ("gbp", "gbp_change"):
            return f"{heading.text}, £m" if self.in_millions else f"{heading.text}, £"
        return heading.text

    def _text(self, cell: Cell, unit: Unit) -> str:
        if cell is None:
            return "-"
        if isinstance(cell, str) or unit == "text":
            return str(cell)
        if unit in ("gbp", "gbp_change"):
            return self._money(cell, signed=unit == "gbp_change")
        if unit in ("share", "share_change"):
            shown = 0.0 if abs(cell) < _NO_SHARE else cell
            return ("+" if unit == "share_change" and shown > 0 else "") + percent(shown)
        return plain_number(cell)

    def _money(self, gbp: float, *, signed: bool) -> str:
        digits = f"{abs(gbp) / _MILLION:,.2f}" if self.in_millions else f"{abs(gbp):,.0f}"
        if not digits.strip("0.,"):
            return digits
        return f"{'-' if gbp < 0 else '+' if signed else ''}{digits}"


def reads_better_in_millions(amounts: Sequence[Cell]) -> bool:
    """Whether pounds are so large that millions are read more easily."""
    known = [abs(amount) for amount in amounts if isinstance(amount, (int, float))]
    return max(known, default=0) >= _LARGE_GBP


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(round(cell)) if cell.is_integer() else f"{cell:.6f}"
    return str(cell)
