"""Which kinds of problem there are, where their code lives, and which data is shipped with them."""

from __future__ import annotations

import importlib
import importlib.resources
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from models.shared.cells import Cell
from models.shared.faults import Fault, InputFaults
from models.shared.problem import Problem

REFERENCE = "nwl"
Generated = tuple[Mapping[str, object], Mapping[str, list[dict[str, Cell]]]]


@dataclass(frozen=True)
class Home:
    """Where a kind of problem lives: the module that offers `PROBLEM`, and the package of its shipped data."""

    problem_module: str
    data_package: str


HOMES: dict[str, Home] = {
    "reallocation": Home("models.reallocation.problem", "instances.reallocation"),
    "theatres": Home("models.theatres.problem", "instances.theatres"),
    "estates": Home("models.estates.problem", "instances.estates"),
}


def kinds() -> tuple[str, ...]:
    """The kinds of problem, in the order they are shown."""
    return tuple(HOMES)


def load_problem(kind: str) -> Problem:
    """The problem of a kind; imports its code, solvers included, only now.

    Raises
    ------
    InputFaults
        If there is no such kind.
    """
    return problem_of_module(_home(kind).problem_module)


def problem_of_module(module: str) -> Problem:
    """The `PROBLEM` a module offers."""
    problem = importlib.import_module(module).PROBLEM
    assert isinstance(problem, Problem), f"{module}.PROBLEM is not a Problem"
    return problem


def data_folder(kind: str) -> Path:
    """The folder of a kind's shipped instances and scenarios.

    Raises
    ------
    InputFaults
        If there is no such kind, or its data is not unpacked on disk.
    """
    folder = Path(str(importlib.resources.files(_home(kind).data_package)))
    if not folder.is_dir():
        raise InputFaults([Fault(str(folder), None, None, "no folder", "shipped data must be unpacked on disk",
                                 "Install the wheel with pip.")])  # fmt: skip
    return folder


def shipped_instances(kind: str) -> tuple[str, ...]:
    """The names of the instances shipped for a kind."""
    return tuple(sorted(path.parent.name for path in data_folder(kind).glob("*/instance.toml")))


def shipped_scenarios(kind: str) -> tuple[Path, ...]:
    """The scenario files shipped for a kind."""
    return tuple(sorted((data_folder(kind) / "scenarios").glob("*.toml")))


def find_instance(name: str) -> Path:
    """The path of an instance given as a path, or as a shipped name such as `reallocation/nwl`.

    Raises
    ------
    InputFaults
        If it is neither.
    """
    path = Path(name)
    if path.exists():
        return path
    kind, _, instance = name.replace("\\", "/").partition("/")
    if kind in HOMES:
        shipped = shipped_instances(kind)
        if instance in shipped:
            return data_folder(kind) / instance
        raise InputFaults([Fault(name, None, None, "not found",
                                 f"must be a path, or one of {', '.join(f'{kind}/{one}' for one in shipped)}",
                                 "Correct the name.")])  # fmt: skip
    raise InputFaults([Fault(name, None, None, "not found",
                             "must be an instance folder, an .xlsx workbook or a shipped name: reallocation/nwl",
                             "Check the path; nwl-opt scenarios lists what is shipped.")])  # fmt: skip


def find_file(name: str) -> Path:
    """The path of a file or folder given as a path, or as a shipped one such as `theatres/week/events.toml`.

    A name that is neither stays as it is: whoever reads it says that it is not there.
    """
    path = Path(name)
    kind, _, rest = name.replace("\\", "/").partition("/")
    if path.exists() or kind not in HOMES or not rest:
        return path
    shipped = data_folder(kind) / rest
    return shipped if shipped.exists() else path


def find_scenario(name: str, kind: str) -> Path:
    """The path of a scenario given as a path, or as the name of one shipped for the kind.

    Raises
    ------
    InputFaults
        If it is neither.
    """
    path = Path(name)
    if path.is_file():
        return path
    shipped = {one.stem: one for one in shipped_scenarios(kind)}
    if name in shipped:
        return shipped[name]
    choices = f" or one of {', '.join(shipped)}" if shipped else ""
    raise InputFaults([Fault(name, None, None, "not found", f"must be the path of a scenario file{choices}",
                             f"Correct the name; nwl-opt scenarios {kind} lists the shipped ones.")])  # fmt: skip


def load_generator(kind: str) -> Callable[..., Generated]:
    """The seeded generator of a kind: `generate(seed, **sizes)` returns a header and tables.

    Raises
    ------
    InputFaults
        If none is shipped.
    """
    module = f"{_home(kind).data_package}.generate"
    try:
        return cast(Callable[..., Generated], importlib.import_module(module).generate)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise InputFaults([Fault(kind, None, None, "no generator", "no generator is shipped for this kind",
                                 "Start from nwl-opt new.")]) from None  # fmt: skip


def _home(kind: str) -> Home:
    if kind not in HOMES:
        raise InputFaults([Fault(kind, None, None, "unknown kind", f"must be one of {', '.join(HOMES)}",
                                 "Correct the kind.")])  # fmt: skip
    return HOMES[kind]
