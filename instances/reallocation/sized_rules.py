"""Every further rule for an invented system, switched on at random and never so that growth in step breaks it.

Growth in step with the spendable money stays a plan: limits are drawn around it. A required closure, which it would
break, is made a soft rule.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from models.reallocation.entities import PlanYear
from models.reallocation.money import YearMoney, money_of_years
from models.reallocation.need import exact
from models.reallocation.settings import NO_PROVIDER, ReallocationSettings
from models.shared.cells import Cell

Rows = list[dict[str, Cell]]
Tables = dict[str, Rows]
CellKey = tuple[str, str, str]

ABOVE_BASE_GROWTH = (0.0005, 0.003)
"""By how much the spendable money outgrows base growth, so that growth in step meets the MHIS."""

OUT_OF_SCOPE_SHARE = 0.2
RUNNING_COSTS_SHARE = 0.01
MOST_THETA_SHARE = 0.8
LEAST_THETA_SHARE = 0.01
SOFT_CHOICES = ("R-02", "R-03", "R-07", "R-13", "R-14")


@dataclass(frozen=True)
class _System:
    """What the further rules are drawn around: the opening cells, and growth of the money in step."""

    opening_gbp: Mapping[CellKey, int]
    roles: Mapping[str, str]
    settings: ReallocationSettings
    spendable_gbp: tuple[int, ...]

    def in_step(self, t: int) -> float:
        """Growth from the base year to year t."""
        return self.spendable_gbp[t] / self.spendable_gbp[0]

    @property
    def volume_factor(self) -> float:
        return 1 + self.settings.cost_uplift_share - self.settings.productivity_share

    @property
    def most_growth(self) -> float:
        return max(self.in_step(t) / self.in_step(t - 1) - 1 for t in range(1, len(self.spendable_gbp)))


def with_more_rules(
    random: Random, header: Mapping[str, object], tables: Tables
) -> tuple[Mapping[str, object], Tables]:
    """An invented instance with further rules; every draw is from `random`, in a fixed order."""
    opening = {
        (str(row["place"]), str(row["line"]), str(row["provider"])): _int(row["recurrent_gbp"])
        for row in tables["baseline"]
    }
    roles = {line: role for line, role in _leaf_roles(tables).items() if any(cell[1] == line for cell in opening)}
    total = sum(opening.values())
    settings = _settings(random, total)
    lines, transition = _lines(random, tables["lines"], roles)
    made: Tables = {**tables, "lines": lines}
    made["ledger"], made["mapping"] = _ledger(opening, total)
    given = header["settings"]
    assert isinstance(given, Mapping)
    read = ReallocationSettings.model_validate({**given, **settings})
    made["years"], spendable = _years(random, read, tables["years"], opening, transition)
    system = _System(opening, roles, read, spendable)
    _recruitment(random, system, made["years"])
    made["ring_fences"], made["ring_fence_cells"] = _ring_fences(random, system, made)
    made["spillover"] = _spillover(random, system, made)
    made["pace_bands"] = _pace_bands(random, system)
    settings |= _aims(random, system)
    made["soft_rules"] = _soft_rules(random, "required_closure_share" in settings)
    marked = {
        name: [row if name in ("places", "mapping") else row | {"provenance": "synthetic"} for row in rows]
        for name, rows in made.items()
        if rows
    }
    return {**header, "settings": {**given, **settings}}, marked


def _int(value: Cell) -> int:
    assert isinstance(value, int)
    return value


def _leaf_roles(tables: Mapping[str, Rows]) -> dict[str, str]:
    above = {row.get("parent") for row in tables["lines"]}
    return {str(row["line"]): str(row["role"]) for row in tables["lines"] if row["line"] not in above}


def _settings(random: Random, total_gbp: int) -> dict[str, object]:
    """What comes off first, and what keeps volume; small against growth."""
    return {
        "reserve_share": round(random.uniform(0, 0.01), 4),
        "primary_care_gap_gbp": round(total_gbp * random.uniform(0, 0.01)) if random.random() < 0.5 else 0,
        "delivered_efficiency_share": round(0.037 + random.uniform(-0.004, 0.002), 4),
        "efficiency_base": random.choice(("allocation", "in_scope")),
        "running_cost_saving_kept_share": round(random.choice((0.0, random.uniform(0, 1))), 2),
        "cost_uplift_share": round(random.uniform(0.01, 0.04), 4),
        "productivity_share": round(random.uniform(0.005, 0.02), 4),
        "moves_start_month": random.choice((4, 4, 7, 10, 1)),
    }


def _lines(random: Random, rows: Rows, roles: Mapping[str, str]) -> tuple[Rows, dict[str, float]]:
    """Lines with what withdrawing costs, and that cost by pound withdrawn."""
    made: Rows = []
    transition = dict.fromkeys(roles, 0.0)
    for row in rows:
        line = str(row["line"])
        drawn: dict[str, Cell] = {}
        if line in roles and random.random() < 0.7:
            drawn["releasable_share"] = round(random.uniform(0.05, 0.5), 4)
        if line in roles and random.random() < 0.7:
            drawn["double_running_share"] = round(random.uniform(0.1, 0.5), 4)
            drawn["stranded_share"] = round(random.choice((0.0, random.uniform(0, 0.2))), 4)
            transition[line] = _share(drawn, "double_running_share") + _share(drawn, "stranded_share")
        made.append({**row, **drawn})
    return made, transition


def _share(row: Mapping[str, Cell], name: str) -> float:
    value = row[name]
    assert isinstance(value, float)
    return value


def _ledger(opening: Mapping[CellKey, int], total_gbp: int) -> tuple[Rows, Rows]:
    """One ledger line a cell, and what is out of scope, running costs among it."""
    ledger: Rows = []
    mapping: Rows = []
    for (place, line, provider), gbp in opening.items():
        number = f"L{len(ledger) + 1:05d}"
        ledger.append({"ledger_line": number, "description": f"{line}, {place}", "gbp": gbp, "non_recurrent_gbp": 0})
        mapping.append({"ledger_line": number, "status": "cell", "place": place, "line": line, "provider": provider})
    for words, status, share in (
        ("Primary care", "out_of_scope", OUT_OF_SCOPE_SHARE),
        ("Running costs", "running_costs", RUNNING_COSTS_SHARE),
    ):
        number = f"L{len(ledger) + 1:05d}"
        gbp = round(total_gbp * share)
        ledger.append({"ledger_line": number, "description": words, "gbp": gbp, "non_recurrent_gbp": 0})
        mapping.append({"ledger_line": number, "status": status, "provider": NO_PROVIDER})
    return ledger, mapping


def _years(
    random: Random,
    settings: ReallocationSettings,
    rows: Rows,
    opening: Mapping[CellKey, int],
    transition: Mapping[str, float],
) -> tuple[Rows, tuple[int, ...]]:
    """Years whose spendable money outgrows base growth a little, and whose fund pays for growth in step."""
    total = sum(opening.values())
    volume = 1 + settings.cost_uplift_share - settings.productivity_share
    cost_share = sum(transition[cell[1]] * gbp for cell, gbp in opening.items()) / total
    made: Rows = []
    years: list[PlanYear] = [
        PlanYear(str(row["year"]), exact(_share(row, "growth_share")), Fraction(0)) for row in rows
    ]
    spendable = [total]
    for at, row in enumerate(rows):
        base = _share(row, "growth_share")
        wanted = spendable[-1] * (1 + base + random.uniform(*ABOVE_BASE_GROWTH))
        needed = cost_share * max(0.0, volume * spendable[-1] - wanted)
        fund = math.ceil(needed * random.uniform(1.05, 1.6)) + 2 * len(opening) if cost_share else 0
        years[at] = replace(years[at], transition_fund_gbp=fund)
        years[at] = _converged(settings, years, at, total, wanted)
        spendable.append(_money(settings, years, total)[at + 1].spendable_gbp)
        convergence = float(years[at].convergence_share)
        made.append({**row, "convergence_share": convergence, "transition_fund_gbp": fund})
    return made, tuple(spendable)


def _money(settings: ReallocationSettings, years: Sequence[PlanYear], total_gbp: int) -> tuple[YearMoney, ...]:
    running = round(total_gbp * RUNNING_COSTS_SHARE)
    allocation = total_gbp + round(total_gbp * OUT_OF_SCOPE_SHARE) + running
    return money_of_years(settings, years, allocation, total_gbp, running)


def _converged(
    settings: ReallocationSettings, years: Sequence[PlanYear], at: int, total_gbp: int, wanted_gbp: float
) -> PlanYear:
    """The year with the convergence that leaves as much to spend as wanted (money is linear in it)."""

    def spendable_gbp(convergence: Fraction) -> int:
        tried = [*years[:at], replace(years[at], convergence_share=convergence), *years[at + 1 :]]
        return _money(settings, tried, total_gbp)[at + 1].spendable_gbp

    at_none, at_probe = spendable_gbp(Fraction(0)), spendable_gbp(Fraction(-1, 10))
    share = -0.1 * (wanted_gbp - at_none) / (at_probe - at_none)
    return replace(years[at], convergence_share=exact(round(share, 6)))


def _recruitment(random: Random, system: _System, years: Rows) -> None:
    """Caps a little above what growth in step would recruit."""
    mental_health = sum(gbp for cell, gbp in system.opening_gbp.items() if system.roles[cell[1]] == "mental_health")
    if not mental_health or random.random() < 0.4:
        return
    uplift = 1 + system.settings.cost_uplift_share
    for t, row in enumerate(years, start=1):
        grown = mental_health * (system.in_step(t) - uplift * system.in_step(t - 1))
        staff = max(0.0, grown) / (system.settings.mh_cost_per_wte_gbp * uplift**t)
        row["mh_recruitment_cap_wte"] = math.ceil(staff * random.uniform(1.0, 1.5)) + random.randrange(1, 40)


def _ring_fences(random: Random, system: _System, tables: Mapping[str, Rows]) -> tuple[Rows, Rows]:
    """Up to two ring-fences, each a little below growth in step."""
    fences: Rows = []
    cells: Rows = []
    for at in range(random.randrange(3)):
        place, line, provider = random.choice(list(system.opening_gbp))
        pattern = random.choice(
            ({"place": place}, {"line": line}, {"place": place, "line": line}, {"line": line, "provider": provider})
        )
        if pattern.get("provider") == NO_PROVIDER:
            pattern = {"line": line}
        wanted = [(0, pattern.get("place")), (1, pattern.get("line")), (2, pattern.get("provider"))]
        opening = sum(
            gbp
            for cell, gbp in system.opening_gbp.items()
            if all(value is None or cell[part] == value for part, value in wanted)
        )
        part = random.uniform(0.97, 0.999)
        fences += [
            {
                "fence": f"fence_{at + 1}",
                "name": f"Ring-fence {at + 1}",
                "year": row["year"],
                "minimum_gbp": math.floor(opening * system.in_step(t) * part),
            }
            for t, row in enumerate(tables["years"], start=1)
        ]
        cells.append({"fence": f"fence_{at + 1}", **pattern})
    return fences, cells


def _spillover(random: Random, system: _System, tables: Mapping[str, Rows]) -> Rows:
    """One line relieving another by no more than leaves growth in step on its own side of need everywhere."""
    if len(system.roles) < 2 or random.random() < 0.5:
        return []
    giver, taker = random.sample(list(system.roles), 2)
    lag = random.randrange(3)
    most = min([MOST_THETA_SHARE, *_theta_that_crosses(system, tables, giver, taker, lag)])
    theta = math.floor(most * random.uniform(0.3, 0.9) * 1e4) / 1e4
    if theta < LEAST_THETA_SHARE:
        return []
    return [{"from_line": giver, "to_line": taker, "theta_share": theta, "lag_years": lag}]


def _theta_that_crosses(system: _System, tables: Mapping[str, Rows], giver: str, taker: str, lag: int) -> list[float]:
    """For every place and year, the theta at which growth in step would stand on its target."""
    need = _need(system, tables, taker)
    crossings = []
    for place, need_gbp in need.items():
        opening = {line: _of(system, place, line) for line in (giver, taker)}
        distance = opening[taker] - need_gbp
        for t in range(lag + 1, len(system.spendable_gbp)):
            felt = opening[giver] * (system.in_step(t - lag) - system.volume_factor ** (t - lag))
            if felt * distance < 0:
                crossings.append(abs(distance / felt) * system.in_step(t))
    return crossings


def _of(system: _System, place: str, line: str) -> int:
    return sum(gbp for cell, gbp in system.opening_gbp.items() if cell[:2] == (place, line))


def _need(system: _System, tables: Mapping[str, Rows], line: str) -> dict[str, float]:
    """Need of the places for a line at the opening: the invented component of a line has its name."""
    share = next(_share(row, "need_share") for row in tables["lines"] if row["line"] == line)
    people = {
        str(row["place"]): _share(row, "weighted_population") for row in tables["need"] if row["component"] == line
    }
    total = sum(people.values())
    return {place: share * number / total * system.spendable_gbp[0] for place, number in people.items()}


def _pace_bands(random: Random, system: _System) -> Rows:
    """Bands for every line whose floors lie below and whose caps lie above growth in step."""
    if random.random() < 0.6:
        return []
    most = system.most_growth
    return [
        {
            "distance_share": distance,
            "floor_growth_share": -round(random.uniform(0, 0.03), 4),
            "cap_growth_share": round(most + random.uniform(0.002, 0.06), 4),
        }
        for distance in (-0.2, 0.0, 0.1)
    ]


def _aims(random: Random, system: _System) -> dict[str, object]:
    drawn: dict[str, object] = {
        "aim": random.choice(("close_the_gap", "close_the_gap", "least_disruption")),
        "gap_counted_in": random.choice(("gbp", "gbp", "share_of_need")),
    }
    if random.random() < 0.3:
        drawn["peak_growth_limit_share"] = round(system.most_growth + random.uniform(0.002, 0.08), 4)
    if random.random() < 0.3:
        drawn["required_closure_share"] = round(random.uniform(0.05, 0.6), 2)
    return drawn


def _soft_rules(random: Random, closure: bool) -> Rows:
    chosen = sorted(random.sample(SOFT_CHOICES, random.choice((0, 0, 1, 2))))
    if closure:
        chosen.append("R-20")
    return [{"rule": rule, "order": random.randrange(1, 3)} for rule in chosen]
