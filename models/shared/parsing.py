"""From raw text tables to typed rows, by the register; every fault is collected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from models.shared.cells import Cell, CellError, has_thousands_commas, parse_cell
from models.shared.faults import Fault
from models.shared.mending import how_to_mend, names_a_missing_value, names_a_total
from models.shared.raw import RawInstance, RawTable
from models.shared.references import reference_faults
from models.shared.register import NUMERIC_KINDS, PROVENANCES, Column, Register, Settings, Table

__all__ = ["ParsedInstance", "RawInstance", "RawTable", "Row", "TypedTable", "parse_instance", "parse_table"]


@dataclass(frozen=True)
class Row:
    """One typed row; `number` is its row in the file (the header is row 1)."""

    number: int
    cells: Mapping[str, Cell]

    def text(self, name: str) -> str:
        value = self.cells[name]
        assert isinstance(value, str), f"{name} is not text"
        return value

    def maybe_text(self, name: str) -> str | None:
        return None if self.cells[name] is None else self.text(name)

    def integer(self, name: str) -> int:
        value = self.cells[name]
        assert isinstance(value, int), f"{name} is not a whole number"
        return value

    def maybe_integer(self, name: str) -> int | None:
        return None if self.cells[name] is None else self.integer(name)

    def number_of(self, name: str) -> float:
        value = self.cells[name]
        assert isinstance(value, (int, float)), f"{name} is not a number"
        return float(value)

    def maybe_number_of(self, name: str) -> float | None:
        return None if self.cells[name] is None else self.number_of(name)

    def flag(self, name: str) -> bool:
        value = self.cells[name]
        assert isinstance(value, bool), f"{name} is not yes or no"
        return value

    def date(self, name: str) -> dt.date:
        value = self.cells[name]
        assert isinstance(value, dt.date), f"{name} is not a date"
        return value

    def maybe_date(self, name: str) -> dt.date | None:
        return None if self.cells[name] is None else self.date(name)

    def moment(self, name: str) -> dt.datetime:
        value = self.cells[name]
        assert isinstance(value, dt.datetime), f"{name} is not a date and time"
        return value

    def time(self, name: str) -> dt.time:
        value = self.cells[name]
        assert isinstance(value, dt.time), f"{name} is not a time of day"
        return value


@dataclass(frozen=True)
class TypedTable:
    """A table whose sound rows are typed. `complete` is false when a row was left out for a fault."""

    name: str
    file: str
    rows: tuple[Row, ...]
    complete: bool = True

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def fault(self, row: Row | None, column: str | None, expected: str, mend: str, found: str = "") -> Fault:
        """A fault of this table for cross-checks; what was found is read from the row unless it is given."""
        if not found and row is not None and column is not None:
            found = _as_written(row.cells.get(column))
        return Fault(self.file, row.number if row else None, column, found, expected, mend)


def _as_written(value: Cell) -> str:
    """A value as its file holds it, for people who look it up there."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    return "(empty)" if value is None else str(value)


@dataclass(frozen=True)
class ParsedInstance:
    """All that could be read: settings, typed tables, faults, notices and the provenance of numeric cells."""

    kind: str
    title: str
    origin: str
    settings: Settings | None
    tables: Mapping[str, TypedTable]
    faults: tuple[Fault, ...]
    notices: tuple[str, ...]
    provenance_counts: Mapping[str, int] = field(default_factory=dict)

    def table(self, name: str) -> TypedTable:
        return self.tables[name]


_HEADER_KEYS = frozenset({"kind", "title", "description", "settings", "provenance", "units"})


def parse_instance(register: Register, raw: RawInstance) -> ParsedInstance:
    """Read every table of an instance by the register; raises nothing, collects all faults."""
    faults: list[Fault] = list(_header_faults(register, raw))
    notices = list(raw.notices)
    overrides = _text_mapping(raw.header.get("provenance", {}))
    counts: dict[str, int] = dict.fromkeys(PROVENANCES, 0)
    tables: dict[str, TypedTable] = {}
    for table in register.inputs:
        raw_table = raw.tables.get(table.name)
        if raw_table is None:
            if not table.optional:
                faults.append(_missing_file(table))
            tables[table.name] = TypedTable(table.name, f"{table.name}.csv", (), complete=table.optional)
            continue
        typed, table_faults = parse_table(table, raw_table, notices)
        faults.extend(table_faults)
        tables[table.name] = typed
        faults.extend(_count_provenance(table, raw_table, overrides, counts))
    faults.extend(reference_faults(register.inputs, raw.tables))
    settings, setting_faults = _parse_settings(register, raw)
    faults.extend(setting_faults)
    _count_settings(register, raw, overrides, counts)
    title = str(raw.header.get("title", register.title))
    return ParsedInstance(register.kind, title, raw.origin, settings, tables, tuple(faults), tuple(notices), counts)


def parse_table(table: Table, raw: RawTable, notices: list[str]) -> tuple[TypedTable, list[Fault]]:
    """Read one table; rows with a fault are left out and `complete` is then false."""
    faults: list[Fault] = []
    positions = _column_positions(table, raw, faults, notices)
    whole = not faults
    read: list[Row] = []
    sound: list[Row] = []
    for number, cells in zip(raw.row_numbers, raw.rows, strict=True):
        row_faults: list[Fault] = []
        row = _read_row(table, raw.file, number, cells, positions, row_faults)
        read.append(row)
        faults.extend(list(_total_faults(table, raw.file, row)) or row_faults)
        if len(row.cells) == len(table.columns):
            sound.append(row)
    _notice_thousands(table, raw, positions, notices)
    faults.extend(_duplicate_faults(table, raw, read))
    if not raw.rows and not table.may_be_empty:
        faults.append(Fault(raw.file, None, None, "no rows", "must have at least one row",
                            f"Add the rows of {table.meaning}."))  # fmt: skip
    return TypedTable(table.name, raw.file, tuple(sound), whole and len(sound) == len(read)), faults


def _read_row(
    table: Table,
    file: str,
    number: int,
    cells: Sequence[str],
    positions: Mapping[str, int],
    faults: list[Fault],
) -> Row:
    """The cells of a row that could be read; a faulty cell is left out and its fault added."""
    values: dict[str, Cell] = {}
    for column in table.columns:
        at = positions.get(column.name)
        text = cells[at].strip() if at is not None and at < len(cells) else ""
        try:
            values[column.name] = _value(text, column)
        except CellError as error:
            if at is not None:  # a missing column is told once, not in every row
                faults.append(_cell_fault(file, number, column, text, str(error)))
    return Row(number, values)


def _total_faults(table: Table, file: str, row: Row) -> Iterator[Fault]:
    """A row of totals below a table would count everything twice; that its other cells are empty need not be said."""
    for column in table.columns:
        value = row.cells.get(column.name)
        if column.key and column.kind == "id" and isinstance(value, str) and names_a_total(value):
            yield Fault(file, row.number, column.name, value, "must be a row of its own and no sum of others",
                        "Delete the row of totals; sums are worked out from the rows.")  # fmt: skip


def _notice_thousands(table: Table, raw: RawTable, positions: Mapping[str, int], notices: list[str]) -> None:
    at = [positions[column.name] for column in table.columns if column.is_numeric and column.name in positions]
    found = sum(has_thousands_commas(cells[i].strip()) for cells in raw.rows for i in at if i < len(cells))
    if found:
        notices.append(f"{raw.file}: {found} numbers written like 1,234 were read as 1234")


def _value(text: str, column: Column) -> Cell:
    if not text and column.default is not None:
        text = column.default
    if not text:
        if column.may_be_empty:
            return None
        raise CellError("must not be empty")
    if column.kind in ("id", "text") and text != column.default and names_a_missing_value(text, column):
        raise CellError("must be a name" if column.kind == "id" else "must be a text")
    return parse_cell(text, column)


def _cell_fault(file: str, number: int, column: Column, text: str, expected: str) -> Fault:
    mend = how_to_mend(text, column) or column.mend or f"Correct this cell: {column.meaning}."
    return Fault(file, number, column.name, text or "(empty)", expected, mend)


def _column_positions(table: Table, raw: RawTable, faults: list[Fault], notices: list[str]) -> dict[str, int]:
    positions: dict[str, int] = {}
    for at, heading in enumerate(raw.header):
        name = heading.strip()
        if name in positions:
            faults.append(Fault(raw.file, raw.heading_row, None, f"column {name} twice",
                                "each column must stand once", "Remove one of the two columns."))  # fmt: skip
        positions.setdefault(name, at)
    known = {column.name for column in table.columns} | {"provenance"}
    faults.extend(
        Fault(raw.file, raw.heading_row, None, f"no column {column.name}",
              f"must have the column {column.name}: {column.meaning}", f"Add the column {column.name}.")
        for column in table.columns
        if column.name not in positions and column.default is None and not column.may_be_empty
    )  # fmt: skip
    unknown = [name for name in positions if name and name not in known]
    if unknown:
        notices.append(f"{raw.file}: columns not used: {', '.join(unknown)}")
    return positions


def _duplicate_faults(table: Table, raw: RawTable, rows: Sequence[Row]) -> Iterator[Fault]:
    keys = table.keys
    if not keys:
        return
    first_row: dict[tuple[Cell, ...], int] = {}
    for row in rows:
        if any(name not in row.cells for name in keys):
            continue
        key = tuple(row.cells[name] for name in keys)
        if key in first_row:
            found = ", ".join(f"{name} = {value}" for name, value in zip(keys, key, strict=True))
            yield Fault(raw.file, row.number, None, f"{found}, as in row {first_row[key]}",
                        f"{' + '.join(keys)} must be different in every row",
                        "Remove one of the two rows or correct its key.")  # fmt: skip
        first_row.setdefault(key, row.number)


def _header_faults(register: Register, raw: RawInstance) -> Iterator[Fault]:
    for key in raw.header:
        if key not in _HEADER_KEYS:
            yield Fault("instance.toml", None, key, str(raw.header[key]),
                        f"must be one of {', '.join(sorted(_HEADER_KEYS))}",
                        "Remove it, or move it under [settings].")  # fmt: skip
    if raw.header.get("kind") != register.kind:
        yield Fault("instance.toml", None, "kind", str(raw.header.get("kind")), f"must be {register.kind}",
                    "Correct the kind.")  # fmt: skip


def _missing_file(table: Table) -> Fault:
    return Fault(f"{table.name}.csv", None, None, "file not found",
                 f"must be there: {table.meaning}",
                 f"Add {table.name}.csv (nwl-opt new writes an empty one).")  # fmt: skip


def _parse_settings(register: Register, raw: RawInstance) -> tuple[Settings | None, list[Fault]]:
    values = raw.header.get("settings", {})
    if not isinstance(values, Mapping):
        return None, [Fault("instance.toml", None, "settings", str(values), "must be a table [settings]",
                            "Write the settings under a line [settings].")]  # fmt: skip
    try:
        return register.settings.model_validate(dict(values)), []
    except ValidationError as error:
        return None, [
            _setting_fault(register, ".".join(map(str, e["loc"])), e["input"], e["msg"], e["type"])
            for e in error.errors()
        ]


def _setting_fault(register: Register, name: str, found: object, message: str, kind: str) -> Fault:
    if kind == "extra_forbidden":
        known = ", ".join(register.settings.model_fields)
        return Fault("instance.toml", None, f"settings.{name}", str(found), "is not a setting of this kind",
                     f"Remove it or choose one of: {known}.")  # fmt: skip
    if kind == "missing":  # pydantic hands over all settings as what was found
        found, message = "(not given)", "must be given"
    described = register.settings.model_fields.get(name.split(".")[0])
    meaning = (described.description or "") if described is not None else ""
    expected = _expected_in_words(kind, message)
    return Fault("instance.toml", None, f"settings.{name}", str(found), expected, f"{name}: {meaning}.")


def _expected_in_words(kind: str, message: str) -> str:
    """What a setting was expected to be, as cells of tables are told it."""
    for beginning, words in _EXPECTED.items():
        if kind.startswith(beginning):
            return words
    words = message[0].lower() + message[1:]
    for long, short in (
        ("input should be ", "must be "),
        ("greater than or equal to ", ""),
        ("less than or equal to ", ""),
    ):
        words = words.replace(long, short)
    return (
        f"{words} or more"
        if kind == "greater_than_equal"
        else f"{words} or less"
        if kind == "less_than_equal"
        else words
    )


_EXPECTED = {
    "date": "must be a date like 2026-11-23",
    "int_": "must be a whole number",
    "float_": "must be a number",
    "bool_": "must be yes or no",
}


def _text_mapping(value: object) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, Mapping) else {}


def _count_provenance(
    table: Table, raw: RawTable, overrides: Mapping[str, str], counts: dict[str, int]
) -> Iterator[Fault]:
    """Count the numeric cells of a table by provenance; a row without a mark is the user's own: `local`."""
    at = raw.header.index("provenance") if "provenance" in raw.header else None
    numeric = [c.name for c in table.columns if c.kind in NUMERIC_KINDS and c.name in raw.header]
    for number, cells in zip(raw.row_numbers, raw.rows, strict=True):
        mark = cells[at].strip() if at is not None and at < len(cells) else ""
        if mark and mark not in PROVENANCES:
            yield Fault(raw.file, number, "provenance", mark, f"must be one of {', '.join(PROVENANCES)}",
                        "Say where the numbers of this row come from.")  # fmt: skip
            continue
        for name in numeric:
            position = raw.header.index(name)
            if position < len(cells) and cells[position].strip():
                chosen = overrides.get(f"{table.name}.{name}", mark or "local")
                counts[chosen if chosen in counts else "local"] += 1


def _count_settings(
    register: Register, raw: RawInstance, overrides: Mapping[str, str], counts: dict[str, int]
) -> None:
    given = _mapping_keys(raw.header.get("settings", {}))
    for name, described in register.settings.model_fields.items():
        if described.annotation not in (int, float):
            continue
        extra = described.json_schema_extra
        declared = str(extra.get("provenance", "assumption")) if isinstance(extra, dict) else "assumption"
        chosen = overrides.get(f"settings.{name}", "local" if name in given else declared)
        counts[chosen if chosen in counts else "local"] += 1


def _mapping_keys(value: object) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, Mapping) else frozenset()
