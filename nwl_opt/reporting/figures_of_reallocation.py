"""The figures of a saved reallocation that its report speaks of, each from the written tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from models.reallocation.instance import Instance
from models.reallocation.problem import ReallocationCase
from models.reallocation.words import percent_words, worth_telling_gbp
from nwl_opt.reporting.reading import ReadRun, Tables

IN_STEP = "pro_rata_growth"
"""The baseline in which all budgets grow alike."""
_ALL = "all"
Named = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Figures:
    """Pounds of a plan; years begin with the base year. `by_place` and `impacts` are rows of ready text.

    `over_need` is the money that stands above need, a figure a year; `over_need_change` its change to the last year
    by line; `in_step_over_need` that money in the last year, had all grown alike (None where that was not saved);
    `against_in_step` the last year's budget of a line less what growth in step would give.
    """

    years: tuple[str, ...]
    lines: tuple[str, ...]
    over_need: tuple[int, ...]
    over_need_change: Named
    in_step_over_need: int | None
    against_in_step: Named
    transition_by_year: Named
    fund_gbp: int
    cash_cuts: tuple[str, ...]
    cells: int
    flagged_providers: int
    by_place: tuple[tuple[str, ...], ...]
    impacts: tuple[tuple[str, ...], ...]
    worth_telling_gbp: float

    @property
    def transition_gbp(self) -> int:
        """What moving costs once, all years."""
        return sum(gbp for _, gbp in self.transition_by_year)


def figures_of(read: ReadRun) -> Figures:
    """The figures of a plan that may be used.

    Raises
    ------
    InputFaults
        If the tables of the baseline cannot be read.
    """
    assert isinstance(read.case, ReallocationCase), "a reallocation is reported"
    instance, tables = read.case.instance, read.tables
    names = {line.line: line.name for line in instance.lines}
    years = tuple(sorted({row.text("year") for row in tables["allocations"]}))
    gaps = _by_cell(tables, "gap_gbp")
    in_step = read.tables_of_baseline(IN_STEP, ("allocations",))
    step_gaps = _by_cell(in_step, "gap_gbp") if in_step else {}
    return Figures(
        years=years,
        lines=tuple(names.values()),
        over_need=tuple(_over(gaps, year) for year in years),
        over_need_change=tuple(
            (name, _over(gaps, years[-1], line) - _over(gaps, years[0], line)) for line, name in names.items()
        ),
        in_step_over_need=_over(step_gaps, years[-1]) if in_step else None,
        against_in_step=_against_in_step(tables, names),
        transition_by_year=_transition(tables),
        fund_gbp=sum(row.maybe_integer("fund_gbp") or 0 for row in tables["transition"] if row.text("line") == _ALL),
        cash_cuts=_cash_cuts(tables, years),
        cells=len({(place, line) for place, line, _ in gaps}),
        flagged_providers=sum(
            row.text("kind") == "provider" and row.flag("equality_flag") for row in tables["impacts"]
        ),
        by_place=_by_place(instance, tables, years),
        impacts=_impacts(instance, tables),
        worth_telling_gbp=worth_telling_gbp(instance),
    )


def _by_cell(tables: Tables, column: str) -> Mapping[tuple[str, str, str], int]:
    """A column of the allocations summed over providers, by place, line and year."""
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in tables["allocations"]:
        found[row.text("place"), row.text("line"), row.text("year")] += row.integer(column)
    return found


def _over(gaps: Mapping[tuple[str, str, str], int], year: str, line: str = "") -> int:
    """Pounds above need in a year, of all lines or of one."""
    return sum(max(gbp, 0) for (_, of, when), gbp in gaps.items() if when == year and line in ("", of))


def _against_in_step(tables: Tables, names: Mapping[str, str]) -> Named:
    """Lines by what they get in the last year beside growth in step, the largest first."""
    found = dict.fromkeys(names, 0)
    for row in tables["impacts"]:
        if row.text("kind") == "place_line":
            found[row.text("who").rpartition("/")[2]] += row.integer("against_in_step_gbp")
    return tuple((names[line], gbp) for line, gbp in sorted(found.items(), key=lambda one: (-abs(one[1]), one[0])))


def _transition(tables: Tables) -> Named:
    found: dict[str, int] = defaultdict(int)
    for row in tables["transition"]:
        if row.text("line") != _ALL:
            found[row.text("year")] += row.integer("double_running_gbp") + row.integer("stranded_gbp")
    return tuple(sorted(found.items()))


def _cash_cuts(tables: Tables, years: tuple[str, ...]) -> tuple[str, ...]:
    """The budgets of a place for a line that fall in cash in some year."""
    pounds = _by_cell(tables, "allocation_gbp")
    cells = sorted({(place, line) for place, line, _ in pounds})
    return tuple(
        f"{place}/{line}"
        for place, line in cells
        if any(pounds[place, line, after] < pounds[place, line, before] for before, after in pairwise(years))
    )


def _by_place(instance: Instance, tables: Tables, years: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Budgets in the last year and their change from today, thousands of pounds."""
    pounds = _by_cell(tables, "allocation_gbp")
    rows = []
    for place in instance.places:
        cells = [place.name]
        for line in instance.lines:
            first, last = (pounds.get((place.place, line.line, year)) for year in (years[0], years[-1]))
            cells += (
                ["", ""] if first is None or last is None else [f"{last / 1e3:,.0f}", f"{(last - first) / 1e3:+,.0f}"]
            )
        rows.append(tuple(cells))
    return tuple(rows)


def _impacts(instance: Instance, tables: Tables) -> tuple[tuple[str, ...], ...]:
    names = {place.place: place.name for place in instance.places}
    names |= {provider.provider: provider.name for provider in instance.providers}
    return tuple(
        (
            names.get(row.text("who"), row.text("who")),
            f"{row.integer('opening_gbp'):,}",
            f"{row.integer('closing_gbp'):,}",
            f"{row.integer('against_in_step_gbp'):+,}",
            percent_words(row.number_of("against_in_step_share")),
            "yes" if row.flag("equality_flag") else "no",
        )
        for row in tables["impacts"]
        if row.text("kind") in ("place", "provider")
    )
