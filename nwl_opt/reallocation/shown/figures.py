"""Key figures of a plan beside its baseline, and of plans beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.shared.problem import Measure
from nwl_opt.named import names_of
from nwl_opt.plain import mapping_of, number_of
from nwl_opt.reallocation.shown.sheet import Heading, Sheet
from nwl_opt.words import difference_words, number_words

_FIGURES = (
    "final_year_gap", "gap_closed", "over_need_final_year", "under_need_final_year", "worst_cell_gap",
    "places_lines_within_1_percent_of_need", "peak_growth", "mental_health_growth_a_year",
    "moved_against_pro_rata_final_year", "cuts_in_cash", "largest_provider_change", "transition_cost_all_years",
    "unallocated_all_years",
)  # fmt: skip
"""The figures a finance lead compares plans by, in their order."""
_NAMES = names_of("reallocation")


@dataclass(frozen=True)
class Compared:
    """One figure of several plans, ready to be read; `changes` against the first say more, less or the same."""

    name: str
    texts: tuple[str, ...]
    changes: tuple[str, ...]


def recorded_measures(value: object, units: Mapping[str, Measure] | None = None) -> dict[str, Measure]:
    """Measures as a record holds them: with their unit, or (a baseline's) as plain numbers of known units."""
    found: dict[str, Measure] = {}
    for name, entry in mapping_of(value).items():
        plain = number_of(entry)
        number = number_of(mapping_of(entry).get("value")) if plain is None else plain
        unit = str(mapping_of(entry).get("unit", "")) if plain is None else ""
        if units is not None and name in units:
            unit = units[name].unit
        if number is not None:
            found[name] = Measure(number, unit)
    return found


def compared_figures(plans: Sequence[Mapping[str, Measure]]) -> tuple[Compared, ...]:
    """Every key figure any of the plans has, and what it is more or less than in the first."""
    names = [name for name in _FIGURES if any(name in plan for plan in plans)]
    return tuple(_compared(name, [plan.get(name) for plan in plans]) for name in names)


def _compared(name: str, values: Sequence[Measure | None]) -> Compared:
    texts = tuple("no plan" if value is None else number_words(value.value, value.unit) for value in values)
    return Compared(_NAMES.figure(name), texts, tuple(change_words(values[0], value) for value in values))


def change_words(first: Measure | None, other: Measure | None) -> str:
    """How much more or less the other is: in words with the difference, empty where they are the same or unknown."""
    if first is None or other is None:
        return ""
    return difference_words(first.value, other.value, first.unit)


def figures_sheet(
    rows: Sequence[Compared], names: Sequence[str] = ("This plan", "All growing alike"), title: str = "Key figures"
) -> Sheet:
    """Figures of plans beside each other, and how the others differ from the first."""
    headings = [Heading("Figure"), *(Heading(name) for name in names)]
    headings += [Heading(f"{name}, against {names[0][0].lower()}{names[0][1:]}") for name in names[1:]]
    cells = tuple((row.name, *row.texts, *(change or "the same" for change in row.changes[1:])) for row in rows)
    return Sheet(title, tuple(headings), cells)
