"""Synthetic surgeons and patients: pseudonyms and random attributes, drawn from no real list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from instances.theatres.catalogue import JOINTS, OFTEN_DAY_CASE, PROCEDURES, SURGEONS_OF_36, Row
from instances.theatres.dice import Dice
from instances.theatres.parameters import Parameters

# What a surgeon operates on, in turn: two thirds do hips and knees.
_SKILLS: tuple[tuple[str, ...], ...] = (
    ("hip", "knee"),
    ("knee", "soft_tissue_knee"),
    ("hip", "foot"),
    ("hip", "knee"),
    ("hip", "knee"),
    ("hip", "knee"),
)
_SUBSPECIALTY_OF = {code: subspecialty for code, _, subspecialty, _, _, _ in PROCEDURES}
_TOUCH_MINUTES = {code: minutes for code, _, _, minutes, _, _ in PROCEDURES}
_VARIATION = {code: variation for code, _, _, _, variation, _ in PROCEDURES}
_ASA_SHARES = {1: 0.18, 2: 0.57, 3: 0.24, 4: 0.01}
_QUINTILE_SHARES = {1: 0.22, 2: 0.27, 3: 0.22, 4: 0.17, 5: 0.12}
# Surgeons travel to the centre with the patients of their own trust; few patients are happy with any surgeon.
_ANY_SURGEON_SHARE = 0.1
_OWN_DURATIONS_SHARE = 0.85
_PACE_PERCENT = (88, 118)
_WITH_OWN_DURATIONS = ("W37.1", "W40.1", "W58.1")


@dataclass(frozen=True)
class SyntheticSurgeon:
    """A surgeon who does not exist. `weekly`: a list each week, else every other week."""

    surgeon_id: str
    trust: str
    skills: tuple[str, ...]
    weekly: bool
    max_lists_per_week: int


def surgeons_of(parameters: Parameters) -> tuple[SyntheticSurgeon, ...]:
    """Enough surgeons for every theatre-day of a week: 14 weekly and 22 fortnightly for five theatres."""
    slots = 5 * parameters.theatres
    weekly = round(14 * slots / 25)
    count = weekly + 2 * (slots - weekly)
    dice = Dice(parameters.seed, "surgeons")
    trusts = _trusts_in_turn(count)
    found = []
    for at in range(count):
        # Weekly surgeons are spread over the trusts; four in ten may run one list a week and no more.
        is_weekly = (at + 1) * weekly // count > at * weekly // count
        most = 1 if dice.chance(0.4) else 2
        found.append(SyntheticSurgeon(f"S{at + 1:02d}", trusts[at], _SKILLS[at % len(_SKILLS)], is_weekly, most))
    return tuple(found)


def surgeon_tables(parameters: Parameters, surgeons: tuple[SyntheticSurgeon, ...]) -> dict[str, list[Row]]:
    """The tables surgeons, surgeon_subspecialties and durations."""
    return {
        "surgeons": [
            {
                "surgeon_id": s.surgeon_id,
                "trust_id": s.trust,
                "max_lists_per_week": s.max_lists_per_week,
                "provenance": "synthetic",
            }
            for s in surgeons
        ],
        "surgeon_subspecialties": [
            {"surgeon_id": s.surgeon_id, "subspecialty_id": skill, "provenance": "synthetic"}
            for s in surgeons
            for skill in s.skills
        ],
        "durations": _own_durations(Dice(parameters.seed, "durations"), surgeons),
    }


def patient_rows(parameters: Parameters, surgeons: tuple[SyntheticSurgeon, ...]) -> list[Row]:
    """The waiting list: each attribute drawn by its share, each patient on its own."""
    dice = Dice(parameters.seed, "patients")
    width = max(4, len(str(parameters.patients)))
    # Some queues are three times as long as others; the first surgeon's is the longest.
    popularity = [3.0 if at == 0 else dice.pick((0.5, 1.0, 1.5)) for at in range(len(surgeons))]
    return [
        _patient(parameters, dice, f"P{at + 1:0{width}d}", surgeons, popularity) for at in range(parameters.patients)
    ]


def offer_columns(parameters: Parameters, patients: list[Row], tests: list[Row]) -> list[Row]:
    """The patients with what they said to earlier offers, and whether they come at short notice.

    Those whose tests are all done are asked first whether they would come at short notice.
    """
    dice = Dice(parameters.seed, "offers")
    waiting = {row["patient_id"] for row in tests if row["done_on"] is None}
    tested = sum(row["patient_id"] not in waiting for row in patients) / max(len(patients), 1)
    asked_first = min(1.0, 4 * parameters.short_notice_share)
    others = max(0.0, parameters.short_notice_share - asked_first * tested) / max(1.0 - tested, 0.01)
    found = []
    for row in patients:
        short_notice, declined = (
            dice.chance(others if row["patient_id"] in waiting else asked_first),
            dice.chance(parameters.offer_declined_share),
        )
        offers = dice.pick((1, 1, 1, 2))
        found.append({**row, "short_notice": short_notice, "offers_declined": offers if declined else 0})
    return found


def _patient(
    parameters: Parameters,
    dice: Dice,
    patient_id: str,
    surgeons: tuple[SyntheticSurgeon, ...],
    popularity: list[float],
) -> Row:
    code = dice.pick_by_share(parameters.case_mix)
    trust = dice.pick_by_share(SURGEONS_OF_36)
    priority = _priority(parameters, dice)
    surgeon = _named_surgeon(dice, surgeons, popularity, trust, _SUBSPECIALTY_OF[code])
    choice = "named"
    if dice.chance(parameters.poolable_share):
        choice = "any" if dice.chance(_ANY_SURGEON_SHARE) else "trust"
    if dice.chance(parameters.no_surgeon_share):
        surgeon, choice = None, "named"
    return {
        "patient_id": patient_id,
        "trust_id": trust,
        "procedure_code": code,
        "surgeon_id": surgeon,
        "surgeon_choice": choice,
        "priority": priority,
        "clock_start": parameters.planning_date - dt.timedelta(days=_days_waited(parameters, dice, priority)),
        "laterality": _side(dice, code, parameters.side_missing_share),
        "asa_grade": dice.pick_by_share(_ASA_SHARES),
        **_readiness(parameters, dice),
        **_travel(parameters, dice),
        **_flags(parameters, dice),
        "day_case": dice.chance(OFTEN_DAY_CASE.get(code, 0.0)),
        **_availability(parameters, dice),
        "notice_days": dice.pick((28, 35, 42)) if dice.chance(0.05) else None,
        "deprivation_quintile": dice.pick_by_share(_QUINTILE_SHARES),
        "provenance": "synthetic",
    }


def _readiness(parameters: Parameters, dice: Dice) -> Row:
    return {
        "adult": not dice.chance(parameters.child_share),
        "fit": not dice.chance(parameters.unfit_share),
        "consented": not dice.chance(parameters.no_consent_share),
        "validated": not dice.chance(parameters.not_validated_share),
    }


def _travel(parameters: Parameters, dice: Dice) -> Row:
    """Half of those who need hospital transport do not walk either; few of the others."""
    transport = dice.chance(parameters.transport_share)
    walks_not = 0.5 if transport else parameters.others_not_ambulant_share
    return {"ambulant": not dice.chance(walks_not), "hospital_transport": transport}


def _flags(parameters: Parameters, dice: Dice) -> Row:
    """Latex, infection and diabetes; where one of them is unknown nobody has asked yet."""
    flags: Row = {
        "latex_allergy": _flag(dice, parameters.latex_share),
        "infection_risk": _flag(dice, parameters.infection_share),
        "diabetic": _flag(dice, parameters.diabetic_share),
    }
    unknown = dice.pick(sorted(flags))
    if dice.chance(parameters.unknown_flag_share):
        flags[unknown] = "unknown"
    return flags


def _priority(parameters: Parameters, dice: Dice) -> str:
    shares = {"P2": parameters.p2_share, "P3": parameters.p3_share, "P6": parameters.asked_to_wait_share}
    return dice.pick_by_share({**shares, "P4": 1.0 - sum(shares.values())})


def _days_waited(parameters: Parameters, dice: Dice, priority: str) -> int:
    """P2 have waited weeks, P3 months; of the others enough are long waiters for the share of the whole list."""
    if priority == "P2":
        return dice.whole(3, 35)
    if priority == "P3":
        return dice.whole(14, 112)
    others = 1.0 - parameters.p2_share - parameters.p3_share
    if others > 0 and dice.chance(parameters.long_wait_share / others):
        return dice.whole(52 * 7, 78 * 7)
    return dice.whole(4 * 7, 52 * 7 - 1)


def _named_surgeon(
    dice: Dice, surgeons: tuple[SyntheticSurgeon, ...], popularity: list[float], trust: str, subspecialty: str
) -> str | None:
    """A surgeon of the home trust who does it; else of any trust; the more popular ones have longer queues."""
    able = [at for at, s in enumerate(surgeons) if subspecialty in s.skills]
    at_home = [at for at in able if surgeons[at].trust == trust] or able
    if not at_home:
        return None
    return surgeons[at_home[dice.pick_index([popularity[at] for at in at_home])]].surgeon_id


def _side(dice: Dice, code: str, missing_share: float) -> str | None:
    if dice.chance(missing_share):
        return None
    return "both" if code in JOINTS and dice.chance(0.01) else dice.pick(("left", "right"))


def _flag(dice: Dice, share: float) -> str:
    return "yes" if dice.chance(share) else "no"


def _availability(parameters: Parameters, dice: Dice) -> Row:
    """Most can come at any time; half of the others only from, half only until, a day in the horizon."""
    day = parameters.horizon_start + dt.timedelta(days=dice.whole(0, 7 * parameters.weeks - 1))
    limited, from_day = dice.chance(parameters.unavailable_share), dice.chance(0.5)
    return {
        "available_from": day if limited and from_day else None,
        "available_to": day if limited and not from_day else None,
    }


def _trusts_in_turn(count: int) -> list[str]:
    """Trusts in proportion 12 : 10 : 8 : 6, each trust's surgeons together."""
    bounds, total = [], 0
    for trust, share in SURGEONS_OF_36.items():
        total += share
        bounds.append((round(count * total / 36), trust))
    return [next(trust for last, trust in bounds if at < last) for at in range(count)]


def _own_durations(dice: Dice, surgeons: tuple[SyntheticSurgeon, ...]) -> list[Row]:
    """Most surgeons' joint replacements have their own minutes: a surgeon is faster or slower at all of them.

    The slower half cannot put four joints on an all-day list, the faster half can: so it matters who goes with whom.
    """
    rows: list[Row] = []
    for surgeon in surgeons:
        pace, known = dice.whole(*_PACE_PERCENT), dice.chance(_OWN_DURATIONS_SHARE)
        for code in _WITH_OWN_DURATIONS:
            percent = pace + dice.whole(-2, 2)
            if known and _SUBSPECIALTY_OF[code] in surgeon.skills:
                rows.append(
                    {
                        "surgeon_id": surgeon.surgeon_id,
                        "procedure_code": code,
                        "touch_minutes": round(_TOUCH_MINUTES[code] * percent / 100),
                        "touch_cv_share": _VARIATION[code],
                        "provenance": "synthetic",
                    }
                )
    return rows
