"""Complete enumeration of tiny estates, written from the definitions: every use of every suite on every day.

Nothing here comes from the formulation. Days are all firsts of months and lease days; eligibility, cash and demand
are the checker's; where people and closed lists fit is a plain linear program for each state of the rooms. Only works
couple the cost of one suite with that of another (one source pays for both), so the cheapest uses are found site by
site for each state of the site and each set of works, and these are then combined.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from models.estates.checker.capital import most_paid_gbp, projects_of, works_gbp_by_year
from models.estates.checker.cash import LEDGER_OF_ITEM, cash_of, discount_factor
from models.estates.checker.facts import Facts, facts_of
from models.estates.checker.refusals import may_go_as_part, not_admissible, not_vacant, standing_refusals
from models.estates.checker.uses import Uses, Works, is_site_open, rooms_planned_on
from models.estates.entities import Premises, Suite
from models.estates.instance import EstatesInstance
from tests.model.estates.oracle_program import Program, State

WORKS_ITEMS = ("works", "works_by_others")


@dataclass(frozen=True)
class Use:
    """One thing that can become of a suite; `kind` is keep, hand_back, offer or works."""

    kind: str
    day: dt.date | None = None
    works: Works | None = None


KEEP = Use("keep")


@dataclass(frozen=True)
class Way:
    """Uses of the suites of a site, or the closure of a practice, and their net present cost, works apart."""

    uses: Uses
    npv_gbp: float
    state: State


@dataclass(frozen=True)
class Answer:
    """The best value of each aim, in their order."""

    unmet: float
    npv: float
    travel_worst: float
    travel_core20: float
    travel: float


def enumerated(instance: EstatesInstance, npv_tolerance_gbp: float) -> Answer | None:
    """The best values there are; None where nothing keeps the rules."""
    facts = facts_of(instance)
    fitting: list[tuple[float, State, float]] = []
    programs: dict[State, Program] = {}
    for way in _combined(facts):
        if way.state not in programs:
            programs[way.state] = Program(facts, way.state)
        unmet = programs[way.state].least_unmet()
        if unmet is not None:
            fitting.append((way.npv_gbp, way.state, unmet))
    if not fitting:
        return None
    least = min(unmet for _, _, unmet in fitting)
    good = sorted((npv, state) for npv, state, unmet in fitting if unmet <= least + 1e-4)
    cheapest = good[0][0]
    tied = [programs[state] for state in {state: 0 for npv, state in good if npv <= cheapest + npv_tolerance_gbp}]
    worst = min(program.least_worst_travel(least) for program in tied)
    core20 = min(value for p in tied if (value := p.least_core20_travel(least, worst)) is not None)
    travel = min(value for p in tied if (value := p.least_travel(least, worst, core20)) is not None)
    return Answer(least, cheapest, worst, core20, travel)


def _combined(facts: Facts) -> Iterator[Way]:
    """All combinations of ways of sites and practices that the sources can pay for and that leave sites enough."""
    closable = [one for one in facts.instance.premises if one.closes_from is not None]
    parts = [
        *(list(_site_ways(facts, site.site_id)) for site in facts.instance.sites),
        *(list(_premises_ways(facts, one)) for one in closable),
    ]
    for ways in itertools.product(*parts):
        uses = Uses(
            {name: day for way in ways for name, day in way.uses.hand_backs.items()},
            {name: day for way in ways for name, day in way.uses.offers.items()},
            {name: works for way in ways for name, works in way.uses.conversions.items()},
            {name: day for way in ways for name, day in way.uses.closures.items()},
        )
        works = _works_npv_gbp(facts, uses)
        if works is not None and _boroughs_keep_enough(facts, uses):
            yield Way(uses, sum(way.npv_gbp for way in ways) + works, tuple(sorted(sum((w.state for w in ways), ()))))


def _works_npv_gbp(facts: Facts, uses: Uses) -> float | None:
    """What the works cost the ICB, the other sources paying what they can; None where they cannot be paid."""
    projects = projects_of(facts, uses)
    sources = facts.instance.capital_sources
    if sources and most_paid_gbp(sources, projects) < sum(project.works_gbp for project in projects):
        return None
    return sum(
        icb_gbp * discount_factor(facts.instance, year)
        for year, (icb_gbp, _) in works_gbp_by_year(facts, uses).items()
    )


def _boroughs_keep_enough(facts: Facts, uses: Uses) -> bool:
    least = facts.instance.settings.minimum_open_sites_per_borough
    sites = facts.instance.sites
    return all(
        sum(is_site_open(facts, uses, site.site_id, period) for site in sites if site.borough == borough)
        >= min(least, sum(site.borough == borough for site in sites))
        for borough in {site.borough for site in sites}
        for period in facts.instance.periods
    )


def _site_ways(facts: Facts, site_id: str) -> Iterator[Way]:
    """The cheapest uses of one site for each state of its rooms and each set of works."""
    members = facts.suites_by_site[site_id]
    core = facts.site_by_id[site_id].core_suite
    best: dict[tuple[object, ...], Way] = {}
    cost: dict[tuple[str, Use, dt.date | None], float] = {}
    for chosen in itertools.product(*(_suite_uses(facts, one) for one in members)):
        by_suite = {one.suite_id: use for one, use in zip(members, chosen, strict=True)}
        core_day = by_suite[core].day if by_suite[core].kind == "hand_back" else None
        if not _follows_the_rules(facts, by_suite, core_day):
            continue
        npv = 0.0
        for one in members:
            key = (one.suite_id, by_suite[one.suite_id], core_day)
            if key not in cost:
                cost[key] = _npv_gbp(facts, one, by_suite[one.suite_id], core, core_day)
            npv += cost[key]
        uses = _as_uses(by_suite)
        state = tuple(
            (site_id, kind, period.first_year, rooms_planned_on(facts, uses, site_id, kind, period))
            for kind in facts.room_types_of(site_id)
            for period in facts.instance.periods
        )
        is_open = tuple(is_site_open(facts, uses, site_id, period) for period in facts.instance.periods)
        key_of_way = (state, is_open, tuple((one.name, one.year) for one in projects_of(facts, uses)))
        if key_of_way not in best or npv < best[key_of_way].npv_gbp:
            best[key_of_way] = Way(uses, npv, state)
    yield from best.values()


def _premises_ways(facts: Facts, practice: Premises) -> Iterator[Way]:
    """The cheapest day of closing a practice for each set of periods without it, and its staying."""
    assert practice.closes_from is not None
    earliest = max(practice.closes_from, facts.instance.settings.decision_date)
    days: list[dt.date | None] = [day for day in facts.months if day >= earliest]
    best: dict[State, Way] = {}
    for day in ([None] if practice.instruction != "close" else []) + (days if practice.instruction != "keep" else []):
        uses = Uses(closures={} if day is None else {practice.practice_id: day})
        state = tuple(
            (practice.practice_id, "open", period.first_year, int(uses.is_open(practice.practice_id, period)))
            for period in facts.instance.periods
        )
        alone = replace(facts, instance=replace(facts.instance, suites=(), premises=(practice,)))
        npv = _npv_of(alone, uses)
        if state not in best or npv < best[state].npv_gbp:
            best[state] = Way(uses, npv, state)
    yield from best.values()


def _suite_uses(facts: Facts, own: Suite) -> list[Use]:
    """Everything that can become of a suite, whatever becomes of the others."""
    decision = facts.instance.settings.decision_date
    days = {*facts.months, *(day for day in (own.lease_break, own.lease_end) if day is not None)}
    found = [KEEP]
    for day in sorted(days):
        may_go = own.instruction != "keep" and not not_admissible(facts, own, day)
        if may_go and not not_vacant(facts, own, day):
            found.append(Use("hand_back", day))
        if day.day != 1 or not decision <= day < facts.end_day:
            continue
        listed = own.open_space_from is not None and day >= own.open_space_from and own.void_payer == "icb"
        if listed and not facts.is_core(own) and not not_vacant(facts, own, day):
            found.append(Use("offer", day))
        found += [
            Use("works", day, Works(one, day))
            for one in facts.conversions_by_suite[own.suite_id]
            if day >= one.digitised_by and own.rooms.get(one.from_room_type, 0) >= one.rooms_from
        ]
    return found


def _follows_the_rules(facts: Facts, uses: Mapping[str, Use], core_day: dt.date | None) -> bool:
    """E-20 and what E-31 and E-32 say of the core date; eligibility by extent; E-19."""
    gone = {suite_id: use.day for suite_id, use in uses.items() if use.kind == "hand_back" and use.day is not None}
    if core_day is not None and any(suite not in gone or gone[suite] > core_day for suite in uses):
        return False
    extents = {suite_id: "whole" if day == core_day else "part" for suite_id, day in gone.items()}
    if any(standing_refusals(facts, facts.suite_by_id[suite], extent) for suite, extent in extents.items()):
        return False
    for below, above in itertools.permutations(sorted(uses), 2):
        lower, upper = facts.suite_by_id[below], facts.suite_by_id[above]
        waits = extents.get(below) == "part" and upper.floor > lower.floor and may_go_as_part(facts, upper)
        if waits and gone.get(above, dt.date.max) > gone[below]:
            return False
    return True


def _as_uses(by_suite: Mapping[str, Use]) -> Uses:
    return Uses(
        {suite: use.day for suite, use in by_suite.items() if use.kind == "hand_back" and use.day is not None},
        {suite: use.day for suite, use in by_suite.items() if use.kind == "offer" and use.day is not None},
        {suite: use.works for suite, use in by_suite.items() if use.works is not None},
    )


def _npv_gbp(facts: Facts, own: Suite, use: Use, core: str, core_day: dt.date | None) -> float:
    """The net present cost of one suite, works apart."""
    uses = _as_uses({own.suite_id: use})
    if core_day is not None:
        uses = replace(uses, hand_backs={**uses.hand_backs, core: core_day})
    return _npv_of(replace(facts, instance=replace(facts.instance, suites=(own,), premises=())), uses)


def _npv_of(facts: Facts, uses: Uses) -> float:
    cash = cash_of(facts, uses, {})
    return sum(
        gbp * discount_factor(facts.instance, year)
        for (item, year), gbp in cash.totals.items()
        if LEDGER_OF_ITEM[item] == "icb" and item not in WORKS_ITEMS
    )
