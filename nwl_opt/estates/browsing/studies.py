"""The results of longer studies as one shows them: ranked hand-backs, next best plans, robustness, charges, hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.estates.instance import EstatesInstance
from models.shared.problem import View
from nwl_opt.estates.browsing.result_tables import Names, Rows, cell_words, rows_of, shown
from nwl_opt.estates.browsing.wording import PAYER_WORDS
from nwl_opt.estates.result_folder import ANSWER_FILE
from nwl_opt.files.atomic import read_json
from nwl_opt.words import number_words, percent, plain_number


@dataclass(frozen=True)
class StudyShown:
    """What a study says: sentences, most important first, `more` that the tables say as well, and its tables."""

    sentences: tuple[str, ...]
    views: tuple[View, ...]
    more: tuple[str, ...] = ()


def names_of(instance: EstatesInstance) -> Names:
    """Suites, sites, kinds of rooms and payers by the names people know."""
    sites = {site.site_id: site.name for site in instance.sites}
    suites = {one.suite_id: f"{sites[one.site_id]}, {one.name}" for one in instance.suites}
    kinds = {kind.room_type: kind.name for kind in instance.room_types}
    return {**kinds, **sites, **suites}


def ranking_shown(folder: Path, names: Names) -> StudyShown:
    """The hand-backs by what they bring."""
    ranked = [{**row, "to_plan": _to_plan(row)} for row in rows_of(folder, "hand_back_ranking")]
    return _study(
        folder,
        5,
        (
            shown("Hand-backs, the best first", ranked, _RANKED, names, "Each on its own, all else as it is today."),
            shown("Pairs handed back together", rows_of(folder, "pairs"), _PAIRS, names),
            shown("Worked out again from scratch", rows_of(folder, "confirmed"), _CONFIRMED, names),
            shown("Suites that may not go", rows_of(folder, "refused"), _REFUSED, names),
        ),
    )


def alternatives_shown(folder: Path, names: Names) -> StudyShown:
    """The plans next best."""
    return _study(
        folder,
        1,
        (
            shown(
                "Plans, the best first",
                _next_rows(folder, names),
                _PLANS_NEXT,
                names,
                "All dates of each plan are in alternative_changes.csv.",
            ),
        ),
    )


def robustness_shown(folder: Path, names: Names) -> StudyShown:
    """What the plan is worth in other futures: regret, switching values, the most that can be saved."""
    plans, futures = rows_of(folder, "plans"), rows_of(folder, "futures")
    titles = {row["future"]: row["title"] for row in futures}
    numbers = {row["plan"]: f"Plan {at}" for at, row in enumerate(plans, start=1)}
    known = {**names, **titles, **numbers}
    return _study(
        folder,
        9,
        (
            shown("The plans", _plan_rows(plans, titles), _ROBUST_PLANS, known),
            _regret(rows_of(folder, "regret"), titles, plans),
            _switching(rows_of(folder, "switching_values")),
            shown("When each hand-back no longer pays", rows_of(folder, "hand_back_switching"), _HAND_BACKS, known),
            _ceiling(rows_of(folder, "ceiling")),
            shown("Rooms beyond need", rows_of(folder, "rooms_beyond_need"), _BEYOND, known),
            shown("The futures", futures, _FUTURES, known),
        ),
    )


def charges_shown(folder: Path, names: Names) -> StudyShown:
    """The landlord's schedule against the register."""
    known = {**names, **PAYER_WORDS, **_unknown_suites(rows_of(folder, "charges_reconciliation"), names)}
    lines = [row for row in rows_of(folder, "charges_reconciliation") if float(row["difference_gbp"] or 0)]
    sites = rows_of(folder, "charges_by_site")
    charged, registered = (sum(float(row[name]) for row in sites) for name in ("charged_gbp", "registered_gbp"))
    told = (
        f"The schedule charges {number_words(charged, 'gbp')}; the register expects "
        f"{number_words(registered, 'gbp')}: {number_words(abs(charged - registered), 'gbp')} "
        f"{'more' if charged >= registered else 'less'}.",
        f"{len(lines)} lines differ.",
    )
    views = (
        shown("What to ask, the largest first", rows_of(folder, "charge_queries"), _QUERIES, known),
        shown("By site", sites, _BY_SITE, known, "The three parts sum to the difference."),
        shown("Lines that differ", lines, _LINES, known),
    )
    return StudyShown(told, tuple(view for view in views if view.rows))


def measured_shown(folder: Path, names: Names) -> StudyShown:
    """Hours a week learnt from exports, by site and kind of room."""
    rows = rows_of(folder, "measured_hours")
    sums: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        of_kind = sums.setdefault((row["site_id"], row["room_type"]), {})
        for name in _MEASURES:
            if row.get(name):
                of_kind[name] = of_kind.get(name, 0.0) + float(row[name])
    cells = tuple(
        (names.get(site, site), names.get(kind, kind),
         *(f"{hours[name]:,.1f}" if name in hours else "not measured" for name in _MEASURES))
        for (site, kind), hours in sorted(sums.items())
    )  # fmt: skip
    sites = len({site for site, _ in sums})
    told = (
        f"{number_words(len(sums), 'kinds of rooms')} at {number_words(sites, 'sites')}. Booked, used and observed "
        "hours are never mixed.",
    )
    headings = ("Site", "Kind of room", "Booked", "Used", "Observed")
    view = View("Hours a week", headings, cells, (False, False, True, True, True), "Averages over all days given.")
    return StudyShown(told, (view,) if cells else ())


def _study(folder: Path, first: int, views: tuple[View, ...]) -> StudyShown:
    """The sentences of a study's answer, the first few before the others, and those of its tables that hold a row."""
    try:
        sentences = read_json(folder / ANSWER_FILE).get("sentences")
    except (OSError, ValueError):
        sentences = ()  # a study that was stopped has tables at the most
    told = tuple(str(one) for one in sentences) if isinstance(sentences, list) else ()
    return StudyShown(told[:first], tuple(view for view in views if view.rows), told[first:])


def _to_plan(row: Mapping[str, str]) -> str:
    """What a hand-back is to the plan of the run."""
    if row["worth_to_plan_gbp"]:
        return f"worth {number_words(float(row['worth_to_plan_gbp']), 'gbp')}"
    if row["cost_to_plan_gbp"]:
        return f"would cost {number_words(float(row['cost_to_plan_gbp']), 'gbp')}"
    return ""


def _unknown_suites(rows: Rows, names: Names) -> dict[str, str]:
    """Suites a schedule names and the register does not have: by their site and code."""
    return {
        row["suite_id"]: f"{names.get(row['site_id'], row['site_id'])}, {row['suite_id']}"
        for row in rows
        if row["suite_id"] not in names
    }


def _next_rows(folder: Path, names: Names) -> list[dict[str, str]]:
    """The next best plans; what each does otherwise than the plan of the run by the names people know."""
    found = []
    for row in rows_of(folder, "alternatives"):
        told = {name: _differences(row[name], names) for name in ("not_in_the_plan", "only_in_the_plan")}
        found.append({**row, **told})
    return found


def _differences(text: str, names: Names) -> str:
    """`feltham-1 open_space` as `Feltham Centre for Health, First floor (open space)`."""
    parts = [part.partition(" ") for part in text.split("; ") if part]
    return "; ".join(
        f"{names.get(suite, suite)} ({'conversion' if what.startswith(suite) else what.replace('_', ' ')})"
        for suite, _, what in parts
    )


def _plan_rows(plans: Rows, titles: Mapping[str, str]) -> list[dict[str, str]]:
    """The plans with futures in words: how many they are short in, and which they are best in."""
    found = []
    for at, row in enumerate(plans, start=1):
        best = [titles.get(name, name) for name in row["best_in"].split()]
        name = {"saved_plan": "the saved plan", "nothing_changes": "nothing changes"}.get(row["plan"])
        name = name or (f"best if {best[0]}" if best else row["plan"].replace("_", " "))
        short = len(row["short_in"].split()) + len(row["impossible_in"].split())
        found.append({**row, "plan": f"Plan {at}: {name}", "best_in": "; ".join(best), "fails_in": str(short)})
    return found


def _regret(rows: Rows, titles: Mapping[str, str], plans: Rows) -> View:
    """Futures against plans: pounds above the best possible there, or that it is short of rooms."""
    numbers = [row["plan"] for row in plans]
    cells = {(row["future"], row["plan"]): _regret_cell(row) for row in rows}
    futures = list(dict.fromkeys(row["future"] for row in rows))
    shown_rows = tuple(
        (titles.get(future, future), *(cells.get((future, plan), "") for plan in numbers)) for future in futures
    )
    headings = ("Future", *(f"Plan {at}" for at in range(1, len(numbers) + 1)))
    note = (
        "Pounds above the best plan of that future; short: contacts over the plan that it leaves without a room and "
        "another would place."
    )
    return View("Regret", headings, shown_rows, (False, *[True] * len(numbers)), note)


def _regret_cell(row: Mapping[str, str]) -> str:
    if row["standing"] == "fits":
        return number_words(float(row["npv_above_best_gbp"]), "gbp")
    if row["standing"] == "short":
        return f"short: {int(row['unmet_above_best_contacts']):,}"
    return row["standing"]


def _switching(rows: Rows) -> View:
    """How far each assumption may move either way, one line each."""
    found: dict[str, dict[str, Mapping[str, str]]] = {}
    for row in rows:
        found.setdefault(row["assumption"], {})[row["way"]] = row
    cells = tuple(
        (ways["down"]["title"], _value(ways["down"], "planned"), _end(ways["down"]), _end(ways["up"]),
         "; ".join(dict.fromkeys(way["gives_way"].replace("_", " ") for way in ways.values() if way["gives_way"])))
        for ways in found.values()
        if {"down", "up"} <= set(ways)
    )  # fmt: skip
    headings = ("Assumption", "Planned", "Fails when it falls to", "Fails when it rises to", "What gives way")
    return View("Switching values", headings, cells, (False, True, True, True, False), "The plan as it is.")


def _end(row: Mapping[str, str]) -> str:
    return _value(row, "fails_at") or "does not fail"


def _value(row: Mapping[str, str], name: str) -> str:
    if not row[name]:
        return ""
    number = float(row[name])
    return percent(number) if row["unit"] == "share" else f"{plain_number(number)} {row['unit'].replace('_', ' ')}"


def _ceiling(rows: Rows) -> View:
    cells = tuple(
        (row["measure"].replace("_", " ").replace("npv", "net present value"), _measure(row), row["meaning"])
        for row in rows
        if row["value"]
    )
    return View("The most that can be saved", ("Measure", "Value", "Meaning"), cells, (False, True, False))


def _measure(row: Mapping[str, str]) -> str:
    unit = row["unit"]
    if unit.startswith("gbp"):
        return number_words(float(row["value"]), "gbp") + unit.removeprefix("gbp")
    return cell_words("x_share", row["value"], {}) if unit == "share" else f"{row['value']} {unit}"


SHOWN: Mapping[str, Callable[[Path, Names], StudyShown]] = {
    "rank": ranking_shown,
    "alternatives": alternatives_shown,
    "robustness": robustness_shown,
    "charges": charges_shown,
    "measured": measured_shown,
}
"""How the results of each study are shown."""

_MEASURES = ("booked_hours", "used_hours", "observed_hours")
_RANKED = {
    "rank": "Rank", "name": "Hand-back", "extent": "Extent", "date": "Best day",
    "saving_npv_gbp": "Saves, net present value", "saving_npv_bound_gbp": "Saves at most", "one_off_gbp": "One-off",
    "payback_months": "Paid back, months", "contacts_moved_per_year": "Contacts moved a year",
    "added_minutes_each": "Minutes further each", "in_plan": "In the plan", "to_plan": "To the plan",
    "binding_rule": "What stops it",
}  # fmt: skip
_PAIRS = {"first": "First", "second": "Second", "saving_npv_gbp": "Save together", "proved": "Proved"}
_CONFIRMED = {
    "name": "Hand-back", "ranked_saving_npv_gbp": "Ranked with", "confirmed_saving_npv_gbp": "Worked out again",
    "ranked_to_plan_gbp": "To the plan, ranked with", "confirmed_to_plan_gbp": "To the plan, worked out again",
}  # fmt: skip
_REFUSED = {"suite_id": "Suite", "most_binding_rule": "Binds most", "all_rules": "All rules that refuse it"}
_PLANS_NEXT = {
    "place": "Place", "npv_gbp": "Net present cost", "above_best_gbp": "Above the best", "proved": "Proved",
    "travel_minutes": "Travel, minutes", "contacts_moved_per_year": "Contacts moved a year",
    "not_in_the_plan": "Also", "only_in_the_plan": "Without",
}  # fmt: skip
_ROBUST_PLANS = {
    "plan": "Plan", "hand_backs": "Hand-backs", "open_space": "On Open Space", "conversions": "Conversions",
    "fails_in": "Futures it is short in", "worst_npv_above_best_gbp": "Worst regret",
    "worst_unmet_above_best_contacts": "Worst shortage, contacts", "least_maximum_regret": "Least maximum regret",
    "best_in": "Best in",
}  # fmt: skip
_HAND_BACKS = {
    "suite_id": "Suite", "date": "Day", "saving_npv_gbp": "Saves, net present value",
    "expected_npv_gbp": "Expected", "pays_from_avoidable_share": "Pays from this part of the charge avoided",
    "pays_up_to_months_late": "Pays up to months late", "pays_up_to_payment_times": "Pays up to times the payment",
}  # fmt: skip
_BEYOND = {"room_type": "Kind of room", "rooms": "Rooms", "needed": "Needed", "beyond": "Beyond need"}
_FUTURES = {
    "title": "Future", "setting": "What is set", "npv_gbp": "Best net present cost", "unmet_contacts": "Left unmet",
    "proved": "Proved", "source": "Source",
}  # fmt: skip
_QUERIES = {
    "rank": "Rank", "suite_id": "Suite", "at_stake_gbp": "At stake a year", "question": "Question",
}  # fmt: skip
_BY_SITE = {
    "site_id": "Site", "charged_gbp": "Charged", "registered_gbp": "In the register",
    "difference_gbp": "Difference", "lines_differ_gbp": "Lines that differ",
    "schedule_only_gbp": "In the schedule only", "register_only_gbp": "In the register only",
    "last_year_gbp": "Last year",
}  # fmt: skip
_LINES = {
    "suite_id": "Suite", "payer": "Who pays", "charged_gbp": "Charged",
    "registered_gbp": "In the register", "difference_gbp": "Difference", "difference_share": "Difference, %",
    "charged_m2": "Charged, m2", "registered_m2": "Registered, m2", "unfounded_gbp": "For space not its own",
}  # fmt: skip
