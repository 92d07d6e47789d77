"""Faults of need: weighted populations, weights, and the basis on which lines share it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from models.reallocation.need import LineNeed, NeedUnsolvable, exact, stated_need_shares
from models.reallocation.settings import ReallocationSettings
from models.reallocation.validation.asked import cell_of, leaves, not_a_leaf, own_need
from models.shared.faults import Fault
from models.shared.parsing import ParsedInstance, Row, TypedTable

_SHARES_SUM_TO = Fraction(1, 1_000_000)


def faults(parsed: ParsedInstance) -> Iterator[Fault]:
    """Faults of weighted populations, their weights, and need in pounds row by row."""
    yield from _need(parsed)
    yield from _weights(parsed)
    yield from not_a_leaf(parsed, parsed.table("need_targets"), "line", "Give the need of its sub-lines.")


def faults_of_basis(parsed: ParsedInstance, settings: ReallocationSettings) -> Iterator[Fault]:
    """Faults of the basis on which lines share need: shares and pounds are never mixed."""
    if settings.line_need_basis == "pounds":
        yield from _shares_beside_pounds(parsed)
        yield from _targets(parsed, settings)
        return
    targets = parsed.table("need_targets")
    if len(targets):
        yield targets.fault(
            None,
            None,
            f"must be empty where line_need_basis is {settings.line_need_basis}: shares and pounds are not mixed",
            "Set line_need_basis to pounds, or remove need_targets.csv.",
            found=f"{len(targets)} rows",
        )
    if parsed.table("lines").complete and parsed.table("baseline").complete:
        yield from _line_need(parsed, settings)


def _shares_beside_pounds(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("lines")
    for row in table:
        if row.maybe_number_of("need_share") is not None:
            yield table.fault(
                row,
                "need_share",
                "must be empty where line_need_basis is pounds: shares and pounds are not mixed",
                "Remove it, or choose another line_need_basis.",
            )


def _targets(parsed: ParsedInstance, settings: ReallocationSettings) -> Iterator[Fault]:
    """Need in pounds is given for every place's line that holds money, in the base year and every plan year."""
    table, baseline, years = parsed.table("need_targets"), parsed.table("baseline"), parsed.table("years")
    if not (table.complete and baseline.complete and years.complete):
        return
    wanted = (settings.base_year, *(row.text("year") for row in years))
    have: dict[tuple[str, str], set[str]] = defaultdict(set)
    holds = dict.fromkeys((cell_of(row).place, cell_of(row).line) for row in baseline)
    for row in table:
        have[row.text("place"), row.text("line")].add(row.text("year"))
        if row.text("year") not in wanted:
            yield table.fault(
                row,
                "year",
                f"must be the base year or a plan year: {', '.join(wanted)}",
                "Correct the year or remove the row.",
            )
        if (row.text("place"), row.text("line")) not in holds:
            yield table.fault(
                row,
                "place",
                "must be a place and line that holds money in baseline.csv",
                "Add its opening budget, or remove the row.",
                found=f"{row.text('place')}, {row.text('line')}",
            )
    for place, line in holds:
        missing = [year for year in wanted if year not in have[place, line]]
        if missing:
            yield table.fault(
                None,
                None,
                "must give every place and line that holds money its need in every year, where line_need_basis is "
                "pounds",
                f"Add the need of {place} for {line}.",
                found=f"no row for {place}, {line}, {', '.join(missing)}",
            )


def _need(parsed: ParsedInstance) -> Iterator[Fault]:
    table, weights = parsed.table("need"), parsed.table("need_weights")
    if not table.complete or not weights.complete:
        return
    people = {(row.text("place"), row.text("component")): row.number_of("weighted_population") for row in table}
    for place in own_need(parsed):
        for component in sorted({row.text("component") for row in weights}):
            if (place, component) not in people:
                yield table.fault(
                    None,
                    None,
                    "must have every component used in need_weights.csv for every place",
                    f"Add the weighted population of {place} for {component}.",
                    found=f"no row for {place}, {component}",
                )
    for line, row in _last_weight_rows(weights).items():
        components = [r for r in weights if r.text("line") == line]
        for place in own_need(parsed):
            total = sum(r.number_of("weight") * people.get((place, r.text("component")), 1.0) for r in components)
            if total <= 0:
                yield weights.fault(
                    row,
                    "weight",
                    f"must give {place} a need above 0 for {line}",
                    "Correct the weights of this line or the weighted populations.",
                )


def _last_weight_rows(weights: TypedTable) -> dict[str, Row]:
    return {row.text("line"): row for row in weights}


def _weights(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("need_weights")
    yield from not_a_leaf(parsed, table, "line", "Give the weights of its sub-lines.")
    weighted = {row.text("line") for row in table}
    for line in leaves(parsed) if table.complete and parsed.table("lines").complete else ():
        if line not in weighted:
            yield table.fault(
                None,
                None,
                "must say for every line which components make its need",
                f"Add a row for {line}.",
                found=f"no row for line {line}",
            )


def _line_need(parsed: ParsedInstance, settings: ReallocationSettings) -> Iterator[Fault]:
    rows = _leaf_rows(parsed)
    needed = "need_share" if settings.line_need_basis == "shares" else "deviation_share"
    empty = [row for row in rows if row.maybe_number_of(needed) is None]
    table = parsed.table("lines")
    for row in empty:
        yield table.fault(
            row,
            needed,
            f"must be given where line_need_basis is {settings.line_need_basis}",
            "Give it, or choose another line_need_basis.",
            found="(empty)",
        )
    nothing = [row for row in rows if settings.line_need_basis == "shares" and row.maybe_number_of("need_share") == 0]
    for row in nothing:
        yield table.fault(
            row,
            "need_share",
            "must be above 0: a line that needs nothing has no target to move to",
            "Give the line some need, or remove it.",
        )
    if empty or nothing or not rows:
        return
    sums = list(_sums(table, settings, rows))
    yield from sums or _unsolvable(settings, rows)


def _leaf_rows(parsed: ParsedInstance) -> list[Row]:
    lines = set(leaves(parsed))
    return [row for row in parsed.table("lines") if row.text("line") in lines]


def _sums(table: TypedTable, settings: ReallocationSettings, rows: Sequence[Row]) -> Iterator[Fault]:
    """Shares that the basis adds up sum to 1."""
    summed = {"shares": "need_share", "stated_deviations": "q_group_share"}.get(settings.line_need_basis)
    if summed is None:
        return
    total = sum((exact(row.maybe_number_of(summed) or 0.0) for row in rows), Fraction(0))
    if abs(total - 1) > _SHARES_SUM_TO:
        yield table.fault(
            None,
            summed,
            "must sum to 1 over the lines without sub-lines",
            f"Correct {summed} so that it sums to 1.",
            found=f"a sum of {float(total):g}",
        )


def _unsolvable(settings: ReallocationSettings, rows: Sequence[Row]) -> Iterator[Fault]:
    """Stated deviations give every line a share of need at the stated q and at both ends of its range."""
    if settings.line_need_basis != "stated_deviations":
        return
    for name in ("community_chc_need_share", "community_chc_need_low_share", "community_chc_need_high_share"):
        q = float(getattr(settings, name))
        try:
            stated_need_shares([line_need_of(row) for row in rows], exact(q))
        except NeedUnsolvable as error:
            yield Fault(
                "instance.toml",
                None,
                f"settings.{name}",
                f"{q:g}",
                str(error),
                "Correct the share, or deviation_share and q_group_share in lines.csv.",
            )


def line_need_of(row: Row) -> LineNeed:
    """What a row of the lines says of its need."""
    values: Mapping[str, Fraction | None] = {
        name: None if row.maybe_number_of(name) is None else exact(row.number_of(name))
        for name in ("deviation_share", "q_group_share", "need_share")
    }
    return LineNeed(row.text("line"), values["deviation_share"], values["q_group_share"], values["need_share"])
