"""A repair as a scenario: the rows and settings that differ between an instance and the repaired one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from models.reallocation.instance import Instance

Entry = Mapping[str, object]
ScenarioDocument = Mapping[str, object]
"""What stands in a scenario file: title, description, kind, settings, and lists of changes and additions."""


def repair_scenario(before: Instance, after: Instance, title: str, description: str) -> ScenarioDocument:
    """The scenario that makes one instance of another."""
    now, then = before.settings.model_dump(), after.settings.model_dump()
    settings = {name: value for name, value in then.items() if value != now[name]}
    entries = [
        *_pace(before, after), *_concessions(before, after), *_chc_forecast(before, after),
        *_providers(before, after), *_ring_fences(before, after), *_lines(before, after), *_years(before, after),
    ]  # fmt: skip
    document: dict[str, object] = {"title": title, "description": description, "kind": "reallocation"}
    if settings:
        document["settings"] = settings
    for key in ("change", "add"):
        own = [entry for way, entry in entries if way == key]
        if own:
            document[key] = own
    return document


def _change(table: str, where: Mapping[str, str], column: str, value: Fraction | int | None) -> tuple[str, Entry]:
    assert value is not None
    written = int(value) if isinstance(value, int) else float(value)
    return "change", {"table": table, "where": dict(where), "column": column, "value": written}


def _changes(
    table: str, where: Mapping[str, str], columns: Iterable[str], old: object, new: object
) -> Iterator[tuple[str, Entry]]:
    """The columns of one row that differ."""
    for column in columns:
        if getattr(old, column) != getattr(new, column):
            yield _change(table, where, column, getattr(new, column))


def _pace(before: Instance, after: Instance) -> Iterator[tuple[str, Entry]]:
    columns = ("floor_growth_share", "cap_growth_share")
    known = {(row.line, row.place): row for row in before.pace}
    for row in after.pace:
        old = known.get((row.line, row.place))
        if old is not None:
            yield from _changes("pace", {"line": row.line, "place": row.place or ""}, columns, old, row)
            continue
        cells: dict[str, object] = {"line": row.line}
        if row.place is not None:
            cells["place"] = row.place
        cells |= {
            column: float(share)
            for column, share in zip(columns, (row.floor_growth_share, row.cap_growth_share), strict=True)
            if share is not None
        }
        yield "add", {"table": "pace", "row": cells}


def _concessions(before: Instance, after: Instance) -> Iterator[tuple[str, Entry]]:
    for (rule, line), share in after.concessions.items():
        if (rule, line) not in before.concessions:
            cells = {"rule": rule} if line is None else {"rule": rule, "line": line}
            yield "add", {"table": "concessions", "row": {**cells, "concession_share": float(share)}}
        elif share != before.concessions[rule, line]:
            yield _change("concessions", {"rule": rule, "line": line or ""}, "concession_share", share)


def _chc_forecast(before: Instance, after: Instance) -> Iterator[tuple[str, Entry]]:
    for old, new in zip(before.chc_forecast, after.chc_forecast, strict=True):
        where = {"year": new.year, "place": new.place or ""}
        yield from _changes("chc_forecast", where, ("value_for_money_share",), old, new)


def _providers(before: Instance, after: Instance) -> Iterator[tuple[str, Entry]]:
    for old, new in zip(before.providers, after.providers, strict=True):
        where = {"provider": new.provider}
        yield from _changes("providers", where, ("max_fall_share", "max_rise_share"), old, new)


def _ring_fences(before: Instance, after: Instance) -> Iterator[tuple[str, Entry]]:
    for old, new in zip(before.ring_fences, after.ring_fences, strict=True):
        for year, gbp in new.minimum_gbp.items():
            if gbp != old.minimum_gbp[year]:
                yield _change("ring_fences", {"fence": new.fence, "year": year}, "minimum_gbp", gbp)


def _lines(before: Instance, after: Instance) -> Iterator[tuple[str, Entry]]:
    for old, new in zip(before.lines, after.lines, strict=True):
        yield from _changes("lines", {"line": new.line}, ("releasable_share",), old, new)


def _years(before: Instance, after: Instance) -> Iterator[tuple[str, Entry]]:
    columns = ("transition_fund_gbp", "mh_recruitment_cap_wte")
    for old, new in zip(before.years, after.years, strict=True):
        yield from _changes("years", {"year": new.year}, columns, old, new)
