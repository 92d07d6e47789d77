"""Small reallocation instances as tables of text, read through the same door as the user's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.reallocation.building import build_instance
from models.reallocation.instance import Instance
from models.reallocation.tables import REGISTER
from models.reallocation.validation import validate
from models.shared.faults import InputFaults
from models.shared.parsing import ParsedInstance, RawInstance, RawTable, parse_instance

Rows = Sequence[Mapping[str, object]]
Tables = dict[str, list[dict[str, object]]]

LINES = ("acute", "community", "mental_health", "chc")
DEVIATIONS = {"acute": 0.03, "community": 0.09, "mental_health": -0.2, "chc": 0.09}
LINE_LEVEL_SETTINGS: dict[str, object] = {
    "reserve_share": 0.0,
    "mh_growth_cap_share": 1.0,
    "community_chc_need_share": 0.182,
}


def raw_instance(tables: Mapping[str, Rows], settings: Mapping[str, object]) -> RawInstance:
    """Tables of Python values as a reader would hand them on: text in rows that count from 2."""
    raw = {}
    for name, rows in tables.items():
        header = tuple(dict.fromkeys(column for row in rows for column in row))
        cells = tuple(tuple("" if row.get(c) is None else str(row.get(c)) for c in header) for row in rows)
        raw[name] = RawTable(name, f"{name}.csv", header, cells, tuple(range(2, len(rows) + 2)))
    header = {"kind": "reallocation", "title": "test", "settings": dict(settings)}
    return RawInstance("test", header, raw)


def parsed(tables: Mapping[str, Rows], settings: Mapping[str, object]) -> ParsedInstance:
    """The tables by the register, with its faults."""
    return parse_instance(REGISTER, raw_instance(tables, settings))


def built(tables: Mapping[str, Rows], settings: Mapping[str, object]) -> Instance:
    """A valid instance.

    Raises
    ------
    InputFaults
        If the tables are faulty.
    """
    read = parsed(tables, settings)
    faults = [*read.faults, *validate(read)]
    if faults:
        raise InputFaults(faults)
    return build_instance(read)


def line_level_tables(
    years: int = 3, scope_gbp: int = 4_200_000_000, deviations: Mapping[str, float] = DEVIATIONS, q: float = 0.182
) -> Tables:
    """One place, four lines, no providers: the instance of the closed forms."""
    over = q * (0.75 * deviations["community"] + 0.25 * deviations["chc"])
    acute = (-over - (1 - q) * deviations["mental_health"]) / (deviations["acute"] - deviations["mental_health"])
    need = {"acute": acute, "community": 0.75 * q, "chc": 0.25 * q, "mental_health": 1 - q - acute}
    spend = {line: round(scope_gbp * need[line] * (1 + deviations[line])) for line in LINES}
    spend["acute"] += scope_gbp - sum(spend.values())
    return {
        "places": [{"place": "nwl", "name": "North West London", "need_basis": "weighted_population"}],
        "lines": [
            {"line": line, "name": line, "parent": "", "role": line, "deviation_share": repr(deviations[line]),
             "q_group_share": {"community": "0.75", "chc": "0.25"}.get(line, "")}
            for line in LINES
        ],
        "years": [{"year": f"{2024 + t}/{(25 + t) % 100:02d}"} for t in range(years)],
        "baseline": [
            {"place": "nwl", "line": line, "provider": "-", "recurrent_gbp": spend[line],
             "counts_to_mhis": "yes" if line == "mental_health" else "no"}
            for line in LINES
        ],
        "need": [{"place": "nwl", "component": "people", "weighted_population": 1000}],
        "need_weights": [{"line": line, "component": "people", "weight": 1} for line in LINES],
    }  # fmt: skip
