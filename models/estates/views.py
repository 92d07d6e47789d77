"""The short tables an estates lead reads first, built from the written tables."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from models.estates.cash import CashBook
from models.estates.eligibility import eligibility
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.estates.rules import RULES
from models.estates.savings import saving_of
from models.estates.words import gbp_words, percent_words
from models.shared.cells import Cell
from models.shared.problem import OutputTables, View

_WEEK = "week"
_NOWHERE = "-"
Row = Mapping[str, Cell]


def views(instance: EstatesInstance, tables: OutputTables) -> Sequence[View]:
    """Hand-backs, fullness by kind of room and by site, cash, travel by deprivation, refusals."""
    return [
        _hand_backs(instance, tables),
        _by_room_type(instance, tables),
        _by_site(instance, tables),
        _cash(tables),
        _travel(instance, tables),
        _refused(instance),
    ]


def _number(row: Row, name: str) -> float:
    value = row[name]
    return float(value) if isinstance(value, (int, float)) else 0.0


def _hand_backs(instance: EstatesInstance, tables: OutputTables) -> View:
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
                site.tenure,
                f"{suite.area_m2:,}",
                f"{saving.one_off_gbp:,}",
                f"{saving.saved_gbp_per_year:,}",
                "never" if saving.payback_months is None else f"{saving.payback_months:.1f}",
            )
        )
    headings = ("date", "suite", "extent", "tenure", "m2", "one-off £", "£ a year less", "payback months")
    numeric = (False, False, False, False, True, True, True, True)
    return View("Hand-backs", headings, tuple(rows), numeric, "" if rows else "nothing is handed back")


def _first_and_last(instance: EstatesInstance) -> tuple[str, ...]:
    first, last = instance.periods[0].first_year, instance.periods[-1].first_year
    return (first,) if first == last else (first, last)


def _by_room_type(instance: EstatesInstance, tables: OutputTables) -> View:
    names = {kind.room_type: kind.name for kind in instance.room_types}
    return _fullness(instance, tables, "room_type", "Rooms and their use by kind of room", names, set(names))


def _by_site(instance: EstatesInstance, tables: OutputTables) -> View:
    clinical = {kind.room_type for kind in instance.room_types if kind.clinical}
    names = {site.site_id: site.name for site in instance.sites}
    return _fullness(instance, tables, "site_id", "Clinical rooms and their use by site", names, clinical)


def _fullness(
    instance: EstatesInstance, tables: OutputTables, by: str, title: str, names: Mapping[str, str], kinds: set[str]
) -> View:
    """Rooms, weekly use and the fullest session, in the first and the last period."""
    years = _first_and_last(instance)
    rooms: dict[tuple[str, str], float] = defaultdict(float)
    used: dict[tuple[str, str, str], float] = defaultdict(float)
    available: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in tables["room_utilisation"]:
        key, year, slot = str(row[by]), str(row["year"]), str(row["slot"])
        if str(row["room_type"]) not in kinds:
            continue
        used[key, year, slot] += _number(row, "used_hours")
        available[key, year, slot] += _number(row, "available_hours")
        if slot == _WEEK:
            rooms[key, year] += _number(row, "rooms")
    slots = [slot.slot for slot in instance.slots]
    rows = []
    for key in sorted({key for key, _ in rooms}):
        line = [names.get(key, key)]
        for year in years:
            peak = max(_share(used[key, year, slot], available[key, year, slot]) for slot in slots)
            week = _share(used[key, year, _WEEK], available[key, year, _WEEK])
            line += [f"{rooms[key, year]:,.0f}", percent_words(week), percent_words(peak)]
        rows.append(tuple(line))
    headings = (
        by.split("_")[0],
        *(text for y in years for text in (f"rooms {y}", f"used {y}", f"fullest session {y}")),
    )
    return View(
        title, headings, tuple(rows), (False, *[True] * (len(headings) - 1)), "used hours over available hours"
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _cash(tables: OutputTables) -> View:
    items = ("charges_occupied", "charges_void", "charges_continuing", "vacating_payment")
    icb: dict[tuple[str, str], float] = defaultdict(float)
    present: dict[str, float] = defaultdict(float)
    system: dict[str, float] = defaultdict(float)
    years = sorted({str(row["year"]) for row in tables["cashflow"]})
    for row in tables["cashflow"]:
        year = str(row["year"])
        if row["ledger"] == "icb":
            icb[year, str(row["item"])] += _number(row, "gbp")
            present[year] += _number(row, "discounted_gbp")
        else:
            system[year] += _number(row, "gbp")
    rows = [
        (
            year,
            *(f"{icb[year, item]:,.0f}" for item in items),
            f"{sum(gbp for (at, _), gbp in icb.items() if at == year):,.0f}",
            f"{present[year]:,.0f}",
            f"{system[year]:,.0f}",
        )
        for year in years
    ]
    headings = (
        "year",
        "charges, occupied",
        "charges, void",
        "charges that stay",
        "vacating payments",
        "ICB cash",
        "at present value",
        "system",
    )
    note = "pounds at the price base; the system column leaves out transfers inside the NHS"
    return View("Cash by year, £", headings, tuple(rows), (False, *[True] * 7), note)


def _travel(instance: EstatesInstance, tables: OutputTables) -> View:
    """Mean one-way minutes by deprivation quintile, weighted by contacts placed, in the last period."""
    year = instance.periods[-1].first_year
    contacts: dict[tuple[str, str], float] = defaultdict(float)
    for row in tables["service_plan"]:
        if row["year"] == year and _NOWHERE not in (row["area_id"], row["site_id"]):
            contacts[str(row["area_id"]), str(row["service"])] += _number(row, "contacts")
    sums: dict[int, list[float]] = {quintile: [0.0, 0.0, 0.0, 0.0] for quintile in range(1, 6)}
    for row in tables["travel"]:
        weight = contacts[str(row["area_id"]), str(row["service"])]
        if row["year"] != year or row["minutes_after"] is None:
            continue
        total = sums[int(_number(row, "imd_quintile"))]
        total[0] += weight
        total[1] += weight * _number(row, "minutes_before")
        total[2] += weight * _number(row, "minutes_after")
        total[3] += _number(row, "contacts_moved")
    rows = [
        (
            f"{quintile}" + (" (most deprived)" if quintile == 1 else ""),
            f"{placed:,.0f}",
            f"{_share(before, placed):.1f}",
            f"{_share(after, placed):.1f}",
            f"{_share(after - before, placed):+.1f}",
            percent_words(_share(moved, placed)),
        )
        for quintile, (placed, before, after, moved) in sums.items()
        if placed
    ]
    headings = ("deprivation quintile", "contacts a year", "minutes before", "minutes after", "added", "moved")
    note = "before: to the nearest site that has the room today, whether or not it has space"
    return View(f"Travel one way from {year}", headings, tuple(rows), (False, *[True] * 5), note)


def _refused(instance: EstatesInstance) -> View:
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
