"""Cash by month, shown by financial year, in exact whole pounds; and its net present cost.

Amounts are worked out outside the model, suite by suite, for a hand-back day and the day the whole building goes.
Shares are taken as the decimals they are written with, so that every amount is a rational number until it is rounded
half up to pounds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from models.estates.entities import Occupation, Premises, Site, Suite, VacatingRule
from models.estates.instance import EstatesInstance
from models.shared.calendar import add_months, financial_year_of, first_calendar_year

ICB, SYSTEM = "icb", "system"
LEDGERS: Mapping[str, tuple[str, ...]] = {
    ICB: ("charges_occupied", "charges_void", "charges_continuing", "vacating_payment", "moves", "works",
          "open_space_income", "gp_reimbursement", "service_costs"),
    SYSTEM: ("rent_outside_nhs", "running_costs", "works_by_others"),
}  # fmt: skip
"""Whose cash, and what is paid."""
CHARGES = ("charges_occupied", "charges_void", "charges_continuing")
"""What the ICB pays for a suite from year to year."""
PAID_ONCE = ("vacating_payment", "moves", "works")
"""What is paid once, on the day of a change."""
OPEN_SPACE = "open_space_income"
"""The only item that is money received."""
_MONTHS = 12


@dataclass(frozen=True)
class CashLine:
    """Whole pounds of one item and financial year, of one suite, practice or project (all services: `-`)."""

    owner: str
    year: str
    item: str
    ledger: str
    gbp: int


def extent_of(date: dt.date | None, core_date: dt.date | None) -> str | None:
    """Whether a hand-back is of the whole building (the day the core suite goes) or of a part."""
    if date is None:
        return None
    return "whole" if date == core_date else "part"


def discount_factor(instance: EstatesInstance, year: str) -> float:
    years = first_calendar_year(year) - first_calendar_year(instance.settings.npv_base_year)
    return float((1 + instance.settings.discount_rate_share) ** -years)


class CashBook:
    """The cash of every suite of an instance; asked with a hand-back day and the day of the core suite."""

    def __init__(self, instance: EstatesInstance) -> None:
        self._instance = instance
        self._start = instance.periods[0].first_day
        years = instance.financial_years
        self._months = tuple(add_months(self._start, i) for i in range(_MONTHS * len(years)))
        self._years = years
        self._sites = {site.site_id: site for site in instance.sites}
        self._kinds = {kind.room_type: kind for kind in instance.room_types}
        self._occupied = {s.suite_id: tuple(accumulate(self._occupied_m2(s), initial=0)) for s in instance.suites}
        self._void = {s.suite_id: tuple(accumulate(self._void_m2(s), initial=0)) for s in instance.suites}

    def lines(self, suite: Suite, date: dt.date | None, core_date: dt.date | None) -> tuple[CashLine, ...]:
        """All cash of a suite handed back on `date` (None: kept), in a building whose core goes on `core_date`."""
        return (*self.icb_lines(suite, date, core_date), *self._system_lines(suite, date, core_date))

    def icb_lines(self, suite: Suite, date: dt.date | None, core_date: dt.date | None) -> tuple[CashLine, ...]:
        """The ICB's cash of a suite."""
        return tuple(line for line in self._icb_lines(suite, date, core_date) if line.gbp)

    @property
    def months(self) -> tuple[dt.date, ...]:
        """The first day of every month of the plan."""
        return self._months

    def charges_by_month(self, suite: Suite, date: dt.date | None, core_date: dt.date | None) -> tuple[Fraction, ...]:
        """What the ICB is charged for a suite in each month, not rounded; after a hand-back the part that stays."""
        area = self._icb_area(suite)
        monthly = Fraction(suite.annual_charge_gbp, _MONTHS * suite.area_m2)
        gone = self._gone(date)
        until = gone if date is None else self._continuing_end(suite, date, core_date)
        stays = Fraction(0) if date is None else self._unavoidable_share(date, core_date)
        shares = (
            Fraction(1) if at < gone else stays if at < until else Fraction(0) for at in range(len(self._months))
        )
        return tuple(monthly * (area[at + 1] - area[at]) * share for at, share in enumerate(shares))

    def vacating_payment_gbp(self, suite: Suite, date: dt.date, core_date: dt.date | None) -> int:
        """The one-off payment of a hand-back, by the dated rules."""
        rule = self._vacating_rule(suite, date, extent_of(date, core_date) or "part")
        share = Fraction(str(rule.share_of_annual_charge))
        if rule.pro_rata_to_lease_end:
            share *= Fraction(min(_MONTHS, months_left(suite, date)), _MONTHS)
        return round_half_up(share * suite.annual_charge_gbp)

    def icb_annual_charge_gbp(self, suite: Suite, day: dt.date) -> int:
        """What the ICB pays for a suite in a year at the state of occupation of one day's month."""
        at = max(self._index(day + dt.timedelta(days=1)) - 1, 0)
        area = self._icb_area(suite)
        return round_half_up(Fraction(suite.annual_charge_gbp * (area[at + 1] - area[at]), suite.area_m2))

    def moves_gbp(self, suite: Suite, day: dt.date) -> int:
        """What it costs to move the ICB's own services out of a suite on a day."""
        occupations = self._instance.occupations_of(suite.suite_id)
        there = [o for o in occupations if o.payer == "icb" and (o.end_date is None or o.end_date > day)]
        return self._instance.settings.moves_gbp_per_m2 * sum(o.area_m2 for o in there)

    def open_space_lines(self, suite: Suite, date: dt.date) -> tuple[CashLine, ...]:
        """Income of a suite offered on Open Space from a day, and the moves out of it; its charges go on."""
        settings = self._instance.settings
        fees = sum(
            count * Fraction(str(self._kinds[kind].open_space_gbp_per_session)) for kind, count in suite.rooms.items()
        )
        sessions = len(self._instance.slots) * Fraction(str(settings.weeks_per_year)) / _MONTHS
        taken = Fraction(str(settings.open_space_take_up_share)) * Fraction(str(settings.open_space_icb_share))
        monthly = fees * sessions * taken
        months = tuple(range(len(self._months) + 1))
        lines = [CashLine(suite.suite_id, financial_year_of(date), "moves", ICB, self.moves_gbp(suite, date))]
        for year, count in self._by_year(months, self._index(date), len(self._months)):
            lines.append(CashLine(suite.suite_id, year, OPEN_SPACE, ICB, -round_half_up(monthly * count)))
        return tuple(line for line in lines if line.gbp)

    def premises_lines(self, premises: Premises, date: dt.date | None) -> tuple[CashLine, ...]:
        """Reimbursement of premises that may close, until the day they do, and what closing them costs."""
        if not premises.may_close:
            return ()
        months = tuple(range(len(self._months) + 1))
        lines = [
            CashLine(premises.practice_id, year, "gp_reimbursement", ICB,
                     round_half_up(Fraction(premises.reimbursement_gbp * count, _MONTHS)))
            for year, count in self._by_year(months, 0, self._gone(date))
        ]  # fmt: skip
        if date is not None:
            year = financial_year_of(date)
            lines.append(CashLine(premises.practice_id, year, "moves", ICB, premises.closing_cost_gbp))
        return tuple(line for line in lines if line.gbp)

    def _icb_lines(self, suite: Suite, date: dt.date | None, core_date: dt.date | None) -> Iterator[CashLine]:
        gone = self._gone(date)
        yearly = Fraction(suite.annual_charge_gbp, _MONTHS * suite.area_m2)
        for item, area in (("charges_occupied", self._occupied), ("charges_void", self._void)):
            for year, m2 in self._by_year(area[suite.suite_id], 0, gone):
                yield CashLine(suite.suite_id, year, item, ICB, round_half_up(yearly * m2))
        if date is None:
            return
        stays = self._unavoidable_share(date, core_date)
        for year, m2 in self._by_year(self._icb_area(suite), gone, self._continuing_end(suite, date, core_date)):
            yield CashLine(suite.suite_id, year, "charges_continuing", ICB, round_half_up(yearly * stays * m2))
        payment = self.vacating_payment_gbp(suite, date, core_date)
        yield CashLine(suite.suite_id, financial_year_of(date), "vacating_payment", ICB, payment)
        yield CashLine(suite.suite_id, financial_year_of(date), "moves", ICB, self.moves_gbp(suite, date))

    def _system_lines(self, suite: Suite, date: dt.date | None, core_date: dt.date | None) -> Iterator[CashLine]:
        gone = self._gone(date)
        months = tuple(range(len(self._months) + 1))
        running = Fraction(suite.running_costs_gbp, _MONTHS)
        stays = Fraction(0) if date is None else self._unavoidable_share(date, core_date)
        kept = dict(self._by_year(months, 0, gone))
        end = gone if date is None else self._continuing_end(suite, date, core_date)
        after = dict(self._by_year(months, gone, end))
        for year in self._years:
            gbp = round_half_up(running * (kept.get(year, 0) + stays * after.get(year, 0)))
            yield CashLine(suite.suite_id, year, "running_costs", SYSTEM, gbp)
        if self._sites[suite.site_id].tenure != "nhsps_freehold":
            for year, count in self._by_year(months, 0, self._rent_end(suite, date)):
                gbp = round_half_up(Fraction(suite.rent_gbp * count, _MONTHS))
                yield CashLine(suite.suite_id, year, "rent_outside_nhs", SYSTEM, gbp)

    def _unavoidable_share(self, date: dt.date, core_date: dt.date | None) -> Fraction:
        settings = self._instance.settings
        whole = extent_of(date, core_date) == "whole"
        return 1 - Fraction(str(settings.avoidable_share_whole if whole else settings.avoidable_share_part))

    def _continuing_end(self, suite: Suite, date: dt.date, core_date: dt.date | None) -> int:
        ends = [len(self._months)]
        if core_date is not None and core_date > date:
            ends.append(self._index(core_date))
        if suite.lease_end is not None and date <= suite.lease_end:
            ends.append(self._index(suite.lease_end))
        return min(ends)

    def _rent_end(self, suite: Suite, date: dt.date | None) -> int:
        gone = self._gone(date)
        if date is None or suite.lease_end is None or date > suite.lease_end or date == suite.lease_break:
            return gone
        return max(gone, self._index(suite.lease_end))

    def _gone(self, date: dt.date | None) -> int:
        return len(self._months) if date is None else self._index(date)

    def _index(self, day: dt.date) -> int:
        """How many months of the plan begin before a day."""
        whole = (day.year - self._start.year) * _MONTHS + day.month - self._start.month
        return min(max(whole + (day.day > 1), 0), len(self._months))

    def _by_year(self, running_total: tuple[int, ...], first: int, end: int) -> Iterator[tuple[str, int]]:
        """Sums over the months from `first` to before `end`, by financial year."""
        for at, year in enumerate(self._years):
            low, high = max(first, at * _MONTHS), min(end, (at + 1) * _MONTHS)
            if low < high:
                yield year, running_total[high] - running_total[low]

    def _icb_area(self, suite: Suite) -> tuple[int, ...]:
        """Running total over the months of the area the ICB pays for."""
        pairs = zip(self._occupied[suite.suite_id], self._void[suite.suite_id], strict=True)
        return tuple(occupied + void for occupied, void in pairs)

    def _occupied_m2(self, suite: Suite) -> Iterator[int]:
        """Area of the ICB's own occupations, month by month."""
        for there in self._there(suite):
            yield sum(o.area_m2 for o in there if o.payer == "icb")

    def _void_m2(self, suite: Suite) -> Iterator[int]:
        """Void area that the ICB pays for, month by month."""
        for there in self._there(suite):
            yield suite.area_m2 - sum(o.area_m2 for o in there) if suite.void_payer == "icb" else 0

    def _there(self, suite: Suite) -> Iterator[list[Occupation]]:
        occupations = self._instance.occupations_of(suite.suite_id)
        for month in self._months:
            yield [o for o in occupations if o.end_date is None or o.end_date > month]

    def _vacating_rule(self, suite: Suite, date: dt.date, extent: str) -> VacatingRule:
        tenure = "nhsps_freehold" if self._tenure(suite) == "nhsps_freehold" else "nhsps_leasehold"
        rules = [r for r in self._instance.vacating_rules if (r.tenure, r.extent) == (tenure, extent)]
        return max((r for r in rules if r.valid_from <= date), key=lambda rule: rule.valid_from)

    def _tenure(self, suite: Suite) -> str:
        site: Site = self._sites[suite.site_id]
        return site.tenure


def months_left(suite: Suite, date: dt.date) -> int:
    """Months of the head lease left at a hand-back; 12 where there is none or it is taken as renewed."""
    if date in (suite.lease_break, suite.lease_end):
        return 0
    if suite.lease_end is None or date > suite.lease_end:
        return _MONTHS
    first = dt.date(date.year, date.month, 1) if date.day == 1 else add_months(date.replace(day=1), 1)
    months = (suite.lease_end.year - first.year) * _MONTHS + suite.lease_end.month - first.month
    return max(months + (suite.lease_end.day > 1), 0)


def round_half_up(amount: Fraction) -> int:
    """Whole pounds, halves upwards."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)
