"""The key figures of a plan beside those of what users would do without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nwl_opt.named import names_of
from nwl_opt.plain import mapping_of, number_of
from nwl_opt.words import number_words

_FIGURES = (
    "cases", "due_dates_met", "p2_booked", "long_waits_booked", "long_waits_at_end_booked",
    "long_waits_at_horizon_end", "ready_not_booked", "capped_utilisation_simulated", "overrun_probability_simulated",
    "overrun_probability_stressed_simulated", "bookings_with_another_day",
)  # fmt: skip
_NAMES = names_of("theatres")


@dataclass(frozen=True)
class BesideLine:
    """A figure of this plan and of each baseline, ready to be read."""

    words: str
    plan: str
    baselines: tuple[str, ...]


def baseline_names(record: Mapping[str, object]) -> tuple[str, ...]:
    """The baselines of a run, in words and in their order."""
    names = mapping_of(record.get("baseline"))
    return tuple(_NAMES.baseline(name) for name in sorted(names))


def beside_baselines(record: Mapping[str, object]) -> tuple[BesideLine, ...]:
    """The figures users ask for first, of a run's record; none without a plan."""
    figures, baselines = mapping_of(record.get("kpis")), mapping_of(record.get("baseline"))
    found: list[BesideLine] = []
    for name in _FIGURES:
        measure = mapping_of(figures.get(name))
        if measure:
            unit = str(measure.get("unit", ""))
            others = (number_of(mapping_of(baselines[one]).get(name)) for one in sorted(baselines))
            own = number_words(number_of(measure.get("value")), unit)
            found.append(BesideLine(_NAMES.figure(name), own, tuple(number_words(other, unit) for other in others)))
    return tuple(found)
