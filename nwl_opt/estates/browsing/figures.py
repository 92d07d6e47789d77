"""The key figures of a plan beside those of the estate as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nwl_opt.named import names_of
from nwl_opt.named.estates import FIGURES, MONEY, PEOPLE, ROOMS, SPACE
from nwl_opt.plain import mapping_of, number_of
from nwl_opt.words import number_words

_GROUPS = (("Space", SPACE), ("Money", MONEY), ("Rooms", ROOMS), ("People", PEOPLE))
_NAMES = names_of("estates")
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
    more = {name: _NAMES.figure(name) for name in kpis if name not in FIGURES}
    groups = [*_GROUPS, ("More", more)]
    found = [
        FigureGroup(
            title, tuple(_figure(name, words, kpis, today) for name, words in figures.items() if name in kpis)
        )
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
