"""From mapping.toml to a mapping; everything wrong with the file is told at once."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from models.shared.faults import Fault, InputFaults
from models.shared.register import Table
from nwl_opt.excel.mapping.checking import mapping_faults
from nwl_opt.excel.mapping.model import (
    REFERRING,
    SAME_KEYS,
    TESTS,
    WAYS,
    ColumnRule,
    LeaveOut,
    Source,
    TableMapping,
)
from nwl_opt.excel.mapping.targets import table_of
from nwl_opt.files.toml_reading import parse_toml
from nwl_opt.problems import kinds

LARGEST_MAPPING_BYTES = 1_000_000
_TOP = ("kind", "table", "title", "source", "target", "column", "codes", "leave_out")
_Choice = TypeVar("_Choice", bound=str)


def read_mapping(path: Path) -> TableMapping:
    """A mapping from its file.

    Raises
    ------
    InputFaults
        If the file cannot be read, or anything in it is wrong.
    """
    try:
        if path.stat().st_size > LARGEST_MAPPING_BYTES:
            raise InputFaults([_fault(path.name, None, f"{path.stat().st_size / 1e6:,.1f} MB",
                                      "must be at most 1 MB", "Is this the extract?")])  # fmt: skip
        data = path.read_bytes()
    except OSError as error:
        raise InputFaults([_fault(path.name, None, f"unreadable ({error.strerror})", "must be a mapping (.toml)",
                                  "nwl-opt extract propose writes a first one.")]) from None  # fmt: skip
    return parse_mapping(data, path.name)


def parse_mapping(data: bytes, file: str) -> TableMapping:
    """A mapping from the bytes of its file.

    Raises
    ------
    InputFaults
        If anything in it is wrong.
    """
    try:
        values = parse_toml(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise InputFaults([_fault(file, None, "bytes that are not UTF-8", "must be TOML in UTF-8",
                                  "Save it as UTF-8.")]) from None  # fmt: skip
    except tomllib.TOMLDecodeError as error:
        raise InputFaults([_fault(file, None, f"not TOML ({error})", "must be lines name = value",
                                  'Texts stand in double quotes: from = "RTT clock start".')]) from None  # fmt: skip
    reader = _Reader(file)
    mapping, table = reader.mapping(values)
    faults = list(reader.faults)
    if table is not None:
        faults += mapping_faults(mapping, table, file)
    if faults:
        raise InputFaults(faults)
    return mapping


class _Reader:
    """Reads the parts of a mapping and keeps what is wrong with their types, keys and choices."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.faults: list[Fault] = []

    def mapping(self, values: Mapping[str, object]) -> tuple[TableMapping, Table | None]:
        self._known(values, _TOP, "")
        target = self._part(values, "target")
        self._known(target, ("way", "same_key", "rows_that_refer", "provenance"), "target.")
        kind = self._choice(values, "kind", "", kinds(), "")
        name = self._text(values, "table", "")
        table = self._table(kind, name)
        mapping = TableMapping(
            kind=kind,
            table=name,
            title=self._text(values, "title", ""),
            source=self._source(self._part(values, "source")),
            way=self._choice(target, "way", "target.", WAYS, "replace"),
            same_key=self._choice(target, "same_key", "target.", SAME_KEYS, "fault"),
            rows_that_refer=self._choice(target, "rows_that_refer", "target.", REFERRING, "keep"),
            provenance=self._text(target, "provenance", "target.") or "local",
            columns=tuple(self._rule(part, at) for at, part in enumerate(self._parts(values, "column"), start=1)),
            codes=self._codes(self._part(values, "codes")),
            leave_out=tuple(
                self._leave_out(part, at) for at, part in enumerate(self._parts(values, "leave_out"), start=1)
            ),
        )
        return mapping, table

    def _table(self, kind: str, name: str) -> Table | None:
        if kind not in kinds():
            return None
        try:
            return table_of(kind, name)
        except InputFaults as error:
            self._add("table", name or "(not given)", error.faults[0].expected, "Write the table it is for.")
            return None

    def _source(self, part: Mapping[str, object]) -> Source:
        self._known(part, ("sheet", "header_row", "separator", "encoding", "decimal"), "source.")
        row = self._whole(part, "header_row", "source.", 1)
        return Source(
            sheet=self._text(part, "sheet", "source."),
            header_row=row,
            separator=self._choice(part, "separator", "source.", ("", ",", ";", "\t"), ""),
            encoding=self._choice(part, "encoding", "source.", ("", "utf-8", "utf-16", "cp1252", "latin-1"), ""),
            decimal=self._choice(part, "decimal", "source.", (".", ","), "."),
        )

    def _rule(self, part: Mapping[str, object], at: int) -> ColumnRule:
        where = f"column {at} ({part.get('to', 'no name')})."
        self._known(part, ("to", "from", "made_of", "join", "after", "before", "first_characters", "unit", "date",
                           "less", "default", "constant", "fill_down"), where)  # fmt: skip
        return ColumnRule(
            to=self._text(part, "to", where),
            headings=self._texts(part, "from", where),
            made_of=self._texts(part, "made_of", where),
            join=self._text(part, "join", where, "-"),
            after=self._text(part, "after", where),
            before=self._text(part, "before", where),
            first_characters=self._whole(part, "first_characters", where, 0),
            unit=self._text(part, "unit", where),
            date=self._text(part, "date", where),
            less=self._text(part, "less", where),
            default=self._text(part, "default", where),
            constant=self._text(part, "constant", where) if "constant" in part else None,
            fill_down=self._flag(part, "fill_down", where),
        )

    def _leave_out(self, part: Mapping[str, object], at: int) -> LeaveOut:
        where = f"leave_out {at}."
        self._known(part, ("from", "reason", *TESTS), where)
        given = [test for test in TESTS if test in part]
        if len(given) != 1:
            self._add(where.rstrip("."), ", ".join(given) or "no test", f"must have one of {', '.join(TESTS)}",
                      'Write for instance starts_with = "Total".')  # fmt: skip
        test = given[0] if given else "empty"
        if test == "empty" and "empty" in part and part["empty"] is not True:
            self._add(f"{where}empty", str(part["empty"]), "must be true", "Write empty = true.")
        values = self._texts(part, test, where) if test != "empty" else ()
        return LeaveOut(self._text(part, "from", where), test, values, self._text(part, "reason", where))

    def _codes(self, part: Mapping[str, object]) -> dict[str, dict[str, str]]:
        codes: dict[str, dict[str, str]] = {}
        for column, entries in part.items():
            if not isinstance(entries, Mapping):
                self._add(f"codes.{column}", str(entries), "must be a table of their code = our code",
                          f'Write [codes.{column}] and below it "Urgent" = "P2".')  # fmt: skip
                continue
            codes[column] = {theirs: self._text(entries, theirs, f"codes.{column}.") for theirs in entries}
        return {column: entries for column, entries in codes.items() if entries}

    def _known(self, part: Mapping[str, object], names: Collection[str], where: str) -> None:
        for name in part:
            if name not in names:
                self._add(f"{where}{name}", "not a key we know", f"must be one of {', '.join(names)}",
                          "Correct its spelling, or remove it.")  # fmt: skip

    def _part(self, values: Mapping[str, object], name: str) -> Mapping[str, object]:
        part = values.get(name, {})
        if isinstance(part, Mapping):
            return part
        self._add(name, str(part), "must be a section", f"Write [{name}] on a line of its own.")
        return {}

    def _parts(self, values: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
        parts = values.get(name, [])
        if isinstance(parts, list) and all(isinstance(part, Mapping) for part in parts):
            return parts
        self._add(name, str(parts)[:60], "must be sections", f"Write [[{name}]], with two brackets, for each.")
        return []

    def _text(self, part: Mapping[str, object], name: str, where: str, default: str = "") -> str:
        value = part.get(name, default)
        if isinstance(value, str):
            return value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        self._add(f"{where}{name}", str(value), "must be a text", f'Write {name} = "...".')
        return default

    def _texts(self, part: Mapping[str, object], name: str, where: str) -> tuple[str, ...]:
        value = part.get(name, [])
        entries: Sequence[object] = (
            [value] if isinstance(value, str) else value if isinstance(value, list) else [None]
        )
        if not all(isinstance(entry, str) and entry for entry in entries):
            self._add(f"{where}{name}", str(value), "must be a text, or a list of texts", f'Write {name} = "...".')
            return ()
        return tuple(str(entry) for entry in entries)

    def _whole(self, part: Mapping[str, object], name: str, where: str, default: int) -> int:
        value = part.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000:
            return value
        self._add(f"{where}{name}", str(value), "must be a whole number, 0 or more", f"Write {name} = {default}.")
        return default

    def _flag(self, part: Mapping[str, object], name: str, where: str) -> bool:
        value = part.get(name, False)
        if isinstance(value, bool):
            return value
        self._add(f"{where}{name}", str(value), "must be true or false", f"Write {name} = true.")
        return False

    def _choice(
        self, part: Mapping[str, object], name: str, where: str, choices: Sequence[_Choice], default: _Choice
    ) -> _Choice:
        value = part.get(name, default)
        for choice in choices:
            if value == choice:
                return choice
        shown = ", ".join(choice or '""' for choice in choices)
        self._add(f"{where}{name}", str(value) or "(not given)", f"must be one of {shown}", "Choose one of these.")
        return default

    def _add(self, key: str, found: str, expected: str, mend: str) -> None:
        self.faults.append(_fault(self._file, key, found, expected, mend))


def _fault(file: str, key: str | None, found: str, expected: str, mend: str) -> Fault:
    return Fault(file, None, key, found, expected, mend)
