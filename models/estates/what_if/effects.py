"""What an order does: cash by year, who goes elsewhere, how full the rooms are, how much further people travel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.estates.cash import ICB, SYSTEM
from models.estates.demand import NOWHERE
from models.estates.formulation.network import Network
from models.estates.geography import travel_minutes
from models.estates.plan import Plan
from models.estates.words import ADDED_MINUTES_BANDS, added_minutes_band
from models.shared.cells import Cell

Rows = Sequence[Mapping[str, Cell]]
_MILLI = 1000
_DUST_MILLI = 10
"""A hundredth of a contact a year: less is what rounding leaves."""
WEEK = "week"


@dataclass(frozen=True)
class YearOfCash:
    """What is paid in a financial year, by the ICB and by the whole system."""

    year: str
    icb_without_gbp: int
    icb_with_gbp: int
    system_without_gbp: int
    system_with_gbp: int

    @property
    def icb_saved_gbp(self) -> int:
        return self.icb_without_gbp - self.icb_with_gbp

    @property
    def system_saved_gbp(self) -> int:
        return self.system_without_gbp - self.system_with_gbp


def cash_by_year(without: Rows, after: Rows) -> tuple[YearOfCash, ...]:
    """The two cashflow tables side by side, year by year."""
    sums = [_sums(rows) for rows in (without, after)]
    years = sorted({str(row["year"]) for row in without})
    return tuple(
        YearOfCash(
            year,
            *(one[year, ledger] for ledger in (ICB, SYSTEM) for one in sums),
        )
        for year in years
    )


def _sums(rows: Rows) -> Mapping[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        gbp = row["gbp"]
        assert isinstance(gbp, int), "cash is in whole pounds"
        found[str(row["year"]), str(row["ledger"])] += gbp
    return found


@dataclass(frozen=True)
class Move:
    """Contacts a year of one service and area that take place elsewhere; `-` stands for no place."""

    period: int
    service: str
    area_id: str
    from_site: str
    to_site: str
    contacts: float


def moves(without: Plan, after: Plan) -> tuple[Move, ...]:
    """Who goes from where to where: what each site loses is spread over those that gain, in proportion."""
    before, then = _by_cell(without), _by_cell(after)
    found: list[Move] = []
    for cell in sorted(before.keys() | then.keys()):
        change = {
            site: then.get(cell, {}).get(site, 0) - before.get(cell, {}).get(site, 0)
            for site in sorted(before.get(cell, {}).keys() | then.get(cell, {}).keys())
        }
        gains = {site: milli for site, milli in change.items() if milli > _DUST_MILLI}
        gained = sum(gains.values())
        for loser, milli in change.items():
            if milli < -_DUST_MILLI and gained:
                found.extend(
                    Move(*cell, loser, winner, -milli * gain / gained / _MILLI) for winner, gain in gains.items()
                )
    return tuple(found)


def _by_cell(plan: Plan) -> Mapping[tuple[int, str, str], dict[str, int]]:
    found: dict[tuple[int, str, str], dict[str, int]] = {}
    for item in plan.contacts:
        cell = found.setdefault((item.period, item.service, item.area_id), {})
        cell[item.site_id] = cell.get(item.site_id, 0) + item.milli_contacts
    return found


@dataclass(frozen=True)
class Band:
    """Contacts a year that take place elsewhere, by how much further they are, and by deprivation quintile."""

    period: int
    band: str
    imd_quintile: int
    contacts: float


def added_minutes(network: Network, moved: Sequence[Move]) -> tuple[Band, ...]:
    """Face-to-face contacts that move between two places, by band of added minutes and quintile."""
    minutes = travel_minutes(network.instance)
    quintile = {area.area_id: area.imd_quintile for area in network.instance.areas}
    found: dict[tuple[int, int, int], float] = defaultdict(float)
    for move in moved:
        if NOWHERE in (move.area_id, move.from_site, move.to_site):
            continue
        more = minutes[move.area_id, move.to_site] - minutes[move.area_id, move.from_site]
        found[move.period, added_minutes_band(more), quintile[move.area_id]] += move.contacts
    return tuple(
        Band(t, ADDED_MINUTES_BANDS[band][0], fifth, contacts) for (t, band, fifth), contacts in sorted(found.items())
    )


@dataclass(frozen=True)
class Fullness:
    """How full the rooms of one kind at a site are in one session, without and with the order."""

    site_id: str
    room_type: str
    year: str
    slot: str
    rooms_without: int
    rooms_with: int
    used_without_share: float | None
    used_with_share: float | None


def fullness(without: Rows, after: Rows) -> tuple[Fullness, ...]:
    """The two tables of room utilisation side by side, for the sites and kinds of room that change."""
    before, then = _by_session(without), _by_session(after)
    changed = {key[:3] for key in before.keys() | then.keys() if _differs(before.get(key), then.get(key))}
    return tuple(_side_by_side(before, then, sorted(key for key in before if key[:3] in changed)))


def _by_session(rows: Rows) -> Mapping[tuple[str, str, str, str], tuple[int, float | None]]:
    found: dict[tuple[str, str, str, str], tuple[int, float | None]] = {}
    for row in rows:
        rooms, share = row["rooms"], row["utilisation_share"]
        assert isinstance(rooms, int), "rooms are counted"
        key = (str(row["site_id"]), str(row["room_type"]), str(row["year"]), str(row["slot"]))
        found[key] = (rooms, float(share) if isinstance(share, (int, float)) else None)
    return found


def _differs(one: tuple[int, float | None] | None, other: tuple[int, float | None] | None) -> bool:
    if one is None or other is None or one[0] != other[0]:
        return True
    return abs((one[1] or 0.0) - (other[1] or 0.0)) > 1e-4


def _side_by_side(
    before: Mapping[tuple[str, str, str, str], tuple[int, float | None]],
    then: Mapping[tuple[str, str, str, str], tuple[int, float | None]],
    keys: Sequence[tuple[str, str, str, str]],
) -> Iterator[Fullness]:
    for key in keys:
        rooms, share = before[key]
        rooms_with, share_with = then.get(key, (0, None))
        yield Fullness(*key, rooms, rooms_with, share, share_with)
