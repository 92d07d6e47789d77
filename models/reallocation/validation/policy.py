"""Faults of what boards and rules add: ring-fences, spill-overs, pace bands, concessions and ranges.

A floor above a cap, or ring-fences that cannot all be kept, are no faults: they are results, explained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction

from models.reallocation.need import NeedUnsolvable, exact, stated_need_shares
from models.reallocation.settings import ReallocationSettings
from models.reallocation.validation.asked import cell_of, leaves, not_a_leaf
from models.reallocation.validation.need import line_need_of
from models.shared.faults import Fault
from models.shared.parsing import ParsedInstance, Row, TypedTable

_ABOUT_A_LINE = ("deviation", "need", "theta")
_OF_ALL_LINES = ("R-04",)
_ENDS: Mapping[str, tuple[float, float]] = {
    "deviation": (-0.99, 1.0),
    "need": (-0.99, 1.0),
    "growth": (-0.5, 0.5),
    "cost_uplift": (-0.2, 0.5),
    "community_chc_need": (0.0, 0.9),
    "chc_cost": (-0.5, 1.0),
    "theta": (0.0, 1.0),
    "reserve": (0.0, 0.5),
}
"""Between which ends each parameter has a meaning."""


def faults(parsed: ParsedInstance) -> Iterator[Fault]:
    """Faults of ring-fences, spill-overs, pace bands and concessions."""
    yield from _concessions(parsed)
    yield from _fence_names(parsed)
    yield from _fence_cells(parsed)
    yield from _spillovers(parsed)
    yield from _pace_bands(parsed)


def faults_of_ranges(parsed: ParsedInstance, settings: ReallocationSettings) -> Iterator[Fault]:
    """Faults of the ranges of assumptions."""
    table = parsed.table("ranges")
    relieving = {row.text("from_line") for row in parsed.table("spillover")}
    for row in table:
        yield from _about(table, row)
        yield from _ends(table, row)
        line = row.maybe_text("line")
        if row.text("parameter") == "theta" and line is not None and line not in relieving:
            yield table.fault(
                row,
                "line",
                "must be a from_line of spillover.csv",
                "Add the spill-over, with theta 0 where none is assumed, or remove the range.",
            )
    yield from not_a_leaf(parsed, table, "line", "Give the range of its sub-lines.")
    if settings.line_need_basis == "stated_deviations" and parsed.table("lines").complete:
        yield from _unsolvable_ends(parsed, settings)


def _concessions(parsed: ParsedInstance) -> Iterator[Fault]:
    """Rows of concessions that no rule would read."""
    table = parsed.table("concessions")
    for row in table:
        if row.text("rule") in _OF_ALL_LINES and row.maybe_text("line") is not None:
            expected = f"must be empty for {row.text('rule')}, which holds for all its lines together"
            yield table.fault(row, "line", expected, "Remove the line.")
    yield from not_a_leaf(parsed, table, "line", "Give the concession of its sub-lines.")


def _fence_names(parsed: ParsedInstance) -> Iterator[Fault]:
    table, cells = parsed.table("ring_fences"), parsed.table("ring_fence_cells")
    first: dict[str, Row] = {}
    named = {row.text("fence") for row in cells}
    for row in table:
        before = first.setdefault(row.text("fence"), row)
        if row.text("name") != before.text("name"):
            yield table.fault(
                row,
                "name",
                f"must be {before.text('name')}, as in row {before.number}: one ring-fence has one name",
                "Correct the name or the fence.",
            )
    for fence, row in first.items():
        if fence not in named and cells.complete:
            yield table.fault(
                row,
                "fence",
                "must have the cells that count to it in ring_fence_cells.csv",
                f"Add a row for {fence} there.",
            )


def _fence_cells(parsed: ParsedInstance) -> Iterator[Fault]:
    table, baseline = parsed.table("ring_fence_cells"), parsed.table("baseline")
    yield from not_a_leaf(parsed, table, "line", "Name its sub-lines, a row for each.")
    if not baseline.complete:
        return
    held, lines = [cell_of(row) for row in baseline], leaves(parsed)
    for row in table:
        wanted = tuple(row.maybe_text(name) for name in ("place", "line", "provider"))
        if wanted[1] is not None and wanted[1] not in lines:
            continue
        if not any(all(w in (None, h) for w, h in zip(wanted, cell, strict=True)) for cell in held):
            yield table.fault(
                row,
                "fence",
                "must name at least one row of baseline.csv",
                "Correct place, line or provider; an empty one stands for all.",
                found=f"{row.text('fence')}: {', '.join(word or '(all)' for word in wanted)}",
            )


def _spillovers(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("spillover")
    for column in ("from_line", "to_line"):
        yield from not_a_leaf(parsed, table, column, "Name its sub-lines, a row for each.")
    total: dict[str, Fraction] = defaultdict(Fraction)
    for row in table:
        line = row.text("from_line")
        if line == row.text("to_line"):
            yield table.fault(
                row,
                "to_line",
                "must be another line than from_line",
                "Correct the line: what a line does for itself is its own spending.",
            )
        before = total[line]
        total[line] += exact(row.number_of("theta_share"))
        if before <= 1 < total[line]:
            yield table.fault(
                row,
                "theta_share",
                f"must leave all that {line} relieves at 1 or less: a pound relieves no more than a pound; the rows "
                f"up to here sum to {float(total[line]):g}",
                "Lower theta_share.",
            )


def _pace_bands(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("pace_bands")
    yield from not_a_leaf(parsed, table, "line", "Give the bands of its sub-lines, or leave the line empty.")
    for row in table:
        if row.maybe_number_of("floor_growth_share") is None and row.maybe_number_of("cap_growth_share") is None:
            yield table.fault(
                row,
                "floor_growth_share",
                "must be given where cap_growth_share is empty",
                "Give a floor or a cap at this distance, or remove the row.",
                found="(empty)",
            )


def _about(table: TypedTable, row: Row) -> Iterator[Fault]:
    parameter, line = row.text("parameter"), row.maybe_text("line")
    if parameter in _ABOUT_A_LINE and line is None:
        yield table.fault(
            row,
            "line",
            f"must be given for {parameter}",
            "Name the line the range is about.",
            found="(empty)",
        )
    if parameter not in _ABOUT_A_LINE and line is not None:
        yield table.fault(row, "line", f"must be empty for {parameter}", "Remove the line: it is about all of them.")


def _ends(table: TypedTable, row: Row) -> Iterator[Fault]:
    low, high = row.number_of("low"), row.number_of("high")
    if low > high:
        yield table.fault(row, "low", f"must be {high:g} or less, as high is", "Swap the two ends or correct one.")
    least, most = _ENDS[row.text("parameter")]
    for name, value in (("low", low), ("high", high)):
        if not least <= value <= most:
            yield table.fault(
                row,
                name,
                f"must be between {least:g} and {most:g} for {row.text('parameter')}",
                "Correct this end of the range.",
            )


def _unsolvable_ends(parsed: ParsedInstance, settings: ReallocationSettings) -> Iterator[Fault]:
    """At either end of a range the lines' need must still follow from what is stated."""
    lines = set(leaves(parsed))
    stated = {row.text("line"): line_need_of(row) for row in parsed.table("lines") if row.text("line") in lines}
    table = parsed.table("ranges")
    for row in table:
        parameter, line = row.text("parameter"), row.maybe_text("line")
        for name in ("low", "high"):
            end, q, needs = exact(row.number_of(name)), exact(settings.community_chc_need_share), dict(stated)
            least, most = _ENDS[parameter]
            if not least <= end <= most:
                continue  # told already
            if parameter == "community_chc_need":
                q = end
            elif parameter == "deviation" and line in needs:
                needs[line] = needs[line].with_deviation(end)
            else:
                continue
            try:
                stated_need_shares(list(needs.values()), q)
            except NeedUnsolvable as error:
                yield table.fault(row, name, str(error), "Correct this end of the range.")
