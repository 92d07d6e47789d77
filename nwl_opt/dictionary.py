"""The data dictionary: what every table, column and setting means, derived from the register alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.shared.cells import limits_in_words
from models.shared.problem import Problem
from models.shared.register import Column, Register, Settings, Table

_KIND_WORDS = {
    "id": "name (text)",
    "text": "text",
    "choice": "one of a list",
    "integer": "whole number",
    "decimal": "number",
    "gbp": "whole pounds",
    "minutes": "whole minutes",
    "share": "share, 0 to 1",
    "flag": "yes or no",
    "unknown_flag": "yes, no or unknown",
    "date": "date, 2026-11-23",
    "datetime": "date and time, 2026-11-23T08:30",
    "time": "time, 08:30",
    "financial_year": "financial year, 2024/25",
}


def dictionary_text(problem: Problem) -> str:
    """The dictionary of a problem as Markdown."""
    register = problem.register
    parts = [
        f"# {register.title}: data dictionary\n",
        _header_section(register),
        "## Settings\n",
        settings_table(register),
    ]
    parts.append("## Input tables\n")
    parts += [_table_section(table, inputs=True) for table in register.inputs]
    parts.append("## Tables of a plan\n")
    parts += [_table_section(table, inputs=False) for table in register.outputs]
    return "\n".join(parts)


def kind_words(column: Column) -> str:
    """What may stand in a column, in words."""
    if column.allowed:
        return " / ".join(column.allowed)
    words = _KIND_WORDS[column.kind]
    bounded = column.minimum is not None or column.maximum is not None
    return f"{words}, {limits_in_words(column).removeprefix('must be ')}" if bounded else words


def necessity_words(column: Column) -> str:
    """Whether a cell must be filled."""
    if column.default is not None:
        return f"empty means {column.default}"
    return "may be empty" if column.may_be_empty else "required"


@dataclass(frozen=True)
class SettingRow:
    """One setting as forms and dictionaries show it; `shipped` is its value when it is not given."""

    name: str
    shipped: object
    required: bool
    unit: str
    meaning: str
    source: str

    @property
    def shipped_words(self) -> str:
        return "must be given" if self.required else _default_words(self.shipped)


def setting_rows(settings: type[Settings]) -> list[SettingRow]:
    """The settings of a problem, in the order of its register."""
    rows: list[SettingRow] = []
    for name, field in settings.model_fields.items():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        rows.append(
            SettingRow(
                name=name,
                shipped=None if field.is_required() else field.get_default(call_default_factory=True),
                required=field.is_required(),
                unit=str(extra.get("unit", "")),
                meaning=field.description or "",
                source=str(extra.get("source", "")),
            )
        )
    return rows


def settings_table(register: Register) -> str:
    """The settings as a Markdown table."""
    rows = [
        (f"`{row.name}`", row.shipped_words, row.unit, row.meaning, row.source)
        for row in setting_rows(register.settings)
    ]
    return markdown_table(("setting", "shipped", "unit", "meaning", "source"), rows)


def markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; bars in cells are escaped."""
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _header_section(register: Register) -> str:
    return (
        f"An instance is a folder with `instance.toml` and one CSV file per table, or one workbook with a sheet "
        f'`instance` (columns key and value) and a sheet per table. `instance.toml` says `kind = "{register.kind}"`, '
        "`title`, `description`, and has the sections `[settings]` and `[provenance]`.\n\n"
        "Every table may have a column `provenance`: plan, public, assumption, synthetic or local (your own); "
        "without it the numbers count as your own.\n"
    )


def _table_section(table: Table, inputs: bool) -> str:
    notes = []
    if table.optional:
        notes.append("the file may be left out")
    if inputs and not table.may_be_empty:
        notes.append("at least one row")
    if table.keys:
        notes.append(f"one row per {' + '.join(table.keys)}")
    title = f"### {table.name}.csv\n\n{_sentence(table.meaning)}{f' ({_joined(notes)}.)' if notes else ''}\n"
    rows = [
        (f"`{c.name}`", kind_words(c), c.unit, necessity_words(c) if inputs else "", _meaning(c), c.source)
        for c in table.columns
    ]
    if inputs:
        return f"{title}\n{markdown_table(('column', 'holds', 'unit', 'needed', 'meaning', 'source'), rows)}"
    short = [(name, holds, unit, meaning) for name, holds, unit, _, meaning, _ in rows]
    return f"{title}\n{markdown_table(('column', 'holds', 'unit', 'meaning'), short)}"


def _meaning(column: Column) -> str:
    return f"{column.meaning} (stands in `{column.refers_to}`)" if column.refers_to else column.meaning


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _joined(notes: list[str]) -> str:
    text = "; ".join(notes)
    return f"{text[:1].upper()}{text[1:]}"


def _default_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
