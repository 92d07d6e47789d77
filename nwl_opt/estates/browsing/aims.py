"""Each aim with what was reached, the best that any plan can reach, what binds, and what would lift it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.estates.words import gbp_words, list_words
from nwl_opt.estates.browsing.levers import Lever
from nwl_opt.estates.reporting.saved import EstateTables
from nwl_opt.named import names_of
from nwl_opt.words import gap_words, number_words
from solvers.types import StageResult

_NAMES = names_of("estates")
_BELOW = "Reached among the plans that are as good in every aim above this one"


@dataclass(frozen=True)
class Aim:
    """One aim in words. `today` is its value with everything kept, where that was worked out."""

    name: str
    title: str
    reached: str
    best_possible: str
    gap: str
    today: str
    binds: str
    lifts: str


def aims(
    stages: Sequence[StageResult],
    today: Mapping[str, float],
    estate: EstateTables,
    refusals: Sequence[Lever],
    needs: Sequence[Lever],
) -> tuple[Aim, ...]:
    """The aims in their order."""
    return tuple(
        Aim(
            stage.name,
            _NAMES.aim(stage.name),
            number_words(stage.value, stage.unit),
            number_words(stage.bound, stage.unit),
            gap_words(stage.gap_share),
            number_words(today[stage.name], stage.unit) if stage.name in today else "",
            *_told(stage, estate, refusals, needs),
        )
        for stage in stages
    )


def _told(
    stage: StageResult, estate: EstateTables, refusals: Sequence[Lever], needs: Sequence[Lever]
) -> tuple[str, str]:
    """What binds an aim, and what would lift it."""
    if stage.name == "unmet_demand":
        if stage.value is not None and stage.value <= 0.5:
            return "Nothing: every contact has a room.", "Nothing is left to lift."
        return (
            "Rooms of the kinds wanted, within reach of the people who want them.",
            "Conversions, a higher target utilisation, more minutes allowed, or more contacts virtual.",
        )
    if stage.name == "npv_cost":
        return _money_binds(refusals, needs), _money_lifts(refusals, needs)
    if stage.name == "travel_worst":
        return _furthest(estate), "A room of the kind nearer to these areas."
    if stage.name in ("travel_core20", "travel"):
        return (
            f"{_BELOW}: buildings that go for their cost lengthen some journeys.",
            "Keeping a building nearer to them, which costs; or conversions at sites that stay.",
        )
    return f"{_BELOW}.", "Giving up some of what the aims above ask."


def _money_binds(refusals: Sequence[Lever], needs: Sequence[Lever]) -> str:
    refused = {one.suite_id for lever in refusals for one in lever.suites}
    kept = {one.suite_id for lever in needs for one in lever.suites}
    return (
        f"{len(refused)} suites may not be handed back under the rules of eligibility, and "
        f"{len(kept)} that may go are kept because people need their rooms or because going would cost more."
    )


def _money_lifts(refusals: Sequence[Lever], needs: Sequence[Lever]) -> str:
    best = [lever for lever in refusals if lever.alone_gbp_per_year > 0][:2]
    told = [
        f"{lever.rule} alone keeps {len(lever.alone)} suites that cost {gbp_words(lever.alone_gbp_per_year)} a year"
        for lever in best
    ]
    told += [
        f"{lever.rule} keeps {len(lever.suites)} suites patients need, {gbp_words(lever.gbp_per_year)} a year"
        for lever in needs[:1]
    ]
    return f"{'; '.join(told)}." if told else "No single rule stands in the way of a suite on its own."


def _furthest(estate: EstateTables) -> str:
    """The areas with the longest journeys at the end of the plan, and whether anything nearer exists today."""
    here = [
        (
            row.maybe_number_of("minutes_after") or 0.0,
            row.maybe_number_of("minutes_before") or 0.0,
            row.text("area_id"),
        )
        for row in estate.tables["travel"]
        if row.text("year") == estate.last_year
    ]
    if not here:
        return "Nobody is placed."
    most = max(after for after, _, _ in here)
    furthest = sorted({(area, before >= after - 0.05) for after, before, area in here if after >= most - 0.05})
    names = {area.area_id: area.name for area in estate.instance.areas}
    areas = list_words(sorted({names[area] for area, _ in furthest}))
    if all(same for _, same in furthest):
        return f"{areas}: no site with the room is nearer today either ({most:.0f} minutes)."
    return f"{areas}, {most:.0f} minutes one way at the end of the plan."
