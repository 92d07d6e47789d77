"""Sentences on what changes beside hand-backs: Open Space, conversions, who pays, GP lists; on what is measured."""

from __future__ import annotations

import math
from collections.abc import Iterator

from models.estates.capital import ICB_KIND
from models.estates.entities import MeasuredHours
from models.estates.instance import EstatesInstance
from models.estates.ledger import plan_lines, plan_payments
from models.estates.measures import backlog_avoided_gbp
from models.estates.plan import Plan
from models.estates.words import list_words, tell
from models.shared.problem import Explanation


def changes(instance: EstatesInstance, plan: Plan) -> Iterator[Explanation]:
    """One sentence for each kind of change the plan makes, and what keeps the others from being made."""
    yield from _open_space(instance, plan)
    yield from _works(instance, plan)
    yield from _lists(instance, plan)
    yield from _backlog(instance, plan)


def basis(instance: EstatesInstance) -> Explanation:
    """What pounds, people and years the plan is stated in, and what is left out of it."""
    settings = instance.settings
    return tell(
        "estates.basis",
        "Pounds are at {prices} prices, discounted at {rate:percent} a year to {base}; people are {people}; demand "
        "follows the path to {last_of_path} and stays there. Nothing after {end} is valued: no sale, no saving.",
        {
            "prices": settings.price_base_year,
            "rate": settings.discount_rate_share,
            "base": settings.npv_base_year,
            "last_of_path": settings.path_last_year,
            "end": instance.financial_years[-1],
        },
        rule="E-29",
        where="instance.toml",
        headline=True,
        names={"people": "residents" if settings.population_basis == "resident" else "people on GP lists"},
    )


def _open_space(instance: EstatesInstance, plan: Plan) -> Iterator[Explanation]:
    offered = sum(suite.open_space_from is not None for suite in instance.suites)
    if not offered:
        return
    last = instance.financial_years[-1]
    income = -sum(one.gbp for one in plan_lines(plan) if one.item == "open_space_income" and one.year == last)
    names = [f"{instance.site(s.site_id).name}, {s.name}" for s in instance.suites if s.suite_id in plan.open_space]
    yield tell(
        "estates.open_space",
        "{chosen} of {offered} suites that could be offered on Open Space are: {names}. In {last} the ICB's share of "
        "the fees is {income:gbp}, at {taken:percent} of the sessions taken and {share:percent} of the fees."
        if names
        else "None of the {offered} suites that could be offered on Open Space is: their rooms are needed, handing "
        "them back saves more, or the works cost more than the fees ({taken:percent} of the sessions taken, "
        "{share:percent} of the fees for the ICB).",
        {
            "chosen": len(names),
            "offered": offered,
            "last": last,
            "income": income,
            "taken": instance.settings.open_space_take_up_share,
            "share": instance.settings.open_space_icb_share,
        },
        rule="E-31",
        where="site_plan.csv, status open_space",
        headline=True,
        names={"names": list_words(names)},
    )


def _works(instance: EstatesInstance, plan: Plan) -> Iterator[Explanation]:
    payments = plan_payments(plan)
    if not instance.conversions:
        return
    by_icb = sum(one.gbp for one in payments if one.kind == ICB_KIND)
    rooms = sum(one.rooms_to for one in instance.conversions if one.conversion_id in plan.conversions)
    yield tell(
        "estates.works",
        ("{chosen} of {possible} conversions are made" if plan.conversions else "None of {possible} conversions pays")
        + (" and bring {rooms:count} rooms" if plan.conversions else "")
        + "; works, those for Open Space included, cost {works:gbp}, of which the ICB pays {by_icb:gbp} and others "
        "{by_others:gbp}.",
        {
            "chosen": len(plan.conversions),
            "possible": len(instance.conversions),
            "rooms": rooms,
            "works": sum(one.gbp for one in payments),
            "by_icb": by_icb,
            "by_others": sum(one.gbp for one in payments) - by_icb,
        },
        rule="E-34",
        where="capital.csv",
        headline=True,
    )


def _lists(instance: EstatesInstance, plan: Plan) -> Iterator[Explanation]:
    possible = [one for one in instance.premises if one.may_close]
    if not possible:
        return
    closed = [one for one in possible if one.practice_id in plan.closures]
    yield tell(
        "estates.lists",
        "{closed} of {possible} GP premises that a Right Size move may close are closed{which}; {people:count} "
        "people on their lists go to rooms nearby, and the ICB reimburses {saved:gbp} a year less."
        if closed
        else "None of the {possible} GP premises that a Right Size move may close is closed.",
        {
            "closed": len(closed),
            "possible": len(possible),
            "people": sum(one.list_size for one in closed),
            "saved": sum(one.reimbursement_gbp for one in closed),
        },
        rule="E-38",
        where="premises_plan.csv, list_dispersal.csv",
        headline=True,
        names={"which": f" ({list_words([one.name for one in closed])})" if closed else ""},
    )


def _backlog(instance: EstatesInstance, plan: Plan) -> Iterator[Explanation]:
    total = sum(suite.backlog_gbp for suite in instance.suites)
    if total:
        yield tell(
            "estates.backlog",
            "The suites handed back carry {avoided:gbp} of {total:gbp} backlog maintenance. It is the owner's money "
            "and counts in no aim.",
            {"avoided": backlog_avoided_gbp(plan), "total": total},
            rule="E-28",
            where="suites.csv, backlog_gbp",
            headline=True,
        )


def measured(instance: EstatesInstance) -> Iterator[Explanation]:
    """Measured use of today's rooms by each definition, over the rooms and sessions in which it was measured."""
    if not instance.measured_hours:
        return
    shares = [_measured_share(instance, name) for name in ("booked", "used", "observed")]
    words = [
        f"{name} {100 * share:.0f} % of their hours" if share is not None else f"{name} not measured"
        for name, share in zip(("booked", "used", "observed"), shares, strict=True)
    ]
    yield tell(
        "estates.measured",
        "Measured at {sites} of {all_sites} sites, rooms are {words}. The plan is made on used hours; the three are "
        "never mixed.",
        {"sites": len({one.site_id for one in instance.measured_hours}), "all_sites": len(instance.sites)},
        rule="E-06",
        where="utilisation_today.csv",
        headline=True,
        names={"words": ", ".join(words)},
    )


def _measured_share(instance: EstatesInstance, name: str) -> float | None:
    """Hours over available hours of the rooms and sessions in which they were measured."""
    rooms: dict[tuple[str, str], int] = {}
    for suite in instance.suites:
        for kind, count in suite.rooms.items():
            rooms[suite.site_id, kind] = rooms.get((suite.site_id, kind), 0) + count
    found = [(one, hours) for one in instance.measured_hours if (hours := _hours(one, name)) is not None]
    available = math.fsum(
        rooms.get((one.site_id, one.room_type), 0) * instance.settings.session_hours for one, _ in found
    )
    return math.fsum(hours for _, hours in found) / available if available else None


def _hours(one: MeasuredHours, name: str) -> float | None:
    return {"booked": one.booked_hours, "used": one.used_hours, "observed": one.observed_hours}[name]
