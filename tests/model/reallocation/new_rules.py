"""Invented instances with the rules that instances need not have switched on at random."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random

from models.reallocation.entities import PaceBand, RingFence, Spillover
from models.reallocation.instance import Instance

Change = Callable[[Instance, Random], Instance]
AIMS, COUNTED_IN = ("close_the_gap", "least_disruption", "fastest_closure"), ("gbp", "share_of_need")


def share(rng: Random, low: float, high: float) -> Fraction:
    """A share of a few digits."""
    return Fraction(f"{rng.uniform(low, high):.4f}")


def with_settings(instance: Instance, **settings: object) -> Instance:
    return replace(instance, settings=instance.settings.model_copy(update=settings))


def with_more_money_first(instance: Instance, more: Fraction) -> Instance:
    """The first year brings more, so that what comes off it leaves enough for nobody to be cut."""
    first, *others = instance.years
    return replace(instance, years=(replace(first, base_growth_share=first.base_growth_share + more), *others))


def ring_fence(instance: Instance, rng: Random) -> Instance:
    """One or two fences on a few cells each, some years without a minimum, at less than the cells open with."""
    fences = []
    for number in range(rng.randint(1, 2)):
        cells = tuple(sorted(rng.sample(instance.cells, rng.randint(1, min(3, len(instance.cells))))))
        opened = sum(instance.opening_gbp[cell] for cell in cells)
        years = [year.year for year in instance.years if rng.random() < 0.8]
        minimum = {year: int(opened * rng.uniform(0.7, 1.01)) for year in years}
        fences.append(RingFence(f"fence_{number}", f"Fence {number}", cells, minimum))
    return replace(instance, ring_fences=tuple(fences))


def releasable(instance: Instance, rng: Random) -> Instance:
    lines = [replace(line, releasable_share=share(rng, 0.02, 0.4)) for line in instance.lines]
    keep = [rng.random() < 0.5 for _ in lines]
    return replace(instance, lines=tuple(a if k else b for a, b, k in zip(lines, instance.lines, keep, strict=True)))


def transition(instance: Instance, rng: Random) -> Instance:
    """Withdrawal costs something, a fund pays for it; now and then what all years come to is limited too."""
    lines = tuple(
        replace(line, double_running_share=share(rng, 0, 1), stranded_share=share(rng, 0, 0.3))
        if rng.random() < 0.7
        else line
        for line in instance.lines
    )
    total = sum(instance.opening_gbp.values())
    instance = with_more_money_first(instance, Fraction("0.015"))
    years = tuple(
        replace(year, transition_fund_gbp=total // rng.randint(50, 200)) if rng.random() < 0.2 else year
        for year in instance.years
    )
    settings: dict[str, object] = {"transition_fund_share": round(rng.uniform(0.005, 0.015), 4)}
    if rng.random() < 0.5:
        settings["transition_cost_limit_gbp"] = total // rng.randint(10, 40)
    return with_settings(replace(instance, lines=lines, years=years), **settings)


def first_claims(instance: Instance, rng: Random) -> Instance:
    """Primary care, running costs and breaking even, the last above or below what it takes."""
    total = sum(instance.opening_gbp.values())
    instance = with_more_money_first(instance, Fraction("0.01"))
    ledger = tuple(
        replace(line, is_running_cost=line.cell is None and rng.random() < 0.5) for line in instance.ledger
    )
    years = tuple(
        replace(year, delivered_efficiency_share=share(rng, 0.034, 0.04)) if rng.random() < 0.5 else year
        for year in instance.years
    )
    return with_settings(
        replace(instance, ledger=ledger, years=years),
        primary_care_gap_gbp=rng.randint(0, total // 200),
        running_cost_saving_kept_share=round(rng.random(), 2),
        delivered_efficiency_share=round(rng.uniform(0.035, 0.038), 4),
        efficiency_base=rng.choice(["allocation", "in_scope"]),
    )


def recruitment(instance: Instance, rng: Random) -> Instance:
    mental_health = sum(
        gbp for c, gbp in instance.opening_gbp.items() if instance.line(c.line).role == "mental_health"
    )
    people = mental_health // instance.settings.mh_cost_per_wte_gbp
    years = tuple(
        replace(year, mh_recruitment_cap_wte=int(people * rng.uniform(0.0, 0.06))) if rng.random() < 0.8 else year
        for year in instance.years
    )
    return replace(instance, years=years)


def relief(instance: Instance, rng: Random) -> Instance:
    """Some lines relieve others of their place, no line by more than a pound a pound."""
    leaves = [line.line for line in instance.leaf_lines]
    pairs = [(a, b) for a in leaves for b in leaves if a != b]
    chosen = rng.sample(pairs, min(len(pairs), rng.randint(1, 2)))
    spills = tuple(Spillover(a, b, share(rng, 0.05, 0.5), rng.randint(0, 2)) for a, b in sorted(chosen))
    return replace(instance, spillovers=spills)


def bands(instance: Instance, rng: Random) -> Instance:
    """Caps that fall with the distance from need."""
    rows = (
        PaceBand(None, Fraction("-0.1"), None, share(rng, 0.1, 0.2)),
        PaceBand(None, Fraction("0.1"), Fraction(0) if rng.random() < 0.5 else None, share(rng, 0.04, 0.09)),
    )
    return replace(instance, pace_bands=rows)


def peak_limit(instance: Instance, rng: Random) -> Instance:
    return with_settings(instance, peak_growth_limit_share=round(rng.uniform(0.06, 0.15), 3))


def part_closed(instance: Instance, rng: Random) -> Instance:
    return with_settings(instance, required_closure_share=round(rng.uniform(0.01, 0.3), 2))


def soft(instance: Instance, rng: Random) -> Instance:
    """Some rules may be missed, in one or two orders; now and then closure is asked for, softly."""
    rules = rng.sample(["R-02", "R-03", "R-04", "R-06", "R-07", "R-13", "R-14", "R-15", "R-19", "R-20", "R-22"], 3)
    order: dict[str, int] = {rule: rng.randint(1, 2) for rule in sorted(rules)}
    if rng.random() < 0.3:
        instance = with_settings(instance, closure_required=True)
        order["R-08"] = rng.randint(1, 2)
    return replace(instance, soft_order=order)


def other_aim(instance: Instance, rng: Random) -> Instance:
    aim = rng.choice(AIMS)
    return with_aim(instance, aim, rng.choice(COUNTED_IN))


def with_aim(instance: Instance, aim: str, counted_in: str) -> Instance:
    """Another order of aims; the fastest closure is sought where hardly anything stands in its way."""
    if aim == "fastest_closure":
        providers = tuple(replace(one, max_fall_share=None, max_rise_share=None) for one in instance.providers)
        instance = with_settings(
            replace(instance, providers=providers),
            pace_floor_growth_share=-0.1,
            mh_growth_cap_share=1.0,
            turnover_band_share=1.0,
        )
    return with_settings(instance, aim=aim, gap_counted_in=counted_in)


def needs_in_pounds(instance: Instance, rng: Random) -> Instance:
    """Need given outright, near what it would be as a share."""
    off = {key: share(rng, 0.95, 1.05) for key in instance.place_lines}
    given = {
        (key, year): int(instance.need_gbp(key, t) * off[key]) + 1
        for key in instance.place_lines
        for t, year in enumerate(instance.year_names)
    }
    return with_settings(
        replace(instance, need_targets_gbp=given, opening_gbp=instance.ledger_gbp), line_need_basis="pounds"
    )


def conceded(instance: Instance, rng: Random) -> Instance:
    rules = [("R-04", None), ("R-06", None), ("R-06", instance.leaf_lines[0].line), ("R-08", None)]
    chosen = rng.sample(rules, 2)
    return replace(instance, concessions={rule: share(rng, 0.001, 0.02) for rule in chosen})


CHANGES: Mapping[str, Change] = {
    "needs_in_pounds": needs_in_pounds,
    "first_claims": first_claims,
    "ring_fence": ring_fence,
    "releasable": releasable,
    "transition": transition,
    "recruitment": recruitment,
    "relief": relief,
    "bands": bands,
    "peak_limit": peak_limit,
    "part_closed": part_closed,
    "soft": soft,
    "conceded": conceded,
    "other_aim": other_aim,
}


def with_new_rules(instance: Instance, seed: int, chance: float = 0.3) -> tuple[Instance, list[str]]:
    """The instance with some rules switched on, and their names."""
    rng = Random(seed)
    names = [name for name in CHANGES if rng.random() < chance]
    for name in names:
        instance = CHANGES[name](instance, rng)
    return instance, names
