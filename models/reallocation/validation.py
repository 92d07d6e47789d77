"""Faults of a reallocation that need more than one cell to see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from models.reallocation.need import LineNeed, NeedUnsolvable, exact, line_need_shares
from models.reallocation.settings import NO_PROVIDER, UNPLACED, ReallocationSettings
from models.shared.calendar import financial_year, first_calendar_year, is_financial_year
from models.shared.faults import Fault
from models.shared.parsing import ParsedInstance, Row, TypedTable

_SHARES_SUM_TO = Fraction(1, 1_000_000)


def validate(parsed: ParsedInstance) -> Sequence[Fault]:
    """Every fault between rows and tables; checks that faulty rows would mislead wait until those are mended."""
    settings = parsed.settings if isinstance(parsed.settings, ReallocationSettings) else None
    faults = [*_years(parsed, settings), *_lines(parsed), *_baseline(parsed), *_need(parsed), *_weights(parsed)]
    faults += [*_providers(parsed), *_chc(parsed), *_mapping(parsed), *_ledger_ties(parsed)]
    if settings is not None:
        faults += _line_need(parsed, settings)
    return faults


def _years(parsed: ParsedInstance, settings: ReallocationSettings | None) -> Iterator[Fault]:
    if settings is None:
        return
    if not is_financial_year(settings.base_year):
        yield Fault(
            "instance.toml",
            None,
            "settings.base_year",
            settings.base_year,
            "must be a financial year like 2023/24",
            "Give the year of the opening figures.",
        )
        return
    table = parsed.table("years")
    expected = first_calendar_year(settings.base_year)
    for row in table if table.complete else ():
        expected += 1
        if row.text("year") != financial_year(expected):
            yield table.fault(
                row,
                "year",
                f"must be {financial_year(expected)}, one year after the row before",
                "Put the plan years in order, the first one after base_year, none left out.",
            )
            return


def _parents(parsed: ParsedInstance) -> dict[str, str | None]:
    return {row.text("line"): row.maybe_text("parent") for row in parsed.table("lines")}


def _leaves(parsed: ParsedInstance) -> list[str]:
    parents = _parents(parsed)
    above = set(parents.values())
    return [line for line in parents if line not in above]


def _lines(parsed: ParsedInstance) -> Iterator[Fault]:
    table, parents = parsed.table("lines"), _parents(parsed)
    for row in table:
        seen, at = {row.text("line")}, row.maybe_text("parent")
        while at is not None and at not in seen:
            seen.add(at)
            at = parents.get(at)
        if at is not None:
            yield table.fault(
                row,
                "parent",
                "must not lead back to the line itself",
                "Give each line one parent, and the top lines none.",
            )


def _baseline(parsed: ParsedInstance) -> Iterator[Fault]:
    table, leaves = parsed.table("baseline"), _leaves(parsed)
    lines = _parents(parsed)
    held: set[tuple[str, str]] = set()
    for row in table:
        held.add((row.text("place"), row.text("line")))
        if row.text("line") in lines and row.text("line") not in leaves:
            yield table.fault(row, "line", "must be a line without sub-lines", "Put the money on its sub-lines.")
    if not table.complete or not parsed.table("places").complete or not parsed.table("lines").complete:
        return
    lines_held = {line for _, line in held}
    for line in leaves:
        if line not in lines_held:
            yield table.fault(
                None,
                None,
                "must have money on every line without sub-lines",
                f"Add a row for {line}, or remove the line.",
                found=f"no row for line {line}",
            )
    for place in _own_need(parsed):
        for line in leaves:
            if line in lines_held and (place, line) not in held:
                yield table.fault(
                    None,
                    None,
                    "must have a row for every place and line",
                    f"Add what {place} opens with for {line} (1 or more).",
                    found=f"no row for {place}, {line}",
                )


def _own_need(parsed: ParsedInstance) -> list[str]:
    places = parsed.table("places")
    return [row.text("place") for row in places if row.text("need_basis") == "weighted_population"]


def _need(parsed: ParsedInstance) -> Iterator[Fault]:
    table, weights = parsed.table("need"), parsed.table("need_weights")
    if not table.complete or not weights.complete:
        return
    people = {(row.text("place"), row.text("component")): row.number_of("weighted_population") for row in table}
    for place in _own_need(parsed):
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
        for place in _own_need(parsed):
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
    leaves, lines = _leaves(parsed), _parents(parsed)
    for row in table:
        if row.text("line") in lines and row.text("line") not in leaves:
            yield table.fault(row, "line", "must be a line without sub-lines", "Give the weights of its sub-lines.")
    weighted = {row.text("line") for row in table}
    for line in leaves if table.complete and parsed.table("lines").complete else ():
        if line not in weighted:
            yield table.fault(
                None,
                None,
                "must say for every line which components make its need",
                f"Add a row for {line}.",
                found=f"no row for line {line}",
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


def _chc(parsed: ParsedInstance) -> Iterator[Fault]:
    table, years = parsed.table("chc_forecast"), parsed.table("years")
    if not table.complete or not years.complete:
        return
    held: dict[str | None, set[str]] = defaultdict(set)
    for row in table:
        held[row.maybe_text("place")].add(row.text("year"))
    for place, have in held.items():
        for year in (row.text("year") for row in years):
            if year not in have:
                where = "every place" if place is None else place
                yield table.fault(
                    None,
                    None,
                    "must forecast every plan year once it forecasts any",
                    f"Add the row of {year} for {where}.",
                    found=f"no row for {where}, {year}",
                )


def _mapping(parsed: ParsedInstance) -> Iterator[Fault]:
    table, ledger = parsed.table("mapping"), parsed.table("ledger")
    held = {_key(row) for row in parsed.table("baseline")}
    mapped: set[str] = set()
    for row in table:
        mapped.add(row.text("ledger_line"))
        status = row.text("status")
        if status == "out_of_scope":
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
        if not missing and parsed.table("baseline").complete and _target(row) not in held:
            place, line, provider = _target(row)
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
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in mapping:
        if row.text("status") != "out_of_scope" and row.maybe_text("line") is not None:
            sums[_target(row)] += recurrent.get(row.text("ledger_line"), 0)
    for row in baseline:
        if row.integer("recurrent_gbp") != sums[_key(row)]:
            yield baseline.fault(
                row,
                "recurrent_gbp",
                f"must be what its ledger lines sum to, {sums[_key(row)]} "
                "(gbp less non_recurrent_gbp of the lines mapped to it)",
                "Correct the baseline, the ledger or the mapping.",
            )


def _key(row: Row) -> tuple[str, str, str]:
    return row.text("place"), row.text("line"), row.text("provider")


def _target(row: Row) -> tuple[str, str, str]:
    place = UNPLACED if row.text("status") == "unplaced" else row.maybe_text("place") or ""
    return place, row.maybe_text("line") or "", row.text("provider")


def _line_need(parsed: ParsedInstance, settings: ReallocationSettings) -> Iterator[Fault]:
    table = parsed.table("lines")
    if not table.complete or not parsed.table("baseline").complete:
        return
    leaves = set(_leaves(parsed))
    rows = [row for row in table if row.text("line") in leaves]
    needed = "need_share" if settings.line_need_basis == "shares" else "deviation_share"
    empty = [row for row in rows if row.maybe_number_of(needed) is None]
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
    summed = {"shares": "need_share", "stated_deviations": "q_group_share"}.get(settings.line_need_basis)
    if summed is not None:
        total = sum((exact(row.maybe_number_of(summed) or 0.0) for row in rows), Fraction(0))
        if abs(total - 1) > _SHARES_SUM_TO:
            yield table.fault(
                None,
                summed,
                "must sum to 1 over the lines without sub-lines",
                f"Correct {summed} so that it sums to 1.",
                found=f"a sum of {float(total):g}",
            )
            return
    yield from _unsolvable(parsed, settings, rows)


def _unsolvable(parsed: ParsedInstance, settings: ReallocationSettings, rows: Sequence[Row]) -> Iterator[Fault]:
    opening: dict[str, int] = {row.text("line"): 0 for row in rows}
    for row in parsed.table("baseline"):
        if row.text("line") in opening:
            opening[row.text("line")] += row.integer("recurrent_gbp")
    if settings.line_need_basis != "stated_deviations":
        return
    for name in ("community_chc_need_share", "community_chc_need_low_share", "community_chc_need_high_share"):
        q = float(getattr(settings, name))
        try:
            line_need_shares([_line_need_of(row) for row in rows], settings.line_need_basis, exact(q), opening)
        except NeedUnsolvable as error:
            yield Fault(
                "instance.toml",
                None,
                f"settings.{name}",
                f"{q:g}",
                str(error),
                "Correct the share, or deviation_share and q_group_share in lines.csv.",
            )


def _line_need_of(row: Row) -> LineNeed:
    values: Mapping[str, Fraction | None] = {
        name: None if row.maybe_number_of(name) is None else exact(row.number_of(name))
        for name in ("deviation_share", "q_group_share", "need_share")
    }
    return LineNeed(row.text("line"), values["deviation_share"], values["q_group_share"], values["need_share"])
