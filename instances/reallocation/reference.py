"""The reference instance: public need and the plan's deviations, with a synthetic split by borough and provider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

from instances.reallocation.nwl_rules import SPILLOVER, TRANSITION_FUND_SHARE, WITHDRAWAL, ranges, ring_fences
from instances.reallocation.nwl_structure import (
    NON_RECURRENT_EVERY,
    NOT_MHIS,
    ONE_LEDGER_LINE,
    OUT_OF_SCOPE,
    PROVIDERS,
    RUNNING_COSTS,
    SPLITS,
    TWO_LEDGER_LINES,
    TWO_LINES_FROM_SHARE,
    UNPLACED_SPLIT,
    UNPLACED_WORDS,
    ProviderFacts,
)
from instances.reallocation.public_data import (
    BOROUGHS,
    COMMUNITY_CHC_NEED_SHARE,
    COMPONENTS,
    IN_SCOPE_GBP,
    LEDGER_GBP,
    LINES,
    NEED_WEIGHTS,
    WEIGHTED_POPULATIONS,
    YEARS,
    LineFacts,
    opening_shares,
)
from models.reallocation.settings import NO_PROVIDER, UNPLACED
from models.shared.cells import Cell
from models.shared.rounding import round_to_total

Rows = list[dict[str, Cell]]
CellKey = tuple[str, str, str]

BOROUGH_SPREAD_SHARE = 0.10
PROVIDER_SPREAD_SHARE = 0.05
CHC_VOLUME_GROWTH_SHARE = 0.02
CHC_PRICE_GROWTH_SHARE = 0.0294

DESCRIPTION = """\
North West London: eight boroughs and money not placed in one, four lines, base year 2023/24, plan 2024/25-2026/27.
Public: weighted populations by borough and component, 2024/25 (NHS England ICB place-based allocation tool; \
contains public sector information licensed under the Open Government Licence v3.0), by the borough of the practice; \
cost uplift 4.15 % and productivity 2 % (2025/26); growth of the Better Care Fund's minimum, 5.66 % a year.
Plan: spend against need by line (acute +3, community +9, CHC +9, mental health -20 %), the allocation of 5.3bn, \
efficiency of 3.7 % a year to break even, running costs 30 % lower by 2025/26 (Joint Forward Plan).
Assumptions: 4.2bn in scope, community and CHC together .182 of need, CHC need follows the community component, \
acute need = .6255 general and acute + .0337 maternity (weights inferred), growth 3 %, reserve 0.5 %, \
CHC cost rising 5 % a year, mental health cap 10 %, no cash cut, provider incomes and bands; releasable shares \
(acute .35, community .60, mental health .90, CHC .10), double running .5 and stranded cost of acute .05 by pound \
withdrawn, paid from a transition fund of 0.5 %; efficiency is a share of the whole allocation, delivered in full; \
what running costs save is not kept; no relief of acute by community spending (theta 0).
Synthetic (seed {seed}): every pound by borough, provider, ledger line and ring-fence; none is published, so do not \
quote them."""


def nwl_header(seed: int) -> Mapping[str, object]:
    """The header of the reference instance."""
    return {
        "kind": "reallocation",
        "title": "North West London reference",
        "description": DESCRIPTION.format(seed=seed),
        "settings": {
            "base_year": "2023/24",
            "growth_share": 0.03,
            "reserve_share": 0.005,
            "line_need_basis": "stated_deviations",
            "community_chc_need_share": float(COMMUNITY_CHC_NEED_SHARE),
            "community_chc_need_low_share": 0.12,
            "community_chc_need_high_share": 0.25,
            "pace_floor_growth_share": 0.0,
            "mh_growth_cap_share": 0.1,
            "turnover_band_share": 0.02,
            "cost_uplift_share": 0.0415,
            "productivity_share": 0.02,
            "mh_cost_per_wte_gbp": 60000,
            "transition_fund_share": TRANSITION_FUND_SHARE,
            "break_even_efficiency_share": 0.037,
            "delivered_efficiency_share": 0.037,
            "efficiency_base": "allocation",
            "running_cost_cut_share": 0.3,
            "running_cost_cut_by_year": "2025/26",
            "running_cost_saving_kept_share": 0.0,
        },
        "provenance": {
            "lines.deviation_share": "plan",
            "lines.q_group_share": "assumption",
            "settings.growth_share": "assumption",
            "settings.reserve_share": "assumption",
            "settings.community_chc_need_share": "assumption",
            "settings.community_chc_need_low_share": "assumption",
            "settings.community_chc_need_high_share": "assumption",
            "settings.pace_floor_growth_share": "assumption",
            "settings.mh_growth_cap_share": "assumption",
            "settings.turnover_band_share": "assumption",
            "settings.cost_uplift_share": "public",
            "settings.productivity_share": "public",
            "settings.mh_cost_per_wte_gbp": "assumption",
            "settings.transition_fund_share": "assumption",
            "settings.break_even_efficiency_share": "plan",
            "settings.delivered_efficiency_share": "assumption",
            "settings.running_cost_cut_share": "plan",
            "settings.running_cost_saving_kept_share": "assumption",
        },
        "units": {"money": "whole pounds, cash of each year", "population": "weighted people"},
    }


def nwl_tables(random: Random) -> dict[str, Rows]:
    """The tables of the reference instance; every draw is from `random`, in a fixed order."""
    cells = _cells(random)
    ledger, mapping = _ledger(random, cells)
    fences, fence_cells = ring_fences(random, cells)
    places: Rows = [{"place": place, "name": name, "need_basis": "weighted_population"} for place, name in BOROUGHS]
    places.append({"place": UNPLACED, "name": "Not placed in a borough", "need_basis": "share_of_spend"})
    return {
        "places": places,
        "lines": [_line_row(facts) for facts in LINES],
        "providers": [_provider_row(facts) for facts in PROVIDERS],
        "years": [{"year": year, "convergence_share": 0.0, "provenance": "assumption"} for year in YEARS],
        "baseline": [_baseline_row(cell, gbp) for cell, gbp in cells.items()],
        "need": [
            {"place": place, "component": component, "weighted_population": people, "provenance": "public"}
            for place, _ in BOROUGHS
            for component, people in zip(COMPONENTS, WEIGHTED_POPULATIONS[place], strict=True)
        ],
        "need_weights": [
            {"line": line, "component": component, "weight": weight, "provenance": "assumption"}
            for line, component, weight in NEED_WEIGHTS
        ],
        "chc_forecast": [_forecast_row(year) for year in YEARS],
        "ring_fences": fences,
        "ring_fence_cells": fence_cells,
        "spillover": SPILLOVER,
        "ranges": ranges(),
        "ledger": ledger,
        "mapping": mapping,
    }


def _line_row(facts: LineFacts) -> dict[str, Cell]:
    withdrawal = WITHDRAWAL[facts.line]
    return {
        "line": facts.line,
        "name": facts.name,
        "role": facts.line,
        "deviation_share": float(facts.deviation_share),
        "q_group_share": None if facts.q_group_share is None else float(facts.q_group_share),
        "releasable_share": withdrawal.releasable_share,
        "double_running_share": withdrawal.double_running_share,
        "stranded_share": withdrawal.stranded_share,
        "provenance": "assumption",
    }


def _provider_row(facts: ProviderFacts) -> dict[str, Cell]:
    return {
        "provider": facts.provider,
        "name": facts.name,
        "income_gbp": facts.income_gbp,
        "max_fall_share": facts.max_fall_share,
        "max_rise_share": facts.max_rise_share,
        "provenance": "assumption",
    }


def _baseline_row(cell: CellKey, gbp: int) -> dict[str, Cell]:
    place, line, provider = cell
    return {
        "place": place,
        "line": line,
        "provider": provider,
        "recurrent_gbp": gbp,
        "counts_to_mhis": line == "mental_health" and not _outside_mhis(place, line, provider),
        "provenance": "synthetic",
    }


def _forecast_row(year: str) -> dict[str, Cell]:
    return {
        "year": year,
        "volume_growth_share": CHC_VOLUME_GROWTH_SHARE,
        "price_growth_share": CHC_PRICE_GROWTH_SHARE,
        "value_for_money_share": 0.0,
        "provenance": "assumption",
    }


def _outside_mhis(place: str, line: str, provider: str) -> bool:
    return place == UNPLACED and (line, provider) in NOT_MHIS


def _cells(random: Random) -> dict[CellKey, int]:
    """The opening pounds of every cell: line totals as the plan implies, boroughs and providers drawn."""
    shares = opening_shares(COMMUNITY_CHC_NEED_SHARE)
    wanted = [float(shares[facts.line] * IN_SCOPE_GBP) for facts in LINES]
    line_gbp = _whole(wanted, IN_SCOPE_GBP)
    cells: dict[CellKey, int] = {}
    for facts, gbp in zip(LINES, line_gbp, strict=True):
        drawn = dict(_line_cells(random, facts.line, gbp))
        cells |= dict(zip(drawn, _whole(list(drawn.values()), gbp), strict=True))
    return cells


def _line_cells(random: Random, line: str, line_gbp: int) -> Iterator[tuple[CellKey, float]]:
    unplaced = UNPLACED_SPLIT.get(line, {})
    need = {place: _need(line, place) for place, _ in BOROUGHS}
    spend = {place: people * (1 + _spread(random, BOROUGH_SPREAD_SHARE)) for place, people in need.items()}
    placed_gbp = line_gbp * (1 - sum(unplaced.values()))
    total = sum(spend.values())
    for place, amount in spend.items():
        split = {
            provider: share * (1 + _spread(random, PROVIDER_SPREAD_SHARE))
            for provider, share in SPLITS[line][place].items()
        }
        for provider, share in split.items():
            yield (place, line, provider), placed_gbp * amount / total * share / sum(split.values())
    for provider, share in unplaced.items():
        yield (UNPLACED, line, provider), line_gbp * share


def _need(line: str, place: str) -> float:
    people = dict(zip(COMPONENTS, WEIGHTED_POPULATIONS[place], strict=True))
    return sum(weight * people[component] for of, component, weight in NEED_WEIGHTS if of == line)


def _ledger(random: Random, cells: Mapping[CellKey, int]) -> tuple[Rows, Rows]:
    """Ledger lines and where each is mapped; in scope they sum to the cells, in all to the allocation."""
    ledger: Rows = []
    mapping: Rows = []
    once_only = 0
    for (place, line, provider), gbp in cells.items():
        for words, recurrent_gbp in _ledger_lines(random, (place, line, provider), gbp):
            number = f"L{len(ledger) + 1:03d}"
            extra = round(recurrent_gbp * random.uniform(0.01, 0.03)) if _is_thirteenth(ledger) else 0
            once_only += extra
            ledger.append(_ledger_row(number, words, recurrent_gbp + extra, extra))
            status = "unplaced" if place == UNPLACED else "cell"
            known = {} if place == UNPLACED else {"place": place}
            mapping.append({"ledger_line": number, "status": status, **known, "line": line, "provider": provider})
    rest = LEDGER_GBP - sum(cells.values()) - once_only
    drawn = [weight * (1 + _spread(random, PROVIDER_SPREAD_SHARE)) for _, weight in OUT_OF_SCOPE]
    for (words, _), gbp in zip(OUT_OF_SCOPE, _scaled(drawn, rest), strict=True):
        number = f"L{len(ledger) + 1:03d}"
        ledger.append(_ledger_row(number, words, gbp, 0))
        status = "running_costs" if words in RUNNING_COSTS else "out_of_scope"
        mapping.append({"ledger_line": number, "status": status, "provider": NO_PROVIDER})
    return ledger, mapping


def _is_thirteenth(ledger: Rows) -> bool:
    return len(ledger) % NON_RECURRENT_EVERY == NON_RECURRENT_EVERY - 1


def _ledger_row(number: str, words: str, gbp: int, non_recurrent_gbp: int) -> dict[str, Cell]:
    return {
        "ledger_line": number,
        "description": words,
        "gbp": gbp,
        "non_recurrent_gbp": non_recurrent_gbp,
        "provenance": "synthetic",
    }


def _ledger_lines(random: Random, cell: CellKey, gbp: int) -> Iterator[tuple[str, int]]:
    """What the ledger calls a cell: one line, or two for a borough's main provider."""
    place, line, provider = cell
    if place == UNPLACED:
        yield UNPLACED_WORDS[line, provider], gbp
        return
    where = f"{dict(BOROUGHS)[place]}, {_short_name(provider)}"
    if line in TWO_LEDGER_LINES and SPLITS[line][place][provider] >= TWO_LINES_FROM_SHARE:
        first, second = TWO_LEDGER_LINES[line]
        part = round(gbp * random.uniform(0.45, 0.60))
        yield f"{first}: {where}", part
        yield f"{second}: {where}", gbp - part
        return
    yield f"{ONE_LEDGER_LINE[line]}: {where}", gbp


def _short_name(provider: str) -> str:
    name = next(facts.name for facts in PROVIDERS if facts.provider == provider)
    return name.removesuffix(" NHS Trust").removesuffix(" NHS Foundation Trust")


def _spread(random: Random, share: float) -> float:
    return random.uniform(-share, share)


def _scaled(amounts: list[float], total: int) -> list[int]:
    scale = total / sum(amounts)
    return _whole([amount * scale for amount in amounts], total)


def _whole(amounts: list[float], total: int) -> list[int]:
    return round_to_total(amounts, total, [0] * len(amounts), [total] * len(amounts))
