"""Pounds before and after: what the extract holds, what was left out, what was loaded, and the rounding between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.shared.register import Column, Table
from nwl_opt.excel.mapping.cells import BadCell, number_of
from nwl_opt.excel.mapping.grid import Grid
from nwl_opt.excel.mapping.model import ColumnRule, TableMapping
from nwl_opt.excel.mapping.numbers import is_money

_HALF_A_POUND = Decimal("0.5")


@dataclass(frozen=True)
class MoneySum:
    """One column of pounds. `extract_gbp` sums every row of the extract but its totals, loaded or not.

    `stated` are rows of totals that were left out, with what they state.
    """

    column: str
    headings: tuple[str, ...]
    extract_gbp: Decimal
    left_out_gbp: Mapping[str, Decimal]
    loaded_gbp: Decimal
    stated: tuple[tuple[int, Decimal], ...]

    @property
    def rounding_gbp(self) -> Decimal:
        """What whole pounds made of the sum; anything beyond half a pound would be an error."""
        return self.loaded_gbp - (self.extract_gbp - sum(self.left_out_gbp.values(), Decimal(0)))

    @property
    def reconciles(self) -> bool:
        """Whether nothing but rounding to whole pounds lies between the extract and what was loaded."""
        return abs(self.rounding_gbp) <= _HALF_A_POUND

    @property
    def agrees_with_a_stated_total(self) -> bool | None:
        """Whether a total the extract states is the sum of its rows; None where it states none."""
        if not self.stated:
            return None
        return any(abs(stated - self.extract_gbp) <= _HALF_A_POUND for _, stated in self.stated)


def money_sums(
    grid: Grid, mapping: TableMapping, table: Table, left_out: Mapping[int, str], rows: Sequence[Mapping[str, str]]
) -> Iterator[MoneySum]:
    """The sums of every column of pounds that comes from headings."""
    columns = {column.name: column for column in table.columns}
    totals = {number for number, cells in grid.rows if number in left_out and any(map(is_total, cells))}
    for rule in mapping.columns:
        column = columns.get(rule.to)
        if column is None or not is_money(column) or not rule.headings or rule.to in mapping.codes:
            continue
        amounts = dict(_amounts(grid, mapping, rule, column))
        out: dict[str, Decimal] = {}
        for number, amount in amounts.items():
            if number in left_out and number not in totals:
                out[left_out[number]] = out.get(left_out[number], Decimal(0)) + amount
        yield MoneySum(
            column=rule.to,
            headings=(*rule.headings, *([f"less {rule.less}"] if rule.less else [])),
            extract_gbp=sum((amount for number, amount in amounts.items() if number not in totals), Decimal(0)),
            left_out_gbp=out,
            loaded_gbp=sum((Decimal(row[rule.to]) for row in rows if row.get(rule.to)), Decimal(0)),
            stated=tuple((number, amount) for number, amount in amounts.items() if number in totals),
        )


def _amounts(grid: Grid, mapping: TableMapping, rule: ColumnRule, column: Column) -> Iterator[tuple[int, Decimal]]:
    """The pounds of every row under the headings that holds a number there."""
    at = grid.position(rule.headings[0])
    less = grid.position(rule.less) if rule.less else None
    for number, cells in grid.rows:
        try:
            text = (cells[at] if at is not None else "") or rule.default
            amount = number_of(text, rule, column, mapping.source.decimal) if text else Decimal(0)
            if text and less is not None and cells[less]:
                amount -= number_of(cells[less], rule, column, mapping.source.decimal)
        except BadCell:
            continue  # a footer or a heading in between; in a row that is loaded it is a fault, told by the rows
        yield number, amount


def is_total(text: str) -> bool:
    """Whether a cell heads a row of totals."""
    return text.casefold().startswith(("total", "grand total", "sub-total", "subtotal", "sub total", "overall total"))
