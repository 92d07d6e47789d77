"""The key figures of a plan beside those of the estate as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nwl_opt.plain import mapping_of, number_of
from nwl_opt.words import name_words, number_words

_GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Space",
        (
            ("suites_handed_back", "Suites handed back"),
            ("sites_closed", "Buildings handed back as a whole"),
            ("area_handed_back", "Area handed back"),
            ("suites_on_open_space", "Suites on Open Space"),
            ("conversions", "Conversions"),
            ("gp_premises_closed", "GP premises closed"),
        ),
    ),
    (
        "Money",
        (
            ("npv_cost", "Net present cost to the ICB"),
            ("icb_cash_first_year", "The ICB pays in the first year"),
            ("icb_cash_last_year", "The ICB pays in the last year"),
            ("vacating_payments", "Vacating payments"),
            ("works_paid_by_icb", "Works paid by the ICB"),
            ("works_paid_by_others", "Works paid by others"),
            ("open_space_income", "Open Space income"),
            ("backlog_avoided", "Backlog maintenance the owner is rid of"),
        ),
    ),
    (
        "Rooms",
        (
            ("clinical_rooms_first", "Clinical rooms planned on, first period"),
            ("clinical_rooms_last", "Clinical rooms planned on, last period"),
            ("clinical_utilisation_first", "Used hours of clinical rooms, first period"),
            ("clinical_utilisation_last", "Used hours of clinical rooms, last period"),
        ),
    ),
    (
        "People",
        (
            ("unmet_demand", "Contacts without a room"),
            ("travel", "Travel, on average"),
            ("travel_core20", "Travel of Core20 areas"),
            ("travel_most_deprived_fifth", "Travel of the most deprived fifth"),
            ("travel_worst", "Travel of the area furthest from its rooms"),
            ("longest_journey", "Longest journey"),
            ("disruption", "Contacts seen away from their usual site"),
        ),
    ),
)
_SHORT_UNITS = {"minutes one way, mean of the area furthest from its rooms": "minutes one way"}


@dataclass(frozen=True)
class Figure:
    """A key figure in words: with the plan, and with the estate as it is (empty where that is not known)."""

    name: str
    title: str
    plan: str
    today: str


@dataclass(frozen=True)
class FigureGroup:
    title: str
    figures: tuple[Figure, ...]


def figure_groups(kpis: Mapping[str, object], today: Mapping[str, float]) -> tuple[FigureGroup, ...]:
    """The figures of a run's record in groups; those we have no words for come last."""
    known = {name for _, figures in _GROUPS for name, _ in figures}
    groups = [*_GROUPS, ("More", tuple((name, name_words(name).capitalize()) for name in kpis if name not in known))]
    found = [
        FigureGroup(title, tuple(_figure(name, words, kpis, today) for name, words in figures if name in kpis))
        for title, figures in groups
    ]
    return tuple(group for group in found if group.figures)


def todays_figures(record: Mapping[str, object], baseline: str) -> dict[str, float]:
    """The figures of a baseline by name, as the run recorded them."""
    values = mapping_of(mapping_of(record.get("baseline")).get(baseline))
    numbers = {name: number_of(value) for name, value in values.items()}
    return {name: value for name, value in numbers.items() if value is not None}


def _figure(name: str, title: str, kpis: Mapping[str, object], today: Mapping[str, float]) -> Figure:
    told = mapping_of(kpis[name])
    unit = str(told.get("unit", ""))
    unit = _SHORT_UNITS.get(unit, unit)
    kept = number_words(today[name], unit) if name in today else ""
    return Figure(name, title, number_words(number_of(told.get("value")), unit), kept)
