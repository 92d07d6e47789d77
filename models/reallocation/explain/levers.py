"""What loosening each binding rule would buy: found by solving again, with multipliers and their ranges beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from models.reallocation.explain.figures import Figures
from models.reallocation.explain.what_if import best_of, with_more_money
from models.reallocation.formulation.limit import AnyLimit, Limit
from models.reallocation.formulation.model import THOUSAND
from models.reallocation.instance import Instance
from models.reallocation.method.loaded import Best, GapStage, LoadedModel
from models.reallocation.method.loosen import LOOSENINGS, Group, group_of
from models.reallocation.settings import ALL
from models.shared.cells import Cell
from solvers.types import Watch

MONEY = "R-01"
MORE_MONEY_GBP = 1_000_000
_NO_MULTIPLIER = 1e-7


@dataclass(frozen=True)
class Multiplier:
    """What a pound of one limit is worth, between which amounts of it (None: no end); it stands at `at_gbp`."""

    gbp_per_gbp: float
    valid_from_gbp: float | None
    valid_to_gbp: float | None
    at_gbp: float
    limit: AnyLimit

    @property
    def is_one_of_several(self) -> bool:
        """Whether the limit stands at an end of its range: a pound one way is not worth a pound the other."""
        ends = [end for end in (self.valid_from_gbp, self.valid_to_gbp) if end is not None]
        return any(abs(end - self.at_gbp) < 1 for end in ends)

    @property
    def where(self) -> str:
        return f"{', '.join(self.limit.where)} (at {self.limit.side})"

    def where_words(self, instance: Instance) -> str:
        """The limit as people say it: Brent, Community, 2024/25 (at least)."""
        names = {place.place: place.name for place in instance.places}
        names |= {line.line: line.name for line in instance.lines}
        names |= {provider.provider: provider.name for provider in instance.providers}
        return f"{', '.join(names.get(part, part) for part in self.limit.where)} (at {self.limit.side})"


@dataclass(frozen=True)
class Lever:
    """A rule in one scope, loosened a little: by how much the gap falls, and by how much without the rule."""

    group: Group
    change: Fraction
    unit: str
    falls_by_gbp: int
    dropped_gbp: int
    multiplier: Multiplier | None


@dataclass(frozen=True)
class Levers:
    """The levers, those that buy most first; `now` is what the first aims reach as the rules are."""

    now: Best
    ranked: tuple[Lever, ...]

    def rows(self) -> list[Mapping[str, Cell]]:
        """The rows of levers.csv."""
        return [
            {
                "rank": rank,
                "rule": lever.group.rule,
                "scope": lever.group.scope,
                "change": float(lever.change),
                "unit": lever.unit,
                "gap_falls_by_gbp": lever.falls_by_gbp,
                "without_rule_falls_by_gbp": lever.dropped_gbp,
                **_multiplier_cells(lever.multiplier),
            }
            for rank, lever in enumerate(self.ranked, start=1)
        ]


def _multiplier_cells(multiplier: Multiplier | None) -> Mapping[str, Cell]:
    if multiplier is None:
        columns = ("multiplier_gbp_per_gbp", "valid_from_gbp", "valid_to_gbp", "multiplier_where")
        return dict.fromkeys(columns)
    return {
        "multiplier_gbp_per_gbp": multiplier.gbp_per_gbp,
        "valid_from_gbp": multiplier.valid_from_gbp,
        "valid_to_gbp": multiplier.valid_to_gbp,
        "multiplier_where": multiplier.where,
    }


def find_levers(figures: Figures, loaded: LoadedModel, without_rules: frozenset[str], watch: Watch) -> Levers | None:
    """Every rule that binds, loosened by a point, a million pounds or ten people, and dropped; then more money."""
    now = loaded.best({})
    if now is None or watch.cancelled():
        return None
    multipliers = _multipliers(loaded)
    found: list[Lever] = []
    for group, rows in _binding(figures, loaded).items():
        if watch.cancelled():
            return None
        lever = _lever(loaded, group, rows, now, multipliers.get(group))
        found += [] if lever is None else [lever]
    found += _money(figures, loaded.instance, without_rules, now)
    found.sort(key=lambda lever: (-lever.falls_by_gbp, -lever.dropped_gbp, lever.group))
    return Levers(now, tuple(found))


def _binding(figures: Figures, loaded: LoadedModel) -> dict[Group, list[int]]:
    """The rows of each rule and scope that bind in the scorecard, in a fixed order."""
    tight = {(str(row["rule"]), str(row["scope"])) for row in figures.tables["rules"] if row["status"] != "slack"}
    rows: dict[Group, list[int]] = {}
    for row, limit in loaded.limits.items():
        if limit.rule in LOOSENINGS:
            rows.setdefault(group_of(limit), []).append(row)
    bound = {
        group
        for group in rows
        if any(rule == group.rule and scope in (group.scope, *_parts(group, loaded)) for rule, scope in tight)
    }
    return {group: rows[group] for group in sorted(bound)}


def _parts(group: Group, loaded: LoadedModel) -> Sequence[str]:
    """The scopes of the scorecard that a group over all of them stands for."""
    if group.scope != ALL:
        return ()
    return sorted({limit.scope for limit in loaded.limits.values() if limit.rule == group.rule})


def _lever(
    loaded: LoadedModel, group: Group, rows: Sequence[int], now: Best, multiplier: Multiplier | None
) -> Lever | None:
    """None where the first aims cannot be reached with the rule loosened, which only a solver's failure would do."""
    loosening = LOOSENINGS[group.rule]
    change = loosening.unit_change
    best = loaded.best({row: loosening.apply(loaded.instance, loaded.limits[row], change) for row in rows})
    without = loaded.best({}, rows)
    if best is None or without is None:
        return None
    return Lever(group, change, loosening.unit, _fall(now, best), _fall(now, without), multiplier)


def _fall(now: Best, then: Best) -> int:
    return round(now.final_year_gap_gbp - then.final_year_gap_gbp)


def _money(figures: Figures, instance: Instance, without_rules: frozenset[str], now: Best) -> list[Lever]:
    """A million pounds more in scope from the first year on; it is a definition, so it cannot be left out."""
    first = instance.year_names[1]
    if not any(row["status"] != "slack" for row in figures.rows("rules", rule=MONEY, scope=first)):
        return []
    best = best_of(with_more_money(instance, MORE_MONEY_GBP), without_rules)
    if best is None:
        return []
    return [Lever(Group(MONEY, first), Fraction(MORE_MONEY_GBP), "gbp a year", _fall(now, best), 0, None)]


def _multipliers(loaded: LoadedModel) -> dict[Group, Multiplier]:
    """The largest multiplier of each group's limits at the least gap; none where the gap is counted by need."""
    stage = None if loaded.instance.settings.gap_counted_in == "share_of_need" else loaded.gap_stage()
    found: dict[Group, Multiplier] = {}
    for row, limit in loaded.limits.items() if stage is not None else ():
        assert stage is not None
        worth = abs(float(stage.multipliers[row]))
        group = group_of(limit)
        if worth > _NO_MULTIPLIER and (group not in found or worth > found[group].gbp_per_gbp + _NO_MULTIPLIER):
            found[group] = _multiplier(loaded, stage, row, limit, worth)
    return found


def _multiplier(loaded: LoadedModel, stage: GapStage, row: int, limit: AnyLimit, worth: float) -> Multiplier:
    """The range in pounds of the year: what the row leaves on its other side, last year's amount, is put back."""
    before = 0.0
    if isinstance(limit, Limit) and limit.factor and limit.year > 1:
        columns = [loaded.column(cell, limit.year - 1) for cell in limit.cells]
        before = float(limit.factor) * float(stage.values[columns].sum())
    low, high = ((float(end[row]) + before) * THOUSAND for end in (stage.row_from, stage.row_to))
    at = (float(np.asarray(loaded.compiled.linear.matrix @ stage.values)[row]) + before) * THOUSAND
    return Multiplier(
        round(worth, 6),
        round(low) + 0.0 if np.isfinite(low) else None,
        round(high) + 0.0 if np.isfinite(high) else None,
        at,
        limit,
    )
