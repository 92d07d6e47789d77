"""The short tables a finance lead reads first, built from the written tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.reallocation.instance import Instance
from models.reallocation.settings import ALL, NO_PROVIDER
from models.reallocation.words import percent_words, worth_telling_gbp
from models.shared.cells import Cell
from models.shared.problem import OutputTables, View

_MOST_ROWS = 20
_MILLIONS_FROM_GBP = 50_000_000
Amounts = Mapping[tuple[str, ...], int]


def views(instance: Instance, tables: OutputTables) -> Sequence[View]:
    """What soft aims are of, lines by year, gaps to need at the end, providers, rules that bind, and studies."""
    book = _Book(instance, tables)
    shown = [_lines(book), _gaps(book)]
    if instance.providers:
        shown.append(_providers(book))
    shown.append(_rules(book))
    return [*_soft(book), *shown, *_levers(book), *_tornado(book)]


@dataclass(frozen=True)
class _Book:
    """The written tables with the words and the unit they are shown in: £m, or £k for small sums."""

    instance: Instance
    tables: OutputTables

    @property
    def unit(self) -> str:
        return "£m" if self.instance.money[0].spendable_gbp >= _MILLIONS_FROM_GBP else "£k"

    @cached_property
    def names(self) -> Mapping[str, str]:
        names = {line.line: line.name for line in self.instance.lines}
        return names | {provider.provider: provider.name for provider in self.instance.providers}

    def sums(self, column: str, *keys: str) -> Amounts:
        """A column of the allocations summed by some keys."""
        totals: dict[tuple[str, ...], int] = defaultdict(int)
        for row in self.tables["allocations"]:
            gbp = row[column]
            assert isinstance(gbp, int)
            totals[tuple(str(row[key]) for key in keys)] += gbp
        return dict(totals)

    def money(self, gbp: int) -> str:
        return f"{self._scaled(gbp):,.1f}"

    def change(self, gbp: int) -> str:
        """A change or gap with its sign; a plain 0 where it is not worth telling."""
        return f"{self._scaled(gbp):+,.1f}" if abs(gbp) >= worth_telling_gbp(self.instance) else "0"

    def yearly(self, before: int, after: int) -> str:
        """Compound yearly growth over the plan."""
        return percent_words((after / before) ** (1 / self.instance.horizon) - 1)

    def _scaled(self, gbp: int) -> float:
        return gbp / (1e6 if self.unit == "£m" else 1e3)


def _soft(book: _Book) -> list[View]:
    """The rules that each aim `soft n` is of, and what came of them; nothing where no rule is soft."""
    rows = []
    for rule, order in sorted(book.instance.soft_order.items(), key=lambda one: (one[1], one[0])):
        held = [row for row in book.tables["rules"] if row["rule"] == rule]
        missed = any(row["status"] == "broken_soft" for row in held)
        rows.append((f"soft {order}", rule, "missed" if missed else "kept", str(held[0]["sentence"])))
    headings = ("aim", "of rule", "which is", "what it says")
    return [View("What the soft aims are of", headings, tuple(rows), (False,) * 4)] if rows else []


def _lines(book: _Book) -> View:
    money, need = book.sums("allocation_gbp", "line", "year"), book.sums("need_gbp", "line", "year")
    years, last = book.instance.year_names, book.instance.year_names[-1]
    rows = []
    for line in book.instance.leaf_lines:
        pounds = [money[line.line, year] for year in years]
        gap = money[line.line, last] - need[line.line, last]
        share = percent_words(gap / need[line.line, last]) if need[line.line, last] else ""
        rows.append(
            (line.name, *map(book.money, pounds), book.yearly(pounds[0], pounds[-1]), book.change(gap), share)
        )
    totals = [sum(money[line.line, year] for line in book.instance.leaf_lines) for year in years]
    rows.append(("All lines", *map(book.money, totals), book.yearly(totals[0], totals[-1]), "", ""))
    headings = ("line", *years, "a year", f"gap {last}", "of need")
    return View(f"Budget by line, {book.unit}", headings, tuple(rows), (False, *[True] * (len(headings) - 1)))


def _gaps(book: _Book) -> View:
    instance, last = book.instance, book.instance.year_names[-1]
    money, need = (book.sums(column, "place", "line", "year") for column in ("allocation_gbp", "need_gbp"))
    gaps = {
        (place, line): gbp - need[place, line, year] for (place, line, year), gbp in money.items() if year == last
    }
    worst: dict[str, int] = defaultdict(int)
    for (place, _), gap in gaps.items():
        worst[place] = max(worst[place], abs(gap))
    furthest = sorted(worst, key=lambda place: -worst[place])[:_MOST_ROWS]
    chosen = [place for place in instance.places if place.place in furthest]

    def cell(place: str, line: str) -> str:
        gap, needed = gaps.get((place, line)), need.get((place, line, last))
        if gap is None or not needed:
            return ""
        shown = book.change(gap)
        return shown if shown == "0" else f"{shown} ({percent_words(gap / needed)})"

    rows = [(place.name, *(cell(place.place, line.line) for line in instance.leaf_lines)) for place in chosen]
    note = f"{book.unit} over (+) or under (-) need, and the same as a share of need"
    if len(chosen) < len(worst):
        note += f"; the {len(chosen)} places furthest from need of {len(worst)}"
    headings = ("place", *(line.name for line in instance.leaf_lines))
    return View(f"Gap to need in {last}", headings, tuple(rows), (False, *[True] * (len(headings) - 1)), note)


def _providers(book: _Book) -> View:
    instance, money = book.instance, book.sums("allocation_gbp", "provider", "year")
    first, last = instance.year_names[0], instance.year_names[-1]
    rows: list[tuple[str, ...]] = []
    for provider in instance.providers:
        before, after = money.get((provider.provider, first), 0), money.get((provider.provider, last), 0)
        if before:
            share = percent_words((after - before) / provider.income_gbp / instance.horizon)
            shown = (book.money(before), book.money(after), book.change(after - before))
            rows.append((provider.name, *shown, book.yearly(before, after), share))
    before, after = money.get((NO_PROVIDER, first), 0), money.get((NO_PROVIDER, last), 0)
    if before:
        shown = (book.money(before), book.money(after), book.change(after - before))
        rows.append(("not split by provider", *shown, book.yearly(before, after), ""))
    headings = ("provider", first, last, "change", "growth a year", "of its income a year")
    return View(f"What providers are paid, {book.unit}", headings, tuple(rows), (False, *[True] * 5))


def _rules(book: _Book) -> View:
    rows = [
        (
            str(row["rule"]),
            book.names.get(str(row["scope"]), str(row["scope"])),
            f"{row['members_binding']} of {row['members']}",
            str(row["sentence"]),
        )
        for row in book.tables["rules"]
        if row["status"] == "binding" and row["rule"] != "R-01"
    ]
    headings = ("rule", "for", "limits binding", "what it says")
    return View("Rules that bind", headings, tuple(rows), (False, False, True, False))


def _levers(book: _Book) -> list[View]:
    """What a little more room of each rule buys, with the multiplier beside it; nothing without studies."""
    rows = [
        (
            str(row["rank"]),
            str(row["rule"]),
            book.names.get(str(row["scope"]), str(row["scope"])),
            _change(row),
            book.change(_gbp(row, "gap_falls_by_gbp")),
            book.change(_gbp(row, "without_rule_falls_by_gbp")),
            "" if row["multiplier_gbp_per_gbp"] is None else f"{_number(row, 'multiplier_gbp_per_gbp'):.2f}",
            _between(book, row),
        )
        for row in book.tables.get("levers", ())
    ]
    headings = ("", "rule", "for", "loosened by", "gap falls", "without it", "£ per £", "while between")
    note = f"{book.unit}; a multiplier is one of several where the plan sits at an end of its range"
    numeric = (True, False, False, True, True, True, True, True)
    return [View("What a little more room would buy", headings, tuple(rows), numeric, note)] if rows else []


def _tornado(book: _Book) -> list[View]:
    """The gap at both ends of every range, widest first; nothing without studies."""
    bars: dict[tuple[str, str], dict[str, Mapping[str, Cell]]] = {}
    for row in book.tables.get("tornado", ()):
        bars.setdefault((str(row["parameter"]), str(row["line"])), {})[str(row["end"])] = row
    rows = [
        (
            parameter.replace("_", " "),
            "" if line == ALL else book.names.get(line, line),
            *(_at(parameter, _number(ends[end], "value")) for end in ("low", "high")),
            *(_gap(book, ends[end]) for end in ("low", "high")),
        )
        for (parameter, line), ends in bars.items()
    ]
    headings = ("assumption", "of", "low", "high", "gap at low", "gap at high")
    title = f"What the gap hangs on, {book.unit}"
    return [View(title, headings, tuple(rows), (False, False, True, True, True, True))] if rows else []


def _at(parameter: str, value: float) -> str:
    """An assumption at one end: theta in pounds a pound, all else as a share."""
    return f"{value:g}" if parameter == "theta" else percent_words(value)


def _change(row: Mapping[str, Cell]) -> str:
    """What a rule was loosened by, in its unit."""
    change, unit = _number(row, "change"), str(row["unit"])
    return f"{change:,.0f} {unit}" if unit.startswith(("gbp", "wte")) else f"{100 * change:g} % ({unit})"


def _between(book: _Book, row: Mapping[str, Cell]) -> str:
    ends = [
        "" if row[name] is None else book.money(round(_number(row, name)))
        for name in ("valid_from_gbp", "valid_to_gbp")
    ]
    return " to ".join(ends) if any(ends) else ""


def _gap(book: _Book, row: Mapping[str, Cell]) -> str:
    return "no plan" if row["final_gap_gbp"] is None else book.money(_gbp(row, "final_gap_gbp"))


def _gbp(row: Mapping[str, Cell], column: str) -> int:
    value = row[column]
    assert isinstance(value, int)
    return value


def _number(row: Mapping[str, Cell], column: str) -> float:
    value = row[column]
    assert isinstance(value, (int, float))
    return float(value)
