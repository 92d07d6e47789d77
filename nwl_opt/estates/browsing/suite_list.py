"""The list of suites as one filters it, and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nwl_opt.estates.browsing.suites import DECISIONS, SuiteView


@dataclass(frozen=True)
class SuiteFilter:
    """What to show; an empty text shows all."""

    borough: str = ""
    site: str = ""
    landlord: str = ""
    decision: str = ""
    rule: str = ""

    def holds(self, one: SuiteView) -> bool:
        """Whether a suite is among those asked for."""
        return (
            self.borough in ("", one.site.borough)
            and self.site in ("", one.site.site_id)
            and self.landlord in ("", one.landlord)
            and self.decision in ("", one.decision)
            and (not self.rule or any(reason.rule == self.rule for reason in one.reasons))
        )


@dataclass(frozen=True)
class SuiteChoices:
    """What each filter offers: values with their words."""

    boroughs: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str], ...]
    landlords: tuple[tuple[str, str], ...]
    decisions: tuple[tuple[str, str], ...]
    rules: tuple[tuple[str, str], ...]


def choices_of(suites: Sequence[SuiteView]) -> SuiteChoices:
    """What the filters of a list of suites offer."""
    found = {one.decision for one in suites}
    sites = {one.site.site_id: one.site.name for one in suites}
    rules = {reason.rule: reason.title for one in suites for reason in one.reasons}
    return SuiteChoices(
        boroughs=tuple((name, name) for name in sorted({one.site.borough for one in suites})),
        sites=tuple(sorted(sites.items(), key=lambda item: (item[1], item[0]))),
        landlords=tuple((name, name) for name in sorted({one.landlord for one in suites})),
        decisions=tuple((code, words) for code, words in DECISIONS.items() if code in found),
        rules=tuple(sorted(rules.items())),
    )


def filtered(suites: Sequence[SuiteView], asked: SuiteFilter) -> tuple[SuiteView, ...]:
    """The suites asked for."""
    return tuple(one for one in suites if asked.holds(one))


SUITE_COLUMNS = (
    "suite_id", "site", "suite", "borough", "floor", "landlord", "tenure", "area_m2", "annual_charge_gbp",
    "icb_gbp_first_year", "decision", "date", "converted_to", "may_be_handed_back", "rules", "why",
    "what_would_change_it",
)  # fmt: skip


def suite_rows(suites: Sequence[SuiteView]) -> list[tuple[str, ...]]:
    """The rows of the file, in the order of the columns."""
    return [
        (
            one.suite_id, one.site.name, one.suite.name, one.site.borough, str(one.suite.floor), one.landlord,
            one.tenure, str(one.suite.area_m2), str(one.suite.annual_charge_gbp), str(one.icb_gbp_per_year),
            DECISIONS[one.decision], "" if one.date is None else one.date.isoformat(), one.converted_to,
            one.may_words, " ".join(reason.rule for reason in one.reasons),
            "; ".join(f"{reason.rule}: {reason.why}" for reason in one.reasons) or one.kept_because,
            "; ".join(f"{reason.rule}: {reason.change}" for reason in one.reasons),
        )
        for one in suites
    ]  # fmt: skip
