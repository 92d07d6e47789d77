"""What an instance is made of: places, lines, providers, years, and what is said about each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from models.reallocation.need import LineNeed
from models.reallocation.settings import LineRole


class CellKey(NamedTuple):
    """The smallest thing that is allocated to."""

    place: str
    line: str
    provider: str


class PlaceLine(NamedTuple):
    """A place's budget for a line, over all its providers: what need and pace are measured on."""

    place: str
    line: str


@dataclass(frozen=True)
class Place:
    place: str
    name: str
    has_own_need: bool


@dataclass(frozen=True)
class Line:
    line: str
    name: str
    parent: str | None
    role: LineRole
    need: LineNeed
    releasable_share: Fraction = Fraction(1)
    double_running_share: Fraction = Fraction(0)
    stranded_share: Fraction = Fraction(0)

    @property
    def transition_share(self) -> Fraction:
        """Pounds of double running and stranded cost for every pound of service withdrawn."""
        return self.double_running_share + self.stranded_share


@dataclass(frozen=True)
class Provider:
    """`None` for a band stands for the setting `turnover_band_share`."""

    provider: str
    name: str
    income_gbp: int
    max_fall_share: Fraction | None
    max_rise_share: Fraction | None


@dataclass(frozen=True)
class PlanYear:
    """`base_growth_share` is before convergence, as the Mental Health Investment Standard counts it.

    A fund or delivered efficiency of `None` is as the settings say; a recruitment cap of `None` is none.
    """

    year: str
    base_growth_share: Fraction
    convergence_share: Fraction
    transition_fund_gbp: int | None = None
    delivered_efficiency_share: Fraction | None = None
    mh_recruitment_cap_wte: int | None = None

    @property
    def growth_share(self) -> Fraction:
        """Growth of the money, after convergence."""
        return self.base_growth_share - self.convergence_share


@dataclass(frozen=True)
class PaceRow:
    """`place` None: every place; a limit None: as the setting."""

    line: str
    place: str | None
    floor_growth_share: Fraction | None
    cap_growth_share: Fraction | None


@dataclass(frozen=True)
class ChcForecast:
    year: str
    place: str | None
    volume_growth_share: Fraction
    price_growth_share: Fraction
    value_for_money_share: Fraction


@dataclass(frozen=True)
class LedgerLine:
    """One line of the ledger and where it is mapped; `cell` is None when it is out of scope.

    Running costs are out of scope too, and held to their own cut.
    """

    ledger_line: str
    description: str
    gbp: int
    non_recurrent_gbp: int
    cell: CellKey | None
    is_running_cost: bool = False


@dataclass(frozen=True)
class PaceBand:
    """Pace at one distance from need at the opening; `line` None: every line. A limit None is as the setting."""

    line: str | None
    distance_share: Fraction
    floor_growth_share: Fraction | None
    cap_growth_share: Fraction | None


@dataclass(frozen=True)
class RingFence:
    """Money with a purpose of its own: the cells that count to it, and the least of each plan year named."""

    fence: str
    name: str
    cells: tuple[CellKey, ...]
    minimum_gbp: Mapping[str, int]


@dataclass(frozen=True)
class Spillover:
    """A pound on `from_line` above its volume-neutral path relieves `to_line` of `theta_share` pounds of need."""

    from_line: str
    to_line: str
    theta_share: Fraction
    lag_years: int


@dataclass(frozen=True)
class AssumptionRange:
    """How far one assumption may be off; `line` None where it is not about a line."""

    parameter: str
    line: str | None
    low: Fraction
    high: Fraction
