"""A first mapping of an extract nobody has mapped yet, proposed by names and values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.register import Column, Table
from models.theatres.identity import are_nhs_numbers
from nwl_opt.excel.mapping.days import date_form_of, may_be_month_first, parse_flag
from nwl_opt.excel.mapping.finding import open_unknown
from nwl_opt.excel.mapping.fitting import (
    Fit,
    Names,
    fit_of,
    names_for,
    separator_after_code,
    translation,
    value_share,
)
from nwl_opt.excel.mapping.grid import Grid, plain
from nwl_opt.excel.mapping.leaving_out import left_out_rows, proposed_filters
from nwl_opt.excel.mapping.model import ColumnRule, LeaveOut, SameKey, Source, TableMapping
from nwl_opt.excel.mapping.money import is_total
from nwl_opt.excel.mapping.names import (
    holds_identities,
    is_about_patients,
    is_of_a_person,
    known_names,
    unit_named,
    words_of,
)
from nwl_opt.excel.mapping.numbers import is_money, parse_number, unit_of, units_for
from nwl_opt.excel.mapping.proposal import Confidence, Leftover, Proposal, Proposed
from nwl_opt.excel.mapping.synonyms import COMPOSED, MADE_OF
from nwl_opt.excel.mapping.targets import is_of_an_instance, table_of
from nwl_opt.opening import validate_instance
from nwl_opt.problems import load_problem

_SAMPLES, _MOST_CODES = 3, 60
_LEAST_SCORE = 0.4
_MOSTLY = 0.8
_CALLED_OFF = frozenset({"cancelled", "canceled", "removed", "deleted", "withdrawn", "void", "discharged"})


def propose(extract: Path, kind: str, table_name: str, instance: Path | None = None) -> Proposal:
    """A first mapping of an extract to a table. With an instance its names tell codes apart.

    Raises
    ------
    InputFaults
        If the extract or the instance cannot be read, or nothing in the extract fits the table.
    """
    table = table_of(kind, table_name)
    grid, source = open_unknown(extract, known_names([table]))
    proposer = _Proposer(grid, table, *_of_instance(kind, table, instance))
    chosen = proposer.chosen()
    if not chosen:
        raise InputFaults([Fault(grid.file, grid.header_row, None, ", ".join(grid.headings)[:200],
                                 f"must have headings for {table.name}: {table.meaning}",
                                 "Is this the extract for this table?")])  # fmt: skip
    return proposer.proposal(kind, source, chosen)


def _of_instance(kind: str, table: Table, instance: Path | None) -> tuple[Mapping[str, Names], frozenset[str]]:
    """What the columns of a table may refer to, by column, and the keys it has now; nothing without an instance."""
    if instance is None:
        return {column.name: {} for column in table.columns}, frozenset()
    tables = validate_instance(instance).raw.tables
    register = None if is_of_an_instance(kind, table.name) else load_problem(kind).register
    names = {column.name: names_for(column, tables, register) for column in table.columns}
    raw = tables.get(table.name)
    if raw is None or len(table.keys) != 1 or table.keys[0] not in raw.header:
        return names, frozenset()
    at = raw.header.index(table.keys[0])
    return names, frozenset(plain(cells[at]) for cells in raw.rows)


class _Proposer:
    """Looks at an extract for one table."""

    def __init__(self, grid: Grid, table: Table, names: Mapping[str, Names], keys: frozenset[str]) -> None:
        self._grid, self._table, self._names, self._keys = grid, table, names, keys
        self._filters = proposed_filters(grid)
        out = left_out_rows(grid, self._filters)
        kept = [cells for number, cells in grid.rows if number not in out]
        self._texts = {at: [cells[at] for cells in kept] for at in range(len(grid.headings))}
        self._cells = {at: self._filled_cells(at) for at in self._texts}
        self._identities = [at for at, name in enumerate(grid.headings)
                            if is_of_a_person(name, table) or self._is_of_numbers(at)]  # fmt: skip

    def _is_of_numbers(self, at: int) -> bool:
        return not holds_identities(self._table) and are_nhs_numbers(self._texts[at])

    def chosen(self) -> dict[str, tuple[int, Fit]]:
        """The heading of each column, best fits first; no heading serves two columns."""
        fits = [
            (fit.score, -position, -at, column.name, fit)
            for position, column in enumerate(self._table.columns)
            for at, heading in enumerate(self._grid.headings)
            if at not in self._identities
            and (fit := fit_of(heading, self._filled(at), self._table, column, self._names[column.name])).score
            >= _LEAST_SCORE
        ]
        chosen: dict[str, tuple[int, Fit]] = {}
        taken: set[int] = set()
        for _, _, minus_at, name, fit in sorted(fits, key=lambda one: one[:3], reverse=True):
            if name not in chosen and -minus_at not in taken:
                chosen[name] = (-minus_at, fit)
                taken.add(-minus_at)
        return chosen

    def proposal(self, kind: str, source: Source, chosen: Mapping[str, tuple[int, Fit]]) -> Proposal:
        """The mapping of the columns chosen, and all that is left over."""
        rules: list[ColumnRule] = []
        proposed: list[Proposed] = []
        codes: dict[str, dict[str, str]] = {}
        unknown: dict[str, dict[str, int]] = {}
        for column in self._table.columns:
            if column.name in chosen:
                rule, one = self._rule(column, *chosen[column.name])
                codes[column.name], unknown[column.name] = self._codes(column, rule, chosen[column.name][0])
                if codes[column.name] or unknown[column.name]:
                    one = _to_be_checked(one)
            else:
                rule_or_none, one_or_none = self._composed(column, {rule.to for rule in rules} | set(chosen))
                if rule_or_none is None or one_or_none is None:
                    continue
                rule, one = rule_or_none, one_or_none
            rules.append(rule)
            proposed.append(one)
        rules.sort(key=lambda rule: bool(rule.made_of))
        invented = any("synthetic" in line.casefold() for line in self._grid.above)
        mapping = TableMapping(
            kind=kind,
            table=self._table.name,
            source=source,
            same_key=self._same_key(rules),
            provenance="synthetic" if invented else "local",
            columns=tuple(rules),
            codes={name: own for name, own in codes.items() if own},
            leave_out=(*self._filters, *self._called_off(rules)),
        )
        return self._with_the_rest(mapping, proposed, unknown)

    def _with_the_rest(
        self, mapping: TableMapping, proposed: Sequence[Proposed], unknown: Mapping[str, Mapping[str, int]]
    ) -> Proposal:
        filled = {rule.to for rule in mapping.columns}
        rest = [column for column in self._table.columns if column.name not in filled]
        needed = tuple(column for column in rest if column.default is None and not column.may_be_empty)
        if needed and self._brings_news_of_rows_there_are(mapping):
            mapping, needed = replace(mapping, way="update"), ()
        used = {plain(name) for name in mapping.headings}
        identities = {self._grid.headings[at] for at in self._identities}
        return Proposal(
            mapping=mapping,
            table=self._table,
            grid=self._grid,
            proposed=tuple(proposed),
            needed=needed,
            optional=tuple(column for column in rest if column not in needed),
            leftover=tuple(
                Leftover(name, () if is_about_patients(self._table) else self._samples(at))
                for at, name in enumerate(self._grid.headings)
                if plain(name) not in used and name not in identities and any(self._texts[at])
            ),
            identities=tuple(sorted(identities)),
            untranslated={name: own for name, own in unknown.items() if own},
        )

    def _brings_news_of_rows_there_are(self, mapping: TableMapping) -> bool:
        """Whether most keys of the extract stand in the table: its rows may lack what a new row would need."""
        rule = mapping.rule(self._table.keys[0]) if self._keys else None
        at = self._grid.position(rule.headings[0]) if rule is not None and len(rule.headings) == 1 else None
        texts = [plain(text) for text in self._filled(at)] if at is not None else []
        return bool(texts) and sum(text in self._keys for text in texts) >= _MOSTLY * len(texts)

    def _rule(self, column: Column, at: int, fit: Fit) -> tuple[ColumnRule, Proposed]:
        heading, texts = self._grid.headings[at], self._filled(at)
        rule = ColumnRule(to=column.name, headings=(heading,), fill_down=self._is_filled_down(column, at))
        reason = fit.reason
        unit, why = self._unit(column, heading, texts)
        if unit:
            rule, reason = replace(rule, unit=unit), f"{reason}; {why}"
        if column.kind in ("date", "datetime"):
            rule = replace(rule, date=date_form_of(texts) or "")
            reason = f"{reason}; months could come first" if may_be_month_first(texts, rule.date) else reason
        separator = separator_after_code(texts, self._table, column, self._names[column.name])
        if separator:
            rule, reason = (
                replace(rule, before=separator),
                f"{fit.reason.partition(', but ')[0]}; what stands before '{separator}'",
            )
        good = fit.value_share >= 0.95 or bool(separator)
        sure = fit.name_score >= 0.95 and good and bool(texts)
        confidence: Confidence = "sure" if sure else "likely" if fit.score >= 0.6 else "a guess"
        return rule, Proposed(column, (heading,), confidence, reason, self._samples(at))

    def _unit(self, column: Column, heading: str, texts: Sequence[str]) -> tuple[str, str]:
        """The unit the heading, or a line above it, names, where it is not ours."""
        units = units_for(column)
        named = unit_named(heading)
        numbers = [number for text in texts if (number := parse_number(text)) is not None]
        if named == "percent" and all(abs(number.value) <= 1 and not number.percent for number in numbers):
            return "", ""  # a cell that Excel shows as 3 % holds 0.03
        if named in units and named != unit_of(column):
            return named, f"the heading says {named}"
        above = next((unit for line in self._grid.above if (unit := unit_named(line)) in units), "")
        if not named and is_money(column) and above and above != unit_of(column):
            return above, f"a line above the headings says {above}"
        if unit_of(column) == "share" and any(n.value > 2 and not n.percent for n in numbers):
            return "percent", "values above 1"
        return "", ""

    def _composed(self, column: Column, filled: set[str]) -> tuple[ColumnRule | None, Proposed | None]:
        """A column put together from several headings, or from columns of ours."""
        key = f"{self._table.name}.{column.name}"
        if key in MADE_OF and set(MADE_OF[key]) <= filled:
            rule = ColumnRule(to=column.name, made_of=MADE_OF[key])
            reason = f"put together from {' and '.join(MADE_OF[key])}"
            return rule, Proposed(column, (), "likely", reason, ())
        parts = [self._named(names) for names in COMPOSED.get(key, ())]
        headings = tuple(name for name in parts if name is not None)
        if not headings:
            return None, None
        places = [at for name in headings if (at := self._grid.position(name)) is not None]
        down = any(self._is_filled_down(column, at) for at in places)
        join = " " if column.kind == "text" else "-"
        rule = ColumnRule(to=column.name, headings=headings, join=join, fill_down=down)
        reason = f"put together from {' and '.join(headings)}" if len(headings) > 1 else "a part of its name"
        confidence: Confidence = "likely" if len(headings) == len(parts) else "a guess"
        return rule, Proposed(column, headings, confidence, reason, ())

    def _called_off(self, rules: Sequence[ColumnRule]) -> list[LeaveOut]:
        """Filters for rows that another column says are cancelled or removed."""
        used = {plain(name) for rule in rules for name in rule.headings}
        found: list[LeaveOut] = []
        for at, heading in enumerate(self._grid.headings):
            values = tuple(sorted({text for text in self._filled(at) if plain(text) in _CALLED_OFF}))
            if values and plain(heading) not in used and at not in self._identities:
                found.append(LeaveOut(heading, "values", values))
        return found

    def _named(self, names: Sequence[str]) -> str | None:
        wanted = {words_of(name) for name in names}
        return next((name for name in self._grid.headings if words_of(name) in wanted), None)

    def _codes(self, column: Column, rule: ColumnRule, at: int) -> tuple[dict[str, str], dict[str, int]]:
        """Translations of the values that are not ours yet, and values nobody can guess with their rows."""
        names = self._names[column.name]
        if rule.before or not (column.allowed or names or column.kind in ("flag", "unknown_flag")):
            return {}, {}
        texts = self._filled(at)
        distinct = Counter(texts)
        if len(distinct) > _MOST_CODES and value_share(texts, self._table, column, names) < 0.5:
            return {}, {}
        own: dict[str, str] = {}
        unknown: dict[str, int] = {}
        for text in distinct:
            ours = translation(text, self._table, column, names)
            if ours is None:
                unknown[text] = distinct[text]
            elif ours != text and not _needs_no_code(text, column):
                own[text] = ours
        return own, unknown

    def _is_filled_down(self, column: Column, at: int) -> bool:
        """Whether an empty cell means the one above: merged over rows, or a name that is needed and often missing."""
        texts = self._texts[at]
        merged = any(one.first == one.last == at and one.last_row > one.first_row for one in self._grid.merged)
        gaps = sum(not text for text in texts)
        needed = column.default is None and not column.may_be_empty and column.kind in ("id", "text", "choice")
        if needed and not any(texts):
            return bool(self._filled(at))
        return bool(texts) and bool(texts[0]) and needed and (merged or gaps > 0.3 * len(texts))

    def _same_key(self, rules: Sequence[ColumnRule]) -> SameKey:
        """Rows of one key are summed where there are such rows, and numbers to sum."""
        keys = [rule for rule in rules if rule.to in self._table.keys and rule.headings]
        mapped = {rule.to for rule in keys}
        lacking = [one for one in self._table.columns if one.key and one.name not in mapped and one.default is None]
        if not keys or lacking:
            return "fault"
        if not any(column.is_numeric and not column.key for column in self._table.columns):
            return "fault"
        places = [at for rule in keys for name in rule.headings if (at := self._grid.position(name)) is not None]
        seen = list(zip(*(self._texts[at] for at in places), strict=True))
        return (
            "sum"
            if any(is_money(column) for column in self._table.columns) and len(set(seen)) < len(seen)
            else "fault"
        )

    def _filled(self, at: int) -> list[str]:
        """The filled cells under a heading; where rows have none, those of the lines between them."""
        return self._cells[at]

    def _filled_cells(self, at: int) -> list[str]:
        filled = [text for text in self._texts[at] if text]
        return filled or [text for text in self._grid.column(at) if text and not is_total(text)]

    def _samples(self, at: int) -> tuple[str, ...]:
        if holds_identities(self._table):
            return ()
        return tuple(dict.fromkeys(self._filled(at)))[:_SAMPLES]


def _needs_no_code(text: str, column: Column) -> bool:
    """Whether a yes or no is understood as it stands."""
    if column.kind == "unknown_flag" and plain(text) == "unknown":
        return True
    return column.kind in ("flag", "unknown_flag") and parse_flag(text) is not None


def _to_be_checked(one: Proposed) -> Proposed:
    """A name may be sure; what its codes mean is for whoever knows them."""
    confidence: Confidence = "likely" if one.confidence == "sure" else one.confidence
    return replace(one, confidence=confidence, reason=f"{one.reason}; check its codes")
