"""A sweep from files to a file: an instance, the settings to vary, and what every combination comes to."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.reallocation.sweep import SweepPoint, scenarios_of, sweep, sweep_rows
from models.shared.faults import Fault, InputFaults
from nwl_opt import __version__
from nwl_opt.files.atomic import write_atomically, write_json
from nwl_opt.files.tables import csv_bytes
from nwl_opt.files.toml_reading import parse_toml
from nwl_opt.opening import sha256_of_instance, validate_instance
from nwl_opt.quiet import quiet_solvers
from nwl_opt.reallocation.saved_plan import KIND
from nwl_opt.run_folder import REQUEST_FILE, new_folder
from nwl_opt.scenario import read_scenario
from solvers.types import StopWhen

SWEEP_FILE, SPEC_FILE = "sweep.csv", "sweep.toml"


@dataclass(frozen=True)
class Swept:
    """What a sweep came to; fewer points than `wanted` where the user stopped it."""

    folder: Path
    points: tuple[SweepPoint, ...]
    wanted: int
    cpu_seconds: float

    @property
    def stopped(self) -> bool:
        return len(self.points) < self.wanted


def sweep_and_save(
    path: Path,
    spec: Path,
    out: Path,
    scenario_path: Path | None,
    set_by_hand: Mapping[str, object],
    asked_to_stop: Callable[[], bool],
) -> Swept:
    """Solve the first aims of every combination and write what they come to.

    Raises
    ------
    InputFaults
        If the instance, the specification, the scenario, the settings or the folder cannot be used.
    """
    scenario = None if scenario_path is None else read_scenario(scenario_path)
    validation = validate_instance(path, scenario, set_by_hand)
    if validation.kind != KIND:
        raise InputFaults([Fault(str(path), None, "kind", validation.kind, f"must be {KIND}",
                                 "Give an instance of a reallocation.")])  # fmt: skip
    validation.open()
    text, specification = _read(spec)
    scenarios = scenarios_of(specification, spec.name)
    folder = new_folder(out)
    cpu = time.process_time()
    try:
        with quiet_solvers():
            points = sweep(validation.parsed, scenarios, StopWhen(asked_to_stop))
    except InputFaults:
        folder.rmdir()
        raise
    swept = Swept(folder, points, len(scenarios), time.process_time() - cpu)
    request = {
        "tool_version": __version__,
        "kind": KIND,
        "instance": {
            "path": path.as_posix(),
            "sha256": sha256_of_instance(validation.raw, validation.problem.register),
        },
        "scenarios": len(scenarios),
        "solved": len(points),
    }
    write_atomically(folder / SPEC_FILE, text)
    write_json(folder / REQUEST_FILE, request)
    rows = sweep_rows(points)
    columns = list(rows[0]) if rows else []
    write_atomically(
        folder / SWEEP_FILE, csv_bytes(columns, [[_text(row[name]) for name in columns] for row in rows])
    )
    return swept


def _read(spec: Path) -> tuple[bytes, Mapping[str, object]]:
    try:
        text = spec.read_bytes()
        return text, parse_toml(text.decode("utf-8-sig"))
    except OSError as error:
        raise InputFaults([Fault(str(spec), None, None, f"unreadable ({error.strerror})", "must be a file in TOML",
                                 "Check the path.")]) from None  # fmt: skip
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputFaults([Fault(spec.name, None, None, f"not TOML ({error})",
                                 "must hold [settings] with values for each",
                                 "Correct the line.")]) from None  # fmt: skip


def _text(value: object) -> str:
    if value is None:
        return ""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
