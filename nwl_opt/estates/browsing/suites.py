"""Every suite of a plan: whose it is, what becomes of it and when, whether it may go, and why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.estates.eligibility import Eligibility, eligibility
from models.estates.entities import Occupation, Site, Suite
from models.estates.instance import EstatesInstance
from models.estates.words import TENURE_WORDS, day_words
from models.shared.parsing import Row
from models.shared.problem import Explanation
from nwl_opt.estates.browsing.reasons import Reason, reasons_of
from nwl_opt.estates.browsing.wording import LANDLORDS
from nwl_opt.estates.reporting.saved import EstateTables

DECISIONS: Mapping[str, str] = {
    "whole": "handed back with the whole building",
    "part": "handed back as a part",
    "open_space": "offered on Open Space",
    "converted": "rooms are converted",
    "kept": "could go; this plan keeps it",
    "refused": "may not be handed back",
}
"""What becomes of a suite by the end of the plan; a suite on Open Space or in works stays the ICB's."""


@dataclass(frozen=True)
class SuiteYear:
    """A suite in one period, by the period's first year."""

    year: str
    status: str
    icb_charge_gbp: int
    one_off_gbp: int


@dataclass(frozen=True)
class SuiteView:
    """A suite with all that is said of it.

    `icb_gbp_per_year` is what the ICB would pay for it in the plan's first year with everything kept. `date` is the
    day of what becomes of it; None where it stays as it is.
    """

    suite: Suite
    site: Site
    decision: str
    date: dt.date | None
    converted_to: str
    may: Eligibility
    reasons: tuple[Reason, ...]
    years: tuple[SuiteYear, ...]
    sentences: tuple[Explanation, ...]
    occupations: tuple[Occupation, ...]
    icb_gbp_per_year: int

    @property
    def suite_id(self) -> str:
        return self.suite.suite_id

    @property
    def landlord(self) -> str:
        return LANDLORDS.get(self.site.tenure, self.site.tenure)

    @property
    def tenure(self) -> str:
        return TENURE_WORDS.get(self.site.tenure, self.site.tenure)

    @property
    def decision_words(self) -> str:
        """What becomes of it, with its day."""
        words = DECISIONS[self.decision]
        if self.decision == "converted" and self.converted_to:
            words = f"rooms are converted to {self.converted_to.replace('_', ' ')}"
        return words if self.date is None else f"{words}, {day_words(self.date)}"

    @property
    def may_words(self) -> str:
        """Whether it may be handed back at all."""
        if self.may.may_go_as_part:
            return "may go on its own"
        return "may go with the whole building" if self.may.may_go else "may not go"

    @property
    def kept_because(self) -> str:
        """Why a suite that may go is kept, as the run says it; empty where it says nothing."""
        if self.decision != "kept":
            return ""
        told = next((one.sentence for one in self.sentences if one.id == "estates.kept"), "")
        _, found, clause = told.partition(": kept; ")
        return f"{clause[:1].upper()}{clause[1:]}" if found else told


def suite_views(estate: EstateTables, sentences: Sequence[Explanation]) -> tuple[SuiteView, ...]:
    """Every suite, by site and from the ground floor up."""
    may = eligibility(estate.instance)
    why = reasons_of(estate.instance, may)
    rows = _rows(estate)
    told = _told(estate.instance, sentences)
    paid = _first_charges_gbp(estate)
    sites = {site.site_id: site for site in estate.instance.sites}
    return tuple(
        _one(estate.instance, suite, sites[suite.site_id], may[suite.suite_id], why[suite.suite_id],
             rows.get(suite.suite_id, ()), told.get(suite.suite_id, ()), paid.get(suite.suite_id, 0))
        for suite in sorted(
            estate.instance.suites, key=lambda one: (sites[one.site_id].name, one.site_id, one.floor, one.suite_id)
        )
    )  # fmt: skip


def _rows(estate: EstateTables) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for row in estate.tables["site_plan"]:
        found.setdefault(row.text("suite_id"), []).append(row)
    return {suite: tuple(sorted(rows, key=lambda row: row.text("year"))) for suite, rows in found.items()}


def _first_charges_gbp(estate: EstateTables) -> dict[str, int]:
    """What the ICB pays by suite in the first year with everything kept; with the plan where that was not saved."""
    first = estate.instance.periods[0].first_year
    tables = estate.tables if estate.today is None else estate.today
    return {
        row.text("suite_id"): row.integer("icb_charge_gbp")
        for row in tables["site_plan"]
        if row.text("year") == first
    }


def _told(instance: EstatesInstance, sentences: Sequence[Explanation]) -> dict[str, tuple[Explanation, ...]]:
    """The sentences of the run by the suite they speak of: `where` ends with its id."""
    known = {suite.suite_id for suite in instance.suites}
    found: dict[str, list[Explanation]] = {}
    for one in sentences:
        suite = one.where.rpartition(", ")[2]
        if suite in known:
            found.setdefault(suite, []).append(one)
    return {suite: tuple(said) for suite, said in found.items()}


def _one(
    instance: EstatesInstance,
    suite: Suite,
    site: Site,
    may: Eligibility,
    reasons: tuple[Reason, ...],
    rows: Sequence[Row],
    told: tuple[Explanation, ...],
    icb_gbp_per_year: int,
) -> SuiteView:
    last = rows[-1] if rows else None
    return SuiteView(
        suite=suite,
        site=site,
        decision=_decision(last, may),
        date=None if last is None else last.maybe_date("date"),
        converted_to="" if last is None else last.maybe_text("converted_to") or "",
        may=may,
        reasons=reasons,
        years=tuple(
            SuiteYear(row.text("year"), row.text("status"), row.integer("icb_charge_gbp"), row.integer("one_off_gbp"))
            for row in rows
        ),
        sentences=told,
        occupations=instance.occupations_of(suite.suite_id),
        icb_gbp_per_year=icb_gbp_per_year,
    )


def _decision(row: Row | None, may: Eligibility) -> str:
    """From the last period's row: what has become of the suite by then."""
    if row is not None and row.maybe_date("date") is not None:
        extent = row.maybe_text("extent")
        return extent or ("open_space" if row.text("status") == "open_space" else "converted")
    return "kept" if may.may_go else "refused"
