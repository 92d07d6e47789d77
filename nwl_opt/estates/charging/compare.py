"""The differences between a schedule, the register and last year's schedule, line by line and by site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.estates.instance import EstatesInstance
from models.shared.cells import Cell
from nwl_opt.estates.charging.lines import ICB, PENCE, ChargeLine, Key, paid_areas_m2, register_lines
from nwl_opt.estates.charging.tables import ITEMS

Lines = Mapping[Key, ChargeLine]
_NOTHING = (0,) * len(ITEMS)


@dataclass(frozen=True)
class Difference:
    """One line of the schedule, the register or last year's schedule; None where it does not stand."""

    key: Key
    charged: ChargeLine | None
    registered: ChargeLine | None
    last_year: ChargeLine | None
    unfounded_m2: float

    @property
    def found(self) -> str:
        if self.charged is None:
            return "last_year_only" if self.registered is None else "register_only"
        return "schedule_only" if self.registered is None else "both"

    @property
    def charged_pence(self) -> int:
        return 0 if self.charged is None else self.charged.pence

    @property
    def registered_pence(self) -> int:
        return 0 if self.registered is None else self.registered.pence

    @property
    def pence(self) -> int:
        return self.charged_pence - self.registered_pence

    @property
    def change_pence(self) -> int | None:
        """What is charged more than last year."""
        return None if self.last_year is None else self.charged_pence - self.last_year.pence

    @property
    def unfounded_pence(self) -> int:
        """What is charged for space that is neither void nor the ICB's, at the line's own rate."""
        if self.charged is None or not self.unfounded_m2:
            return 0
        return round(self.charged.pence * self.unfounded_m2 / self.charged.area_m2)

    @cached_property
    def item_pence(self) -> Mapping[str, tuple[int, int]]:
        """Charged and registered pence of each item."""
        charged = _NOTHING if self.charged is None else self.charged.item_pence
        registered = _NOTHING if self.registered is None else self.registered.item_pence
        return dict(zip(ITEMS, zip(charged, registered, strict=True), strict=True))


@dataclass(frozen=True)
class Comparison:
    """All differences; `last_year` None where no schedule of last year was given, `left_out` sites in neither."""

    instance: EstatesInstance
    day: dt.date
    differences: tuple[Difference, ...]
    last_year: Lines | None
    left_out: tuple[str, ...]

    @property
    def charged_pence(self) -> int:
        return sum(one.charged_pence for one in self.differences)

    @property
    def registered_pence(self) -> int:
        return sum(one.registered_pence for one in self.differences)


def compare(instance: EstatesInstance, day: dt.date, charged: Lines, last_year: Lines | None) -> Comparison:
    """Hold a schedule against the register of a day, and against last year's.

    Sites that neither schedule names belong to another landlord's and are left out.
    """
    before = last_year or {}
    named = {key[0] for key in (*charged, *before)}
    registered = {key: line for key, line in register_lines(instance, day).items() if key[0] in named}
    return Comparison(
        instance,
        day,
        tuple(
            Difference(key, charged.get(key), registered.get(key), before.get(key),
                       _unfounded_m2(instance, day, charged.get(key)))
            for key in sorted({*charged, *registered, *before})
        ),
        last_year,
        tuple(sorted(site.site_id for site in instance.sites if site.site_id not in named)),
    )  # fmt: skip


def _unfounded_m2(instance: EstatesInstance, day: dt.date, line: ChargeLine | None) -> float:
    """Area charged to the ICB beyond its occupations and the void of the suite, whoever pays for the void."""
    if line is None or line.payer != ICB:
        return 0.0
    suite = next((one for one in instance.suites if (one.site_id, one.suite_id) == line.key[:2]), None)
    if suite is None:
        return line.area_m2
    areas = paid_areas_m2(instance, suite, day)
    own = areas.get(ICB, 0)
    if suite.void_payer != ICB:
        own += areas.get(suite.void_payer, 0) - _occupied_m2(instance, suite.suite_id, suite.void_payer, day)
    return max(0.0, line.area_m2 - own)


def _occupied_m2(instance: EstatesInstance, suite_id: str, payer: str, day: dt.date) -> int:
    return sum(
        one.area_m2
        for one in instance.occupations_of(suite_id)
        if one.payer == payer and (one.end_date is None or one.end_date > day)
    )


def line_rows(comparison: Comparison) -> list[dict[str, Cell]]:
    """The rows of `charges_reconciliation`."""
    return [_line_row(one) for one in comparison.differences]


def _line_row(one: Difference) -> dict[str, Cell]:
    site, suite, payer = one.key
    row: dict[str, Cell] = {"site_id": site, "suite_id": suite, "payer": payer, "found": one.found}
    for item, (charged, registered) in one.item_pence.items():
        row[f"{item}_charged_gbp"], row[f"{item}_registered_gbp"] = charged / PENCE, registered / PENCE
    last_year = None if one.last_year is None else one.last_year.pence
    return row | {
        "charged_gbp": one.charged_pence / PENCE,
        "registered_gbp": one.registered_pence / PENCE,
        "difference_gbp": one.pence / PENCE,
        "difference_share": share_of(one.pence, one.registered_pence),
        "last_year_gbp": None if last_year is None else last_year / PENCE,
        "change_on_last_year_gbp": None if one.change_pence is None else one.change_pence / PENCE,
        "change_on_last_year_share": None if one.change_pence is None else share_of(one.change_pence, last_year or 0),
        "charged_m2": 0.0 if one.charged is None else one.charged.area_m2,
        "registered_m2": 0.0 if one.registered is None else one.registered.area_m2,
        "unfounded_m2": one.unfounded_m2,
        "unfounded_gbp": one.unfounded_pence / PENCE,
    }


def share_of(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def site_rows(comparison: Comparison) -> list[dict[str, Cell]]:
    """The rows of `charges_by_site`."""
    by_site: dict[str, list[Difference]] = {}
    for one in comparison.differences:
        by_site.setdefault(one.key[0], []).append(one)
    before = comparison.last_year
    return [
        {
            "site_id": site,
            "charged_gbp": sum(one.charged_pence for one in ones) / PENCE,
            "registered_gbp": sum(one.registered_pence for one in ones) / PENCE,
            "difference_gbp": sum(one.pence for one in ones) / PENCE,
            **{f"{name}_gbp": _part(ones, found) for name, found in _PARTS},
            "last_year_gbp": None if before is None else _of_site(before.values(), site) / PENCE,
        }
        for site, ones in sorted(by_site.items())
    ]


_PARTS = (("lines_differ", "both"), ("schedule_only", "schedule_only"), ("register_only", "register_only"))


def _part(differences: Sequence[Difference], found: str) -> float:
    return sum(one.pence for one in differences if one.found == found) / PENCE


def _of_site(lines: Iterable[ChargeLine], site_id: str) -> int:
    return sum(line.pence for line in lines if line.site_id == site_id)
