"""A tested hand-back as its folder tells it: the first answer at once, then the whole, then the proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.estates.instance import EstatesInstance
from models.estates.rules import BY_ID, id_and_name
from models.shared.problem import Explanation, View
from nwl_opt.estates.answer_files import ANSWER_FILE, FIRST_FILE
from nwl_opt.estates.browsing.result_tables import Rows, rows_of, shown
from nwl_opt.files.atomic import read_json
from nwl_opt.plain import explanations_from_json, mapping_of, number_of
from nwl_opt.words import number_words, plain_number

VERDICTS: Mapping[str, str] = {"yes": "Yes", "later": "Yes, but later", "no": "No"}
_INSTEAD = ("estates.test.break_even", "estates.test.other", "estates.test.other_day")
_IN_TABLES = ("estates.test.refusal", "estates.test.fuller")
"""Sentences whose tables say the same."""


@dataclass(frozen=True)
class Tested:
    """What a test came to so far; `is_whole` once everything is worked out."""

    label: str
    verdict: str
    sentences: tuple[Explanation, ...]
    is_whole: bool
    asked: Mapping[str, str]
    handed_back: Mapping[str, str]
    one_off_gbp: float | None
    npv_saving_gbp: float | None
    npv_against_plan_gbp: float | None
    payback_months: float | None
    refused_by: tuple[str, ...]
    proof: Mapping[str, object]

    @property
    def verdict_words(self) -> str:
        return VERDICTS.get(self.verdict, self.verdict)

    @property
    def headline(self) -> str:
        """What the verdict says, without its first word."""
        text = self.sentences[0].sentence if self.sentences else ""
        return text.removeprefix("Yes: ").removeprefix("No: ")

    @property
    def told(self) -> tuple[Explanation, ...]:
        """What is said after the verdict."""
        aside = (*_INSTEAD, *(_IN_TABLES if self.is_whole else ()))
        return tuple(one for one in self.sentences[1:] if one.id not in aside)

    @property
    def instead(self) -> tuple[Explanation, ...]:
        """What would change it, and what could be done instead."""
        return tuple(one for one in self.sentences if one.id in _INSTEAD)


def read_tested(folder: Path) -> Tested | None:
    """The answer in a folder, or the first words of it; None where there is neither yet."""
    for name in (ANSWER_FILE, FIRST_FILE):
        try:
            value = read_json(folder / name)
        except (OSError, ValueError):
            continue  # not written yet
        return _tested(value, is_whole=name == ANSWER_FILE)
    return None


def _tested(value: Mapping[str, object], is_whole: bool) -> Tested:
    refused = value.get("refused_by")
    return Tested(
        label=str(value.get("label", "")),
        verdict=str(value.get("verdict", "")),
        sentences=explanations_from_json(value.get("sentences")),
        is_whole=is_whole,
        asked={name: str(day) for name, day in mapping_of(value.get("asked")).items()},
        handed_back={name: str(day) for name, day in mapping_of(value.get("handed_back")).items()},
        one_off_gbp=number_of(value.get("one_off_gbp")),
        npv_saving_gbp=number_of(value.get("npv_saving_gbp")),
        npv_against_plan_gbp=number_of(value.get("npv_against_saved_plan_gbp")),
        payback_months=number_of(value.get("payback_months")),
        refused_by=tuple(str(rule) for rule in refused) if isinstance(refused, list) else (),
        proof=mapping_of(value.get("proof")),
    )


def figures_of(tested: Tested) -> tuple[tuple[str, str], ...]:
    """The pounds and months of an answer, each with its name; none where nothing is handed back."""
    if not tested.handed_back:
        return ()
    found: list[tuple[str, str]] = []
    for gbp, more, less in (
        (tested.one_off_gbp, "One-off payments", "One-off payments less"),
        (tested.npv_saving_gbp, "Saved at present value", "Costs more at present value"),
        (tested.npv_against_plan_gbp, "Dearer than the saved plan", "Cheaper than the saved plan"),
    ):
        if gbp is not None:
            found.append((more if gbp >= 0 else less, number_words(abs(gbp), "gbp")))
    months = tested.payback_months
    found.append(("Paid back", "not within the plan" if months is None else f"in {plain_number(months)} months"))
    return tuple(found)


@dataclass(frozen=True)
class Instead:
    """Another hand-back, or another day, that can be tested in turn."""

    what: str
    suite_ids: tuple[str, ...]
    day: dt.date
    npv_gbp: float | None


@dataclass(frozen=True)
class AnswerTables:
    """The tables of an answer; one that says nothing is left out."""

    refusals: View | None
    shortages: View | None
    savings: View | None
    moves: View | None
    further: View | None
    fuller: View | None
    break_even: View | None
    instead: tuple[Instead, ...]


def answer_tables(folder: Path, instance: EstatesInstance) -> AnswerTables:
    """Every table of an answer, read from its folder."""
    suites = {one.suite_id: f"{instance.site(one.site_id).name}, {one.name}" for one in instance.suites}
    kinds = {kind.room_type: kind.name for kind in instance.room_types}
    sites = {site.site_id: site.name for site in instance.sites}
    return AnswerTables(
        refusals=_table("What the rules say", rows_of(folder, "refusals"), _REFUSALS, {**suites, **_RULES}),
        shortages=_table("Rooms that would be missing", rows_of(folder, "shortages"), _SHORTAGES, kinds | sites),
        savings=_table("What is paid with and without it, by financial year", rows_of(folder, "savings"), _SAVINGS),
        moves=_moves(rows_of(folder, "moves"), sites),
        further=_further(rows_of(folder, "added_minutes")),
        fuller=_fuller(rows_of(folder, "utilisation"), kinds | sites),
        break_even=_table("How far an assumption may move", rows_of(folder, "break_even"), _BREAK_EVEN),
        instead=_instead(rows_of(folder, "alternatives")),
    )


_RULES = {rule: id_and_name(rule) for rule in BY_ID}
_REFUSALS = {"suite_id": "Suite", "rule": "Rule", "why": "Why", "what_would_change_it":
             "What would change it", "from_day": "From"}  # fmt: skip
_SHORTAGES = {"year": "From", "room_type": "Kind of room", "wanted_hours_per_week": "Wanted, hours a week",
              "held_hours_per_week": "Can be held, hours a week", "sites": "Sites within reach"}  # fmt: skip
_SAVINGS = {"year": "Year", "icb_without_gbp": "ICB without it", "icb_with_gbp": "ICB with it",
            "icb_saved_gbp": "ICB saves", "system_without_gbp": "System without it",
            "system_with_gbp": "System with it", "system_saved_gbp": "System saves"}  # fmt: skip
_BREAK_EVEN = {"assumption": "Assumption", "now": "Now", "least": "Holds from", "most": "Holds up to", "unit": "Unit",
               "tolerance": "To within"}  # fmt: skip
_MOST_MOVES = 30


def _table(title: str, rows: Rows, columns: Mapping[str, str], names: Mapping[str, str] | None = None) -> View | None:
    return shown(title, rows, columns, names) if rows else None


def _most_moved_year(rows: Rows) -> str:
    """The first of the periods in which most contacts move."""
    by_year: dict[str, float] = {}
    for row in rows:
        by_year[row["year"]] = by_year.get(row["year"], 0.0) + float(row["contacts_per_year"])
    return min(by_year, key=lambda year: (-by_year[year], year), default="")


def _moves(rows: Rows, sites: Mapping[str, str]) -> View | None:
    """Who goes where, from site to site, in the period in which most do."""
    year = _most_moved_year(rows)
    sums: dict[tuple[str, str], tuple[float, set[str]]] = {}
    for row in rows:
        if row["year"] == year:
            key = row["from_site"], row["to_site"]
            contacts, areas = sums.get(key, (0.0, set()))
            sums[key] = contacts + float(row["contacts_per_year"]), {*areas, row["area_id"]}
    if not sums:
        return None
    ordered = sorted(sums.items(), key=lambda item: (-item[1][0], item[0]))
    cells = tuple(
        (sites.get(was, "no room"), sites.get(now, "no room"), f"{contacts:,.0f}", str(len(areas)))
        for (was, now), (contacts, areas) in ordered[:_MOST_MOVES]
    )
    left = len(ordered) - len(cells)
    note = f"{left} smaller moves are in moves.csv." if left > 0 else ""
    headings = ("From", "To", "Contacts a year", "Areas")
    return View(f"Who goes where, from {year}", headings, cells, (False, False, True, True), note)


def _further(rows: Rows) -> View | None:
    """Contacts by added minutes and deprivation, in the period in which most move."""
    year = _most_moved_year(rows)
    here = [row for row in rows if row["year"] == year]
    if not here:
        return None
    quintiles = sorted({row["imd_quintile"] for row in here})
    bands = list(dict.fromkeys(row["added_minutes"] for row in here))
    sums: dict[tuple[str, str], float] = {}
    for row in here:
        key = row["added_minutes"], row["imd_quintile"]
        sums[key] = sums.get(key, 0.0) + float(row["contacts_per_year"])
    cells = tuple(
        (band, *(f"{sums.get((band, one), 0.0):,.0f}" for one in quintiles),
         f"{sum(sums.get((band, one), 0.0) for one in quintiles):,.0f}")
        for band in bands
    )  # fmt: skip
    headings = ("How much further, one way", *(_fifth(one) for one in quintiles), "All")
    numeric = (False, *[True] * (len(quintiles) + 1))
    return View(f"Contacts a year that move, from {year}", headings, cells, numeric, "Fifths by deprivation.")


def _fifth(quintile: str) -> str:
    return {"1": "Fifth 1 (most deprived)", "5": "Fifth 5 (least)"}.get(quintile, f"Fifth {quintile}")


def _fuller(rows: Rows, names: Mapping[str, str]) -> View | None:
    """Rooms whose use over the week changes, where most."""
    week = [row for row in rows if row["slot"] == "week" and row["used_share_without"] and row["used_share_with"]]
    changed = [(float(row["used_share_with"]) - float(row["used_share_without"]), row) for row in week]
    changed = [(change, row) for change, row in changed if change > 0]
    if not changed:
        return None
    year = max(changed, key=lambda one: one[0])[1]["year"]
    here = sorted(
        ((change, row) for change, row in changed if row["year"] == year),
        key=lambda one: (-one[0], one[1]["site_id"], one[1]["room_type"]),
    )
    rows_shown = [row for _, row in here[:_MOST_MOVES]]
    cells = tuple(
        (names.get(row["site_id"], row["site_id"]), names.get(row["room_type"], row["room_type"]),
         f"{float(row['used_share_without']):.0%}", f"{float(row['used_share_with']):.0%}")
        for row in rows_shown
    )  # fmt: skip
    headings = ("Site", "Kind of room", "Used without it", "Used with it")
    return View(f"Rooms that get fuller, from {year}", headings, cells, (False, False, True, True))


def _instead(rows: Rows) -> tuple[Instead, ...]:
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        found.setdefault(row["what"], []).append(row)
    return tuple(
        Instead(
            what,
            tuple(row["suite_id"] for row in group),
            dt.date.fromisoformat(max(row["day"] for row in group)),
            _gbp(group),
        )
        for what, group in found.items()
    )


def _gbp(group: Sequence[Mapping[str, str]]) -> float | None:
    text = group[0].get("npv_against_saved_plan_gbp", "")
    return float(text) if text else None
