"""A new opening: a month's forecast outturn replaces the opening budgets, and the drift of every cell is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from models.reallocation.actuals import Actuals, Outturn, read_actuals
from models.reallocation.building import build_instance
from models.reallocation.entities import CellKey
from models.reallocation.instance import Instance, nearest_pounds
from models.reallocation.tables import REGISTER
from models.reallocation.validation import validate
from models.shared.faults import Fault, InputFaults
from models.shared.parsing import ParsedInstance, RawInstance, RawTable, parse_instance

_SHARE_DIGITS = 12
_NAMED = 8
_OPENING_COLUMNS = ("ledger.gbp", "ledger.non_recurrent_gbp", "baseline.recurrent_gbp")


@dataclass(frozen=True)
class Drift:
    """How far a cell's opening moved."""

    cell: CellKey
    old_opening_gbp: int
    new_opening_gbp: int

    @property
    def change_gbp(self) -> int:
        return self.new_opening_gbp - self.old_opening_gbp


@dataclass(frozen=True)
class Rebased:
    """The instance as it was written, with new openings; `before` and `after` are both, ready to be solved.

    `drift` has every cell in the instance's order. `notices` say what was kept as it was, and why need did not move.
    """

    raw: RawInstance
    before: Instance
    after: Instance
    month: int
    drift: tuple[Drift, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True)
class _Amount:
    """The pounds of a ledger line: all, and what of them is once only."""

    gbp: int
    non_recurrent_gbp: int

    @property
    def recurrent_gbp(self) -> int:
        return self.gbp - self.non_recurrent_gbp


def rebase(raw: RawInstance, actuals: RawTable) -> Rebased:
    """Replace an instance's opening by the forecast outturn of a month.

    Ledger and baseline stay tied to the pound; what the actuals leave out keeps its opening. Need stays where it was:
    line shares that followed from deviations are written down as shares, for spending more makes nobody needier.

    Raises
    ------
    InputFaults
        If the instance, the actuals or what comes of them is faulty; every fault of the first of these is told.
    """
    parsed, before = _opened(raw)
    read, faults, notices = read_actuals(before, actuals)
    if read is None:
        raise InputFaults(faults)
    ledger = _new_ledger(before, read)
    openings = _new_openings(before, read, ledger)
    if faults := list(_emptied(before, read, openings)):
        raise InputFaults(faults)
    rebased = _with_openings(raw, parsed, before, ledger, openings)
    rebased = _with_need_held(rebased, parsed, before)
    rebased = replace(rebased, header=_header(rebased, read.month))
    _, after = _opened(rebased)
    drift = tuple(Drift(cell, before.opening_gbp[cell], after.opening_gbp[cell]) for cell in before.cells)
    return Rebased(rebased, before, after, read.month, drift, (*notices, *_notices(before, read)))


def _opened(raw: RawInstance) -> tuple[ParsedInstance, Instance]:
    parsed = parse_instance(REGISTER, raw)
    if faults := [*parsed.faults, *validate(parsed)]:
        raise InputFaults(faults)
    return parsed, build_instance(parsed)


def _new_ledger(instance: Instance, actuals: Actuals) -> dict[str, _Amount]:
    """Every ledger line's pounds; a cell's outturn is shared among its ledger lines as their budgets are."""
    ledger = {line.ledger_line: _Amount(line.gbp, line.non_recurrent_gbp) for line in instance.ledger}
    for number, outturn in actuals.by_ledger_line.items():
        once = outturn.non_recurrent_gbp
        ledger[number] = _Amount(outturn.gbp, ledger[number].non_recurrent_gbp if once is None else once)
    for cell, outturn in actuals.by_cell.items():
        numbers = [line.ledger_line for line in instance.ledger if line.cell == cell]
        if numbers:
            shared = _shared_out(outturn, [ledger[number] for number in numbers])
            ledger |= dict(zip(numbers, shared, strict=True))
    return ledger


def _shared_out(outturn: Outturn, amounts: list[_Amount]) -> list[_Amount]:
    once = [amount.non_recurrent_gbp for amount in amounts]
    recurrent = [amount.recurrent_gbp for amount in amounts]
    if outturn.non_recurrent_gbp is not None:
        once = _in_proportion(outturn.non_recurrent_gbp, recurrent)
    shared = _in_proportion(outturn.gbp - sum(once), recurrent)
    return [_Amount(gbp + extra, extra) for gbp, extra in zip(shared, once, strict=True)]


def _in_proportion(total_gbp: int, weights: list[int]) -> list[int]:
    whole = sum(weights)
    return nearest_pounds([Fraction(total_gbp * weight, whole) for weight in weights], total_gbp)


def _new_openings(instance: Instance, actuals: Actuals, ledger: Mapping[str, _Amount]) -> dict[CellKey, int]:
    if instance.ledger:
        openings = dict.fromkeys(instance.cells, 0)
        for line in instance.ledger:
            if line.cell is not None:
                openings[line.cell] += ledger[line.ledger_line].recurrent_gbp
        return openings
    openings = dict(instance.ledger_gbp)
    for cell, outturn in actuals.by_cell.items():
        openings[cell] = outturn.gbp - (outturn.non_recurrent_gbp or 0)
    return openings


def _emptied(instance: Instance, actuals: Actuals, openings: Mapping[CellKey, int]) -> Iterator[Fault]:
    """A cell must keep a pound: its rows say so, for the baseline has no row without money."""
    cell_of = {line.ledger_line: line.cell for line in instance.ledger}
    rows: dict[CellKey, Outturn] = dict(actuals.by_cell)
    rows |= {cell: outturn for number, outturn in actuals.by_ledger_line.items() if (cell := cell_of[number])}
    for cell, outturn in rows.items():
        if openings[cell] < 1:
            yield Fault(
                actuals.file,
                outturn.row.number,
                "forecast_outturn_gbp",
                str(outturn.gbp),
                f"must leave {', '.join(cell)} 1 or more recurrent pounds; it would open with {openings[cell]}",
                "Correct the forecast or what of it is once only; a service that ended is removed from the instance.",
            )


def _with_openings(
    raw: RawInstance,
    parsed: ParsedInstance,
    before: Instance,
    ledger: Mapping[str, _Amount],
    openings: Mapping[CellKey, int],
) -> RawInstance:
    rows: dict[int, dict[str, str]] = {}
    old = {line.ledger_line: _Amount(line.gbp, line.non_recurrent_gbp) for line in before.ledger}
    for row in parsed.table("ledger"):
        number = row.text("ledger_line")
        if ledger[number] != old[number]:
            amount = ledger[number]
            rows[row.number] = {"gbp": str(amount.gbp), "non_recurrent_gbp": str(amount.non_recurrent_gbp)}
    changed = _edited(raw, "ledger", rows)
    rows = {}
    for row in parsed.table("baseline"):
        cell = CellKey(row.text("place"), row.text("line"), row.text("provider"))
        if openings[cell] != before.ledger_gbp[cell]:
            rows[row.number] = {"recurrent_gbp": str(openings[cell])}
    return _edited(changed, "baseline", rows)


def _with_need_held(raw: RawInstance, parsed: ParsedInstance, before: Instance) -> RawInstance:
    """Line shares that follow from deviations become shares as given: the same need as before the new opening."""
    if before.settings.line_need_basis in ("shares", "pounds"):
        return raw
    shares = {line: round(share, _SHARE_DIGITS) for line, share in before.line_need[0].items()}
    *_, last = shares
    shares[last] += 1 - sum(shares.values())
    rows = {
        row.number: {"need_share": f"{float(shares[row.text('line')]):.{_SHARE_DIGITS}f}"}
        for row in parsed.table("lines")
        if row.text("line") in shares
    }
    held = _edited(raw, "lines", rows, mark="")
    settings = raw.header["settings"]
    assert isinstance(settings, Mapping)
    return replace(held, header={**held.header, "settings": {**settings, "line_need_basis": "shares"}})


def _edited(raw: RawInstance, name: str, rows: Mapping[int, Mapping[str, str]], mark: str = "local") -> RawInstance:
    """The instance with some cells of a table replaced, by row number; the user's own figures are marked so."""
    if not rows:
        return raw
    table = raw.tables[name]
    columns = tuple(dict.fromkeys(column for cells in rows.values() for column in cells))
    header = (*table.header, *(column for column in columns if column not in table.header))
    overrides = _overrides(raw)
    kept_mark = next((overrides[f"{name}.{column}"] for column in columns if f"{name}.{column}" in overrides), "")
    edited = []
    for number, cells in zip(table.row_numbers, table.rows, strict=True):
        values = dict(zip(header, (*cells, *[""] * (len(header) - len(cells))), strict=True))
        values.update(rows.get(number, {}))
        if "provenance" in values and mark:
            values["provenance"] = mark if number in rows else kept_mark or values["provenance"]
        edited.append(tuple(values[column] for column in header))
    tables = {**raw.tables, name: replace(table, header=header, rows=tuple(edited))}
    return replace(raw, tables=tables)


def _overrides(raw: RawInstance) -> dict[str, str]:
    given = raw.header.get("provenance", {})
    return {str(key): str(value) for key, value in given.items()} if isinstance(given, Mapping) else {}


def _header(raw: RawInstance, month: int) -> dict[str, object]:
    marks = {column: mark for column, mark in _overrides(raw).items() if column not in _OPENING_COLUMNS}
    title = raw.header.get("title", REGISTER.title)
    return {**raw.header, "title": f"{title}, opening as forecast at month {month}", "provenance": marks}


def _notices(instance: Instance, actuals: Actuals) -> Iterator[str]:
    if actuals.by_ledger_line:
        missing = [line.ledger_line for line in instance.ledger if line.ledger_line not in actuals.by_ledger_line]
        what, whole = "ledger lines", len(instance.ledger)
    else:
        missing = [" / ".join(cell) for cell in instance.cells if cell not in actuals.by_cell]
        what, whole = "cells", len(instance.cells)
    if missing:
        named = ", ".join(missing[:_NAMED]) + (" and others" if len(missing) > _NAMED else "")
        yield f"{actuals.file}: {len(missing)} of {whole} {what} are not in it and keep their opening: {named}"
    if instance.settings.line_need_basis in ("stated_deviations", "ledger_deviations"):
        yield (
            "need of the lines was held where it was: its shares, which followed from the deviations, are now given "
            "(line_need_basis = shares), for spending more makes nobody needier"
        )
