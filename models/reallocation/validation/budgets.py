"""Faults of the opening: lines, baseline, providers, and the ledger that is mapped to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from models.reallocation.entities import CellKey
from models.reallocation.settings import NO_PROVIDER
from models.reallocation.validation.asked import (
    OUT_OF_SCOPE,
    cell_of,
    leaves,
    not_a_leaf,
    own_need,
    parents,
    target_of,
)
from models.shared.faults import Fault
from models.shared.parsing import ParsedInstance

_OF_MONEY = ("releasable_share", "double_running_share", "stranded_share")


def faults(parsed: ParsedInstance) -> Iterator[Fault]:
    """Faults of lines, baseline, providers, mapping and ledger."""
    yield from _lines(parsed)
    yield from _withdrawal(parsed)
    yield from _baseline(parsed)
    yield from _providers(parsed)
    yield from _mapping(parsed)
    yield from _ledger_ties(parsed)


def _lines(parsed: ParsedInstance) -> Iterator[Fault]:
    table, parent_of = parsed.table("lines"), parents(parsed)
    for row in table:
        seen, at = {row.text("line")}, row.maybe_text("parent")
        while at is not None and at not in seen:
            seen.add(at)
            at = parent_of.get(at)
        if at is not None:
            yield table.fault(
                row,
                "parent",
                "must not lead back to the line itself",
                "Give each line one parent, and the top lines none.",
            )


def _withdrawal(parsed: ParsedInstance) -> Iterator[Fault]:
    """What withdrawing service costs stands on the lines that hold money."""
    table, lines = parsed.table("lines"), leaves(parsed)
    for row in table:
        if row.text("line") in lines:
            continue
        for name in _OF_MONEY:
            if row.maybe_number_of(name):
                yield table.fault(
                    row,
                    name,
                    "must be empty on a line with sub-lines, which holds no money",
                    "Give it on the sub-lines.",
                )


def _baseline(parsed: ParsedInstance) -> Iterator[Fault]:
    table, lines = parsed.table("baseline"), leaves(parsed)
    held = {(row.text("place"), row.text("line")) for row in table}
    yield from not_a_leaf(parsed, table, "line", "Put the money on its sub-lines.")
    if not table.complete or not parsed.table("places").complete or not parsed.table("lines").complete:
        return
    lines_held = {line for _, line in held}
    for line in lines:
        if line not in lines_held:
            yield table.fault(
                None,
                None,
                "must have money on every line without sub-lines",
                f"Add a row for {line}, or remove the line.",
                found=f"no row for line {line}",
            )
    for place in own_need(parsed):
        for line in lines:
            if line in lines_held and (place, line) not in held:
                yield table.fault(
                    None,
                    None,
                    "must have a row for every place and line",
                    f"Add what {place} opens with for {line} (1 or more).",
                    found=f"no row for {place}, {line}",
                )


def _providers(parsed: ParsedInstance) -> Iterator[Fault]:
    paid: dict[str, int] = defaultdict(int)
    for row in parsed.table("baseline"):
        paid[row.text("provider")] += row.integer("recurrent_gbp")
    table = parsed.table("providers")
    for row in table:
        if row.text("provider") == NO_PROVIDER:
            yield table.fault(
                row,
                "provider",
                f"must not be {NO_PROVIDER}, which means: not split by provider",
                "Give the organisation another id.",
            )
        if row.integer("income_gbp") < paid[row.text("provider")]:
            yield table.fault(
                row,
                "income_gbp",
                f"must be at least what the baseline pays it, {paid[row.text('provider')]}",
                "Give its whole income, from everybody.",
            )


def _mapping(parsed: ParsedInstance) -> Iterator[Fault]:
    table, ledger = parsed.table("mapping"), parsed.table("ledger")
    held = {cell_of(row) for row in parsed.table("baseline")}
    mapped: set[str] = set()
    for row in table:
        mapped.add(row.text("ledger_line"))
        status = row.text("status")
        if status in OUT_OF_SCOPE:
            continue
        wanted = ("place", "line") if status == "cell" else ("line",)
        missing = [name for name in wanted if row.maybe_text(name) is None]
        for name in missing:
            yield table.fault(
                row,
                name,
                f"must be given where status is {status}",
                "Give it, or set the status to out_of_scope.",
                found="(empty)",
            )
        if not missing and parsed.table("baseline").complete and target_of(row) not in held:
            place, line, provider = target_of(row)
            yield table.fault(
                row,
                "ledger_line",
                f"must be mapped to a row of baseline.csv; there is none for {place}, {line}, {provider}",
                "Add the row to baseline.csv or correct the mapping.",
            )
    if not table.complete or not ledger.complete:
        return
    for row in ledger:
        if row.text("ledger_line") not in mapped:
            yield ledger.fault(
                row,
                "ledger_line",
                "must stand in mapping.csv: no pound may vanish",
                "Map it to a cell, to unplaced or to out_of_scope.",
            )


def _ledger_ties(parsed: ParsedInstance) -> Iterator[Fault]:
    """The recurrent pounds mapped to a cell are its baseline."""
    baseline, mapping, ledger = parsed.table("baseline"), parsed.table("mapping"), parsed.table("ledger")
    if not len(ledger) or not (baseline.complete and mapping.complete and ledger.complete):
        return
    recurrent = {row.text("ledger_line"): row.integer("gbp") - row.integer("non_recurrent_gbp") for row in ledger}
    sums: dict[CellKey, int] = defaultdict(int)
    for row in mapping:
        if row.text("status") not in OUT_OF_SCOPE and row.maybe_text("line") is not None:
            sums[target_of(row)] += recurrent.get(row.text("ledger_line"), 0)
    times = Counter(row.text("ledger_line") for row in mapping)
    once = set(times) >= set(recurrent) and max(times.values(), default=1) == 1
    mend = "Correct the baseline, the ledger or the mapping."
    mend = mend if once else "Correct the faults of mapping.csv first: this may follow from them."
    for row in baseline:
        if row.integer("recurrent_gbp") != sums[cell_of(row)]:
            yield baseline.fault(
                row,
                "recurrent_gbp",
                f"must be what its ledger lines sum to, {sums[cell_of(row)]} "
                "(gbp less non_recurrent_gbp of the lines mapped to it)",
                mend,
            )
