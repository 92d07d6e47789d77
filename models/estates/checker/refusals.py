"""Why a suite may not be handed back, from the instance alone: each reason under the id of its rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from models.estates.checker.facts import Facts, firsts_of_months
from models.estates.entities import Suite
from models.shared.calendar import add_months

# Refused whatever the day: of a suite or its site, in the order of the rules.
STANDING_RULES = ("E-09", "E-10", "E-12", "E-13", "E-14", "E-15", "E-16", "E-17", "E-24")


def standing_refusals(facts: Facts, suite: Suite, extent: str) -> dict[str, str]:
    """The reasons that hold on every day, by rule id, in words."""
    site = facts.site_by_id[suite.site_id]
    found: dict[str, str] = {}
    if suite.void_payer != "icb":
        found["E-09"] = f"its void is paid for by the {suite.void_payer}, not by the ICB"
    if not suite.surplus_declared:
        found["E-10"] = "it is not declared surplus to all commissioning needs"
    if extent == "part" and not suite.self_contained:
        found["E-12"] = "it is not self-contained and the rest of the building stays"
    area = suite.area_m2 if extent == "part" else sum(one.area_m2 for one in facts.suites_by_site[suite.site_id])
    if area < facts.instance.settings.minimum_hand_back_m2:
        found["E-13"] = f"{area} m2 are fewer than the {facts.instance.settings.minimum_hand_back_m2} m2 taken back"
    if site.tenure in ("gp", "other"):
        found["E-14"] = "the building is not NHS Property Services'"
    if site.tenure == "pfi":
        found["E-15"] = "it is a PFI building"
    if site.onerous_lease:
        found["E-16"] = "it is under an onerous lease"
    if site.tenure == "lift_chp":
        found["E-17"] = "it is LIFT or Community Health Partnerships space"
    fixed = sorted(kind for kind in suite.rooms if kind in facts.fixed_types)
    if fixed:
        found["E-24"] = f"it has rooms fitted for one purpose ({', '.join(fixed)})"
    return found


def not_vacant(facts: Facts, suite: Suite, day: dt.date) -> str | None:
    """Why the suite is not empty on a day (E-11), or None when it is."""
    if suite.vacant_by is None:
        return "it cannot be vacated"
    if day < suite.vacant_by:
        return f"it can be vacated by {suite.vacant_by} at the earliest"
    for one in facts.occupations(suite):
        if one.payer != "icb" and (one.end_date is None or one.end_date > day):
            until = "with no end date" if one.end_date is None else f"until {one.end_date}"
            return f"{one.occupier} occupies {one.area_m2} m2 {until}"
    return None


def notice_day(facts: Facts, suite: Suite) -> dt.date:
    """The first day by which a notice given on the decision date is accepted and has run."""
    settings = facts.instance.settings
    return add_months(settings.decision_date, settings.acceptance_months + suite.notice_months)


def _notice(facts: Facts, suite: Suite) -> str:
    months = facts.instance.settings.acceptance_months
    return f"notice of {suite.notice_months} months" + (f", accepted after {months}," if months else "")


def not_admissible(facts: Facts, suite: Suite, day: dt.date) -> str | None:
    """Why a day is no hand-back date of the suite (E-18), or None when it is."""
    earliest = notice_day(facts, suite)
    if day < earliest:
        return f"{_notice(facts, suite)} runs until {earliest}"
    if not facts.first_day <= day < facts.end_day:
        return f"it is outside the plan, {facts.first_day} to {facts.end_day}"
    if day.day != 1 and day not in (suite.lease_break, suite.lease_end):
        return "it is neither the first of a month nor the day the lease breaks or ends"
    return None


def days_after_notice(facts: Facts, suite: Suite) -> list[dt.date]:
    """Every day within the plan on which E-18 lets the suite go, in order."""
    earliest = max(facts.first_day, notice_day(facts, suite))
    leases = [day for day in (suite.lease_break, suite.lease_end) if day is not None]
    return sorted({*firsts_of_months(earliest, facts.end_day), *(d for d in leases if earliest <= d < facts.end_day)})


def refusals(facts: Facts, suite: Suite, extent: str) -> dict[str, str]:
    """All reasons why the suite can never go to this extent, by rule id; empty when it could.

    Space only becomes emptier, so the last possible day decides whether it is ever empty.
    """
    found = standing_refusals(facts, suite, extent)
    days = days_after_notice(facts, suite)
    if not days:
        found["E-18"] = f"its {_notice(facts, suite)} does not run out within the plan"
    elif (reason := not_vacant(facts, suite, days[-1])) is not None:
        found["E-11"] = reason
    if suite.instruction == "keep":
        found["E-25"] = "the order is to keep it"
    return dict(sorted(found.items()))


def may_go_as_part(facts: Facts, suite: Suite) -> bool:
    """Whether the suite could be handed back while the building stays (as E-19 means it)."""
    return not facts.is_core(suite) and not refusals(facts, suite, "part")


def could_be_handed_back(facts: Facts, suite: Suite) -> tuple[bool, frozenset[str]]:
    """Whether a suite could go, as a part or with its whole building, and the rules that refuse it if it could not.

    The building can close only when each of its suites can go (E-20).
    """
    as_part = {} if facts.is_core(suite) else refusals(facts, suite, "part")
    with_building = refusals(facts, suite, "whole")
    closable = all(
        not refusals(facts, one, "whole") or may_go_as_part(facts, one) for one in facts.suites_by_site[suite.site_id]
    )
    could_go = may_go_as_part(facts, suite) or (closable and not with_building)
    return could_go, frozenset({*as_part, *with_building, *(() if closable else ("E-20",))})


def refusals_of_all(facts: Facts) -> Mapping[str, dict[str, str]]:
    """The refusals of every suite: of a core suite with its building, of any other as a part."""
    return {
        suite.suite_id: refusals(facts, suite, "whole" if facts.is_core(suite) else "part")
        for suite in facts.instance.suites
    }
