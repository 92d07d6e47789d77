"""A scenario: a small change to an instance, applied to its tables before they are validated."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.parsing import RawInstance
from models.shared.register import Register
from nwl_opt.files.toml_reading import parse_toml
from nwl_opt.scenario_edits import Addition, Change, Edit, Removal, apply_edit

_KEYS = frozenset({"title", "description", "kind", "instance", "binds", "settings", "change", "add", "remove"})
_CHANGE_KEYS = frozenset({"table", "where", "column", "value", "factor", "add"})
_WAYS = ("value", "factor", "add")


@dataclass(frozen=True)
class Scenario:
    """A scenario as its file says it.

    `binds` names the rules the scenario is shipped to show at work; `instance` the shipped instance it is for.
    """

    file: str
    title: str
    description: str
    kind: str
    instance: str
    binds: tuple[str, ...]
    settings: Mapping[str, object]
    edits: tuple[Edit, ...]


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Raises
    ------
    InputFaults
        If it is not a scenario; all faults are told.
    """
    try:
        values = parse_toml(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputFaults([Fault(path.name, None, None, f"unreadable ({error.strerror})", "must be a scenario file",
                                 "Check the path.")]) from None  # fmt: skip
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputFaults([Fault(path.name, None, None, f"not TOML ({error})", "must be a scenario in TOML",
                                 "Correct the line.")]) from None  # fmt: skip
    faults: list[Fault] = [
        Fault(path.name, None, key, str(values[key]), f"must be one of {', '.join(sorted(_KEYS))}", "Remove the key.")
        for key in sorted(set(values) - _KEYS)
    ]
    settings = values.get("settings", {})
    if not isinstance(settings, Mapping):
        faults.append(_fault(path.name, "settings", str(settings), "must be a section [settings]"))
        settings = {}
    edits = tuple(_edits(path.name, values, faults))
    if faults:
        raise InputFaults(faults)
    return Scenario(
        file=path.name,
        title=str(values.get("title", path.stem)),
        description=str(values.get("description", "")),
        kind=str(values.get("kind", "")),
        instance=str(values.get("instance", "")),
        binds=tuple(str(rule) for rule in _listed(values.get("binds", ()))),
        settings=settings,
        edits=edits,
    )


def apply_scenario(register: Register, raw: RawInstance, scenario: Scenario) -> RawInstance:
    """The instance with the scenario in it: settings, then changes, additions and removals in the file's order.

    What a scenario changes is an assumption from then on, unless its row is synthetic or the user's own.

    Raises
    ------
    InputFaults
        If the scenario is for another kind, names what is not there, or matches no row.
    """
    faults: list[Fault] = []
    if scenario.kind and scenario.kind != register.kind:
        faults.append(_fault(scenario.file, "kind", scenario.kind, f"must be {register.kind}, as the instance is"))
        raise InputFaults(faults)
    changed = with_settings(raw, scenario.settings, provenance="assumption")
    for edit in scenario.edits:
        changed, edit_faults = apply_edit(register, changed, edit, scenario.file)
        faults.extend(edit_faults)
    if faults:
        raise InputFaults(faults)
    return changed


def with_settings(raw: RawInstance, settings: Mapping[str, object], provenance: str) -> RawInstance:
    """The instance with some settings replaced, their provenance noted."""
    if not settings:
        return raw
    marks = {f"settings.{name}": provenance for name in settings}
    header = dict(raw.header)
    header["settings"] = {**_section(raw.header, "settings"), **settings}
    header["provenance"] = {**_section(raw.header, "provenance"), **marks}
    return replace(raw, header=header)


def parse_assignments(assignments: Sequence[str]) -> dict[str, object]:
    """Settings from the command line: `growth_share=0.02` or `settings.growth_share=0.02`.

    Raises
    ------
    InputFaults
        If one is not of the form name=value.
    """
    settings: dict[str, object] = {}
    faults: list[Fault] = []
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        name = name.strip().removeprefix("settings.")
        if not equals or not name:
            faults.append(Fault("--set", None, None, assignment, "must be name=value",
                                "Write for instance --set settings.growth_share=0.02."))  # fmt: skip
            continue
        settings[name] = _toml_or_text(text.strip())
    if faults:
        raise InputFaults(faults)
    return settings


def _edits(file: str, values: Mapping[str, object], faults: list[Fault]) -> Iterator[Edit]:
    for number, entry in _entries(file, values, "change", faults):
        ways = [way for way in _WAYS if way in entry]
        wrong = sorted(set(entry) - _CHANGE_KEYS)
        name = f"change {number}"
        if wrong or len(ways) != 1 or not _has_texts(entry, "table", "column"):
            found = ", ".join(sorted(entry))
            faults.append(_fault(file, name, found, "must have table, column, one of value, factor or add, "
                                 "and may have where"))  # fmt: skip
            continue
        yield Change(name, str(entry["table"]), _where(file, name, entry, faults), str(entry["column"]),
                     ways[0], entry[ways[0]])  # fmt: skip
    for number, entry in _entries(file, values, "add", faults):
        row = entry.get("row")
        name = f"add {number}"
        if set(entry) != {"table", "row"} or not isinstance(row, Mapping) or not row:
            faults.append(_fault(file, name, ", ".join(sorted(entry)), "must have table and row = {column = value}"))
            continue
        yield Addition(name, str(entry["table"]), dict(row))
    for number, entry in _entries(file, values, "remove", faults):
        name = f"remove {number}"
        if set(entry) != {"table", "where"}:
            faults.append(_fault(file, name, ", ".join(sorted(entry)), "must have table and where"))
            continue
        yield Removal(name, str(entry["table"]), _where(file, name, entry, faults))


def _entries(
    file: str, values: Mapping[str, object], key: str, faults: list[Fault]
) -> Iterator[tuple[int, Mapping[str, object]]]:
    entries = values.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        faults.append(_fault(file, key, str(entries), f"must be written as [[{key}]]"))
        return
    yield from enumerate(entries, start=1)


def _where(
    file: str, name: str, entry: Mapping[str, object], faults: list[Fault]
) -> Mapping[str, tuple[object, ...]]:
    where = entry.get("where", {})
    if not isinstance(where, Mapping):
        faults.append(_fault(file, f"{name}, where", str(where), "must be {column = value} or {column = [values]}"))
        return {}
    return {str(column): tuple(_listed(value)) for column, value in where.items()}


def _has_texts(entry: Mapping[str, object], *names: str) -> bool:
    return all(isinstance(entry.get(name), str) for name in names)


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else [value]


def _section(header: Mapping[str, object], name: str) -> Mapping[str, object]:
    section = header.get(name, {})
    return section if isinstance(section, Mapping) else {}


def _toml_or_text(text: str) -> object:
    try:
        return parse_toml(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _fault(file: str, where: str, found: str, expected: str) -> Fault:
    return Fault(file, None, where, found, expected, "Correct the scenario.")
