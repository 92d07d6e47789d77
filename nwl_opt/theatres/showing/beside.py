"""The key figures of a plan beside those of what users would do without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.theatres.explain.recommended import BASELINE_WORDS
from nwl_opt.plain import mapping_of, number_of
from nwl_opt.words import name_words, number_words

_FIGURES: tuple[tuple[str, str], ...] = (
    ("cases", "Patients booked"),
    ("due_dates_met", "Due dates met"),
    ("p2_booked", "P2 patients booked"),
    ("long_waits_booked", "Long waits booked"),
    ("long_waits_at_end_booked", "Booked who would be long waits when the weeks end"),
    ("long_waits_at_horizon_end", "Long waits left when the weeks end"),
    ("ready_not_booked", "Ready and not booked"),
    ("capped_utilisation_simulated", "Capped utilisation, simulated"),
    ("overrun_probability_simulated", "Lists that end late, simulated"),
    ("overrun_probability_stressed_simulated", "Lists that end late, with late starts and slow days"),
    ("bookings_with_another_day", "Bookings moved to another day"),
)


@dataclass(frozen=True)
class BesideLine:
    """A figure of this plan and of each baseline, ready to be read."""

    words: str
    plan: str
    baselines: tuple[str, ...]


def baseline_names(record: Mapping[str, object]) -> tuple[str, ...]:
    """The baselines of a run, in words and in their order."""
    names = mapping_of(record.get("baseline"))
    return tuple(BASELINE_WORDS.get(name, name_words(name)) for name in sorted(names))


def beside_baselines(record: Mapping[str, object]) -> tuple[BesideLine, ...]:
    """The figures users ask for first, of a run's record; none without a plan."""
    figures, baselines = mapping_of(record.get("kpis")), mapping_of(record.get("baseline"))
    found: list[BesideLine] = []
    for name, words in _FIGURES:
        measure = mapping_of(figures.get(name))
        if measure:
            unit = str(measure.get("unit", ""))
            others = (number_of(mapping_of(baselines[one]).get(name)) for one in sorted(baselines))
            own = number_words(number_of(measure.get("value")), unit)
            found.append(BesideLine(words, own, tuple(number_words(other, unit) for other in others)))
    return tuple(found)
