"""What becomes of suites and GP premises, and which suites may not go."""

from __future__ import annotations

import datetime as dt

from models.estates.cash import CashBook
from models.estates.eligibility import eligibility
from models.estates.entities import Suite
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.estates.rules import RULES
from models.estates.savings import saving_of
from models.estates.words import TENURE_WORDS, gbp_words
from models.shared.problem import OutputTables, View


def hand_backs(instance: EstatesInstance, tables: OutputTables) -> View:
    dates = {str(row["suite_id"]): row["date"] for row in tables["site_plan"]
             if row["extent"] is not None and isinstance(row["date"], dt.date)}  # fmt: skip
    sites = {site.site_id: site for site in instance.sites}
    suites = {suite.suite_id: suite for suite in instance.suites}
    book = CashBook(instance)
    rows = []
    for suite_id, date in sorted(dates.items(), key=lambda item: (str(item[1]), item[0])):
        assert isinstance(date, dt.date), "only days are kept"
        suite = suites[suite_id]
        site = sites[suite.site_id]
        core = dates.get(site.core_suite)
        option = Option(suite_id, date, core if isinstance(core, dt.date) else None)
        saving = saving_of(instance, book, suite, option)
        rows.append(
            (
                date.isoformat(),
                f"{site.name}, {suite.name}",
                option.extent or "",
                TENURE_WORDS.get(site.tenure, site.tenure),
                f"{suite.area_m2:,}",
                f"{saving.one_off_gbp:,}",
                f"{saving.saved_gbp_per_year:,}",
                "never" if saving.payback_months is None else f"{saving.payback_months:.1f}",
            )
        )
    headings = ("date", "suite", "extent", "tenure", "m2", "one-off £", "£ a year less", "payback months")
    numeric = (False, False, False, False, True, True, True, True)
    return View("Hand-backs", headings, tuple(rows), numeric, "" if rows else "nothing is handed back")


def other_changes(instance: EstatesInstance, tables: OutputTables) -> View | None:
    """Open Space, conversions and closed GP premises, by day; None where the plan makes none."""
    rows = sorted({*_uses(instance, tables), *_closures(instance, tables)})
    if not rows:
        return None
    headings = ("date", "where", "what", "ICB £ a year")
    note = "negative: income, or reimbursement that ends"
    return View("Other changes", headings, tuple(rows), (False, False, False, True), note)


def _uses(instance: EstatesInstance, tables: OutputTables) -> list[tuple[str, str, str, str]]:
    suites = {suite.suite_id: suite for suite in instance.suites}
    sites = {site.site_id: site.name for site in instance.sites}
    book, found = CashBook(instance), []
    for row in tables["site_plan"]:
        date, suite = row["date"], suites[str(row["suite_id"])]
        if not isinstance(date, dt.date) or row["extent"]:
            continue
        where = f"{sites[suite.site_id]}, {suite.name}"
        if row["status"] == "open_space":
            found.append((date.isoformat(), where, "offered on Open Space", f"{_income_gbp(book, suite, date):,}"))
        elif row["converted_to"]:
            found.append((date.isoformat(), where, f"works begin for {row['converted_to']} rooms", "0"))
    return found


def _income_gbp(book: CashBook, suite: Suite, date: dt.date) -> int:
    """What a full year on Open Space brings, negative: the largest of the years it is offered in."""
    return min((line.gbp for line in book.open_space_lines(suite, date)), default=0)


def _closures(instance: EstatesInstance, tables: OutputTables) -> list[tuple[str, str, str, str]]:
    premises = {one.practice_id: one for one in instance.premises}
    found = []
    for row in tables["premises_plan"]:
        date, one = row["date"], premises[str(row["practice_id"])]
        if isinstance(date, dt.date):
            what = f"GP premises close; {one.list_size:,} people go elsewhere"
            found.append((date.isoformat(), one.name, what, f"{-one.reimbursement_gbp:,}"))
    return found


def refused(instance: EstatesInstance) -> View:
    """Suites that may not be handed back, by the rule that refuses them."""
    may = eligibility(instance)
    suites = {suite.suite_id: suite for suite in instance.suites}
    rows = []
    for rule in RULES:
        refused = [
            suites[item.suite_id] for item in may.values() if not item.may_go and rule.id in item.refusing_rules
        ]
        if refused:
            charge = sum(suite.annual_charge_gbp for suite in refused)
            area = sum(suite.area_m2 for suite in refused)
            rows.append((rule.id, rule.sentence, f"{len(refused)}", f"{area:,}", gbp_words(charge)))
    count = sum(not item.may_go for item in may.values())
    note = f"{count} of {len(may)} suites; one suite can stand in several rows"
    headings = ("rule", "because", "suites", "m2", "charges a year")
    return View("Suites that may not be handed back", headings, tuple(rows), (False, False, True, True, True), note)
