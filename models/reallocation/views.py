"""The short tables a finance lead reads first, built from the written tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from models.reallocation.instance import Instance
from models.reallocation.tables import NO_PROVIDER
from models.reallocation.words import percent_words
from models.shared.problem import OutputTables, View

_MOST_ROWS = 20
_WORTH_SHOWING_GBP = 1000
Amounts = Mapping[tuple[str, ...], int]


def views(instance: Instance, tables: OutputTables) -> Sequence[View]:
    """Lines by year, the gap by place and line at the end, providers, and the rules that bind."""
    shown = [_lines(instance, tables), _gaps(instance, tables)]
    if instance.providers:
        shown.append(_providers(instance, tables))
    return [*shown, _rules(instance, tables)]


def _sum(tables: OutputTables, column: str, *keys: str) -> Amounts:
    totals: dict[tuple[str, ...], int] = defaultdict(int)
    for row in tables["allocations"]:
        gbp = row[column]
        assert isinstance(gbp, int)
        totals[tuple(str(row[key]) for key in keys)] += gbp
    return dict(totals)


def _lines(instance: Instance, tables: OutputTables) -> View:
    money, need = _sum(tables, "allocation_gbp", "line", "year"), _sum(tables, "need_gbp", "line", "year")
    years, last = instance.year_names, instance.year_names[-1]
    rows = []
    for line in instance.leaf_lines:
        pounds = [money[line.line, year] for year in years]
        growth = (pounds[-1] / pounds[0]) ** (1 / instance.horizon) - 1
        rows.append(
            (line.name, *map(_millions, pounds), percent_words(growth), *_gap(money, need, (line.line, last)))
        )
    totals = [sum(money[line.line, year] for line in instance.leaf_lines) for year in years]
    growth = (totals[-1] / totals[0]) ** (1 / instance.horizon) - 1
    rows.append(("All lines", *map(_millions, totals), percent_words(growth), "", ""))
    headings = ("line", *years, "a year", f"gap {last}", "of need")
    return View("Budget by line, £m", headings, tuple(rows), (False, *[True] * (len(headings) - 1)))


def _gaps(instance: Instance, tables: OutputTables) -> View:
    money = _sum(tables, "allocation_gbp", "place", "line", "year")
    need = _sum(tables, "need_gbp", "place", "line", "year")
    last = instance.year_names[-1]
    lines = [line.line for line in instance.leaf_lines]
    worst = {
        place.place: max(
            abs(money.get((place.place, line, last), 0) - need.get((place.place, line, last), 0)) for line in lines
        )
        for place in instance.places
    }
    furthest = sorted(worst, key=lambda place: -worst[place])[:_MOST_ROWS]
    chosen = [place for place in instance.places if place.place in furthest]
    rows = [(place.name, *(_gap_cell(money, need, (place.place, line, last)) for line in lines)) for place in chosen]
    note = "£m over (+) or under (-) need, and the same as a share of need"
    if len(chosen) < len(instance.places):
        note += f"; the {len(chosen)} places furthest from need of {len(instance.places)}"
    headings = ("place", *(line.name for line in instance.leaf_lines))
    return View(f"Gap to need in {last}", headings, tuple(rows), (False, *[True] * len(lines)), note)


def _providers(instance: Instance, tables: OutputTables) -> View:
    money = _sum(tables, "allocation_gbp", "provider", "year")
    first, last = instance.year_names[0], instance.year_names[-1]
    rows: list[tuple[str, ...]] = []
    for provider in instance.providers:
        before, after = money.get((provider.provider, first), 0), money.get((provider.provider, last), 0)
        if before:
            change = after - before
            share = percent_words(change / provider.income_gbp / instance.horizon)
            growth = percent_words((after / before) ** (1 / instance.horizon) - 1)
            rows.append((provider.name, _millions(before), _millions(after), _signed(change), growth, share))
    unsplit = (money.get((NO_PROVIDER, first), 0), money.get((NO_PROVIDER, last), 0))
    if unsplit[0]:
        rows.append(("not split", *map(_millions, unsplit), _signed(unsplit[1] - unsplit[0]), "", ""))
    headings = ("provider", first, last, "change", "growth a year", "of its income a year")
    return View("What providers are paid, £m", headings, tuple(rows), (False, *[True] * 5))


def _rules(instance: Instance, tables: OutputTables) -> View:
    names = {line.line: line.name for line in instance.lines}
    names |= {provider.provider: provider.name for provider in instance.providers}
    rows = [
        (
            str(row["rule"]),
            names.get(str(row["scope"]), str(row["scope"])),
            f"{row['members_binding']} of {row['members']}",
            str(row["sentence"]),
        )
        for row in tables["rules"]
        if row["status"] == "binding" and row["rule"] != "R-01"
    ]
    headings = ("rule", "for", "limits binding", "what it says")
    return View("Rules that bind", headings, tuple(rows), (False, False, True, False))


def _gap(money: Amounts, need: Amounts, key: tuple[str, ...]) -> tuple[str, str]:
    gap = money[key] - need[key]
    return _signed(gap), percent_words(gap / need[key]) if need[key] else ""


def _gap_cell(money: Amounts, need: Amounts, key: tuple[str, ...]) -> str:
    if key not in money:
        return ""
    pounds, share = _gap(money, need, key)
    return f"{pounds} ({share})" if abs(money[key] - need[key]) >= _WORTH_SHOWING_GBP else "0"


def _millions(gbp: int) -> str:
    return f"{gbp / 1e6:,.1f}"


def _signed(gbp: int) -> str:
    return f"{gbp / 1e6:+,.1f}"
