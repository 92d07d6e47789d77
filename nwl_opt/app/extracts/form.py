"""The mapping as a form: one row of fields for each column of ours, and what a posted form makes of a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.shared.register import PROVENANCES, Column
from nwl_opt.app.forms import Form
from nwl_opt.excel.mapping import ColumnRule, Proposal, Proposed, TableMapping
from nwl_opt.excel.mapping.checking import DATED
from nwl_opt.excel.mapping.days import DATE_WORDS
from nwl_opt.excel.mapping.grid import plain
from nwl_opt.excel.mapping.model import REFERRING, SAME_KEYS, WAYS
from nwl_opt.excel.mapping.numbers import units_for

AS_IT_IS = "*"
"""The choice of a column that takes more than one heading: it stays as the mapping says."""


@dataclass(frozen=True)
class MappingField:
    """One column of ours on the form."""

    column: Column
    rule: ColumnRule
    told: Proposed | None
    units: tuple[str, ...]
    dates: tuple[str, ...]
    codes: str
    untranslated: Mapping[str, int]

    @property
    def several(self) -> str:
        """What it is put together from, where that is more than one heading; else empty."""
        parts = self.rule.headings if len(self.rule.headings) > 1 else self.rule.made_of
        return " + ".join(parts)

    @property
    def heading(self) -> str:
        """The choice that stands in its list of headings."""
        return AS_IT_IS if self.several else next(iter(self.rule.headings), "")

    @property
    def is_filled(self) -> bool:
        """Whether anything fills it."""
        return bool(self.heading) or self.rule.constant is not None

    @property
    def needed(self) -> bool:
        return self.column.default is None and not self.column.may_be_empty

    @property
    def has_codes(self) -> bool:
        """Whether its values are names that may have to be translated."""
        column = self.column
        return bool(column.allowed or column.refers_to or self.codes or self.untranslated) or column.kind in (
            "flag",
            "unknown_flag",
        )

    @property
    def is_special(self) -> bool:
        """Whether any of the rarer fields is filled."""
        rule = self.rule
        return bool(rule.constant or rule.before or rule.after or rule.less or rule.fill_down or rule.default)


def mapping_fields(mapping: TableMapping, proposal: Proposal) -> list[MappingField]:
    """The fields of a mapping, in the order of our columns."""
    told = {one.column.name: one for one in proposal.proposed}
    return [
        MappingField(
            column=column,
            rule=mapping.rule(column.name) or ColumnRule(to=column.name),
            told=told.get(column.name),
            units=units_for(column),
            dates=DATE_WORDS if column.kind in DATED else (),
            codes=codes_text(mapping.codes.get(column.name, {})),
            untranslated=_left(proposal.untranslated.get(column.name, {}), mapping.codes.get(column.name, {})),
        )
        for column in proposal.table.columns
    ]


def posted_mapping(form: Form, mapping: TableMapping, proposal: Proposal) -> TableMapping:
    """The mapping as the form has it; what the form does not show stays as it was."""
    rules: list[ColumnRule] = []
    codes: dict[str, dict[str, str]] = {}
    for column in proposal.table.columns:
        before = mapping.rule(column.name) or ColumnRule(to=column.name)
        rule = _posted_rule(form, before)
        if rule is not None:
            rules.append(rule)
            own = codes_of(form.text(f"{column.name}.codes"))
            codes |= {column.name: own} if own else {}
    rules.sort(key=lambda rule: bool(rule.made_of))
    kept = set(form.texts("leave_out"))
    return replace(
        mapping,
        way=next((way for way in WAYS if way == form.text("way")), mapping.way),
        same_key=next((one for one in SAME_KEYS if one == form.text("same_key")), mapping.same_key),
        rows_that_refer=next((one for one in REFERRING if one == form.text("referring")), mapping.rows_that_refer),
        provenance=next((one for one in PROVENANCES if one == form.text("provenance")), mapping.provenance),
        columns=(*rules, *(rule for rule in mapping.columns if rule.to == "provenance")),
        codes=codes,
        leave_out=tuple(rule for at, rule in enumerate(mapping.leave_out) if str(at) in kept),
    )


def _left(untranslated: Mapping[str, int], codes: Mapping[str, str]) -> dict[str, int]:
    known = {plain(theirs) for theirs in codes}
    return {code: rows for code, rows in untranslated.items() if plain(code) not in known}


def codes_text(codes: Mapping[str, str]) -> str:
    """Codes as lines: theirs = ours."""
    return "\n".join(f"{theirs} = {ours}" for theirs, ours in codes.items())


def codes_of(text: str) -> dict[str, str]:
    """Lines of codes; the last = of a line parts theirs from ours, and lines without one are left out."""
    pairs = (line.rpartition("=") for line in text.splitlines() if "=" in line)
    return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}


def _posted_rule(form: Form, before: ColumnRule) -> ColumnRule | None:
    """The rule of one column; None where it is filled from nothing."""
    name = before.to
    heading, constant = form.text(f"{name}.from"), form.text(f"{name}.constant")
    several = heading == AS_IT_IS
    rule = replace(
        before,
        headings=before.headings if several else (heading,) if heading else (),
        made_of=before.made_of if several else (),
        unit=form.text(f"{name}.unit"),
        date=form.text(f"{name}.date"),
        before=_spaced(form, f"{name}.before"),
        after=_spaced(form, f"{name}.after"),
        less=form.text(f"{name}.less"),
        default=form.text(f"{name}.default"),
        constant=constant or None,
        fill_down=form.is_set(f"{name}.fill_down"),
    )
    return rule if rule.headings or rule.made_of or rule.constant else None


def _spaced(form: Form, name: str) -> str:
    """A text in which blanks at the ends count."""
    return next(iter(form.fields.get(name, ())), "")
