"""How many years it takes: the same rules over a shorter or a longer plan, until the gap can be closed at its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from models.reallocation.building import build_instance
from models.reallocation.formulation import limits_of
from models.reallocation.instance import Instance
from models.reallocation.method.loaded import LoadedModel, load
from models.reallocation.tables import REGISTER
from models.reallocation.validation import validate
from models.shared.calendar import financial_year, first_calendar_year
from models.shared.faults import Fault, InputFaults
from models.shared.parsing import RawInstance, RawTable, parse_instance

MOST_YEARS = 10
_BY_YEAR = ("chc_forecast", "ring_fences", "need_targets")
_CLOSURE = "R-08"


@dataclass(frozen=True)
class YearTried:
    """A plan of so many years: whether its gap can be closed in the last, and else the least that stays.

    `gap_gbp` is None where the rules leave no plan at all, closed or not.
    """

    years: int
    last_year: str
    closes: bool
    gap_gbp: float | None


def years_tried(raw: RawInstance, most_years: int = MOST_YEARS) -> Iterator[YearTried]:
    """Plans of one year, of two, and so on, up to the first whose gap can be closed at its end.

    Raises
    ------
    InputFaults
        If the instance is faulty, or cannot be longer.
    """
    build_valid(raw)  # its own faults come first, and under its own rows
    for years in range(1, most_years + 1):
        instance = build_valid(closing_in(raw, years))
        closes = _load(instance).has_plan()
        gap = 0.0 if closes else _least_gap_gbp(build_valid(with_years(raw, years)))
        yield YearTried(years, instance.year_names[-1], closes, gap)
        if closes:
            return


def closing_in(raw: RawInstance, years: int) -> RawInstance:
    """The instance over so many years, with its gap closed in the last of them, come what may."""
    changed = with_years(raw, years)
    given = changed.header.get("settings", {})
    settings = {**(given if isinstance(given, Mapping) else {}), "closure_required": True, "aim": "close_the_gap"}
    changed = replace(changed, header={**changed.header, "settings": settings})
    soft = changed.tables.get("soft_rules")
    if soft is None or "rule" not in soft.header:
        return changed
    at = soft.header.index("rule")
    kept = [number for number, row in enumerate(soft.rows) if row[at] != _CLOSURE]
    return _with_table(changed, _rows_of(soft, kept))


def with_years(raw: RawInstance, years: int) -> RawInstance:
    """The instance over so many years: the first ones, or all and the last again and again.

    What is given by year goes with it: forecasts of CHC and ring-fences go on as in the last year.

    Raises
    ------
    InputFaults
        If need is given in pounds, which cannot be known for later years.
    """
    names = _column(raw.tables["years"], "year")
    wanted = names[:years]
    while len(wanted) < years:
        wanted.append(financial_year(first_calendar_year(wanted[-1]) + 1))
    if years > len(names) and len(raw.tables.get("need_targets", _NO_TABLE).rows):
        raise InputFaults([Fault("need_targets.csv", None, "year", f"need in pounds up to {names[-1]}",
                                 f"must reach {wanted[-1]}, or need must follow from shares",
                                 "Add the later years to years.csv and to need_targets.csv.")])  # fmt: skip
    changed = _with_table(raw, _by_year(raw.tables["years"], wanted, names[-1]))
    for name in _BY_YEAR:
        if name in raw.tables:
            base = [year for year in dict.fromkeys(_column(raw.tables[name], "year")) if year not in names]
            changed = _with_table(changed, _by_year(raw.tables[name], [*base, *wanted], names[-1]))
    return changed


_NO_TABLE = RawTable("", "", (), (), ())


def build_valid(raw: RawInstance) -> Instance:
    """The instance of raw tables.

    Raises
    ------
    InputFaults
        If they are faulty; every fault is told.
    """
    parsed = parse_instance(REGISTER, raw)
    if faults := [*parsed.faults, *validate(parsed)]:
        raise InputFaults(faults)
    return build_instance(parsed)


def _load(instance: Instance) -> LoadedModel:
    return load(instance, limits_of(instance))


def _least_gap_gbp(instance: Instance) -> float | None:
    best = _load(instance).best({})
    return None if best is None else best.final_year_gap_gbp


def _by_year(table: RawTable, wanted: list[str], last: str) -> RawTable:
    """The rows of wanted years; a year the table cannot have yet is as the last one."""
    years = _column(table, "year")
    if not years:
        return table
    at, known = table.header.index("year"), set(years)
    rows, numbers = [], []
    for year in wanted:
        source = year if year in known or year <= last else last
        for number, row, own in zip(table.row_numbers, table.rows, years, strict=True):
            if own == source:
                rows.append(tuple(year if position == at else cell for position, cell in enumerate(row)))
                numbers.append(number)
    return replace(table, rows=tuple(rows), row_numbers=tuple(numbers))


def _rows_of(table: RawTable, kept: list[int]) -> RawTable:
    rows = tuple(table.rows[at] for at in kept)
    return replace(table, rows=rows, row_numbers=tuple(table.row_numbers[at] for at in kept))


def _column(table: RawTable, name: str) -> list[str]:
    if name not in table.header:
        return []
    at = table.header.index(name)
    return [row[at].strip() for row in table.rows]


def _with_table(raw: RawInstance, table: RawTable) -> RawInstance:
    return replace(raw, tables={**raw.tables, table.name: table})
