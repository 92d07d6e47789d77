"""A frontier: the same instance solved under one limit after the other, each point a whole saved run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from models.shared.frontier import Frontier, bend, dominated, equal_steps
from models.shared.problem import Measure, SolveOptions
from nwl_opt.files.atomic import append_json_line, write_atomically
from nwl_opt.files.tables import csv_bytes
from nwl_opt.named import Names, in_a_sentence, names_of
from nwl_opt.opening import Validation, validate_instance
from nwl_opt.run_folder import INPUTS_FOLDER, PROGRESS_FILE, is_run_folder, new_folder, runs_root
from nwl_opt.scenario import read_scenario
from nwl_opt.solving import (
    EXIT_CANCELLED,
    EXIT_CHECK,
    EXIT_OK,
    RunResult,
    SilentListener,
    SolveRequest,
    solve_and_save,
)
from nwl_opt.words import name_words, number_words, plain_number

FRONTIER_FILE = "frontier.csv"
_SAME_SHARE = 1e-5
"""Gains that differ by less than this share of their range are alike: whole pounds move them by less."""


@dataclass(frozen=True)
class FrontierRequest:
    """A frontier as a user asks for it; of a run its inputs are taken. An empty `against` is the first offered.

    Without `baselines` the points are not held against what users would do without us.
    """

    path: Path
    against: str
    points: int
    scenario_path: Path | None = None
    set_by_hand: Mapping[str, object] = field(default_factory=dict)
    out: Path | None = None
    options: SolveOptions = field(default_factory=SolveOptions)
    baselines: bool = True

    @property
    def instance_path(self) -> Path:
        """The instance to be solved."""
        return self.path / INPUTS_FOLDER if is_run_folder(self.path) else self.path


@dataclass(frozen=True)
class Point:
    """One limit and the run it came to; `values` are the frontier's measures, empty without a plan."""

    number: int
    limit: int | float
    run: Path
    status: str
    exit_code: int
    values: Mapping[str, Measure]


@dataclass(frozen=True)
class Drawn:
    """A frontier that was solved: every point, which of them stand (by position), and how the frontier runs.

    `slopes` are the gain for each `slope_per` of price, from the standing point before to this one.
    """

    frontier: Frontier
    folder: Path
    points: tuple[Point, ...]
    standing: tuple[int, ...]
    beaten_by: Mapping[int, int]
    slopes: Mapping[int, float]
    sentence: str
    exit_code: int


def draw_frontier(
    request: FrontierRequest, tell: Callable[[Frontier, Point], None], asked_to_stop: Callable[[], bool]
) -> Drawn:
    """Solve every point of a frontier; `tell` hears of each.

    Raises
    ------
    InputFaults
        If the instance, the scenario, the settings, the trade-off or the folder cannot be used.
    NoFrontier
        If there is nothing to trade.
    """
    scenario = None if request.scenario_path is None else read_scenario(request.scenario_path)
    validation = validate_instance(request.instance_path, scenario, request.set_by_hand)
    frontier = _chosen(validation, request.against)
    validation.open()
    ends = frontier.ends(validation.parsed)
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    folder = new_folder(request.out or runs_root() / f"{stamp}-{validation.kind}-frontier")
    points: list[Point] = []
    limits = [frontier.limit(steps) for steps in equal_steps(ends, request.points)]
    for number, limit in enumerate(limits, start=1):
        _note_progress(folder, f"point {number} of {len(limits)}, at most {limit_words(frontier, limit)}")
        points.append(_solved(request, frontier, folder, number, limit, asked_to_stop))
        tell(frontier, points[-1])
        if points[-1].exit_code == EXIT_CANCELLED:
            break
    drawn = _drawn(frontier, folder, points, names_of(validation.kind))
    write_atomically(folder / FRONTIER_FILE, csv_bytes(_columns(drawn), list(_rows(drawn))))
    return drawn


def _note_progress(folder: Path, stage: str) -> None:
    """Where whoever follows the run of a command looks for how far it is; a point has no bound of its own there."""
    event = {"seconds": None, "stage": stage, "value": None, "bound": None, "gap_share": None}
    append_json_line(folder / PROGRESS_FILE, event)


def _chosen(validation: Validation, against: str) -> Frontier:
    offered = {frontier.name: frontier for frontier in validation.problem.frontiers}
    if validation.faults:
        raise InputFaults(validation.faults)
    if not offered:
        raise InputFaults([Fault("frontier", None, None, validation.kind, "must be a kind that offers trade-offs",
                                 "Give an instance of another kind, as reallocation/nwl.")])  # fmt: skip
    if not against:
        return validation.problem.frontiers[0]
    if against not in offered:
        raise InputFaults([Fault("--against", None, None, against, f"must be one of {', '.join(offered)}",
                                 "Correct the name.")])  # fmt: skip
    return offered[against]


def _solved(
    request: FrontierRequest,
    frontier: Frontier,
    folder: Path,
    number: int,
    limit: int | float,
    asked_to_stop: Callable[[], bool],
) -> Point:
    own = SolveRequest(
        path=request.instance_path,
        scenario_path=request.scenario_path,
        set_by_hand={**request.set_by_hand, **dict.fromkeys((frontier.setting, *frontier.also), limit)},
        out=folder / f"point-{number:02d}",
        options=replace(request.options, studies=False),
        why=f"frontier: {name_words(frontier.price)} at most {limit_words(frontier, limit)}",
        baselines=request.baselines,
    )
    result = solve_and_save(own, SilentListener(), asked_to_stop)
    return Point(number, limit, result.folder, result.solved.status, result.exit_code, _values(frontier, result))


def _values(frontier: Frontier, result: RunResult) -> dict[str, Measure]:
    measures = result.finished.measures
    return {name: measures[name] for name in frontier.measures if name in measures}


def _drawn(frontier: Frontier, folder: Path, points: Sequence[Point], names: Names) -> Drawn:
    """What stands once the points are known: those with a checked plan that no other beats."""
    usable = [at for at, point in enumerate(points) if point.exit_code == EXIT_OK]
    pairs = [_pair(frontier, points[at]) for at in usable]
    gains = [gain for gain, _ in pairs]
    span = max(gains) - min(gains) if gains else 0.0
    beaten = dominated(pairs, (_SAME_SHARE * span, float(frontier.step) / 2))
    beaten_by = {usable[at]: usable[by] for at, by in enumerate(beaten) if by is not None}
    standing = tuple(
        sorted((at for at in usable if at not in beaten_by), key=lambda at: _pair(frontier, points[at])[1])
    )
    slopes = {}
    for before, at in pairwise(standing):
        (gain_before, price_before), (gain, price) = _pair(frontier, points[before]), _pair(frontier, points[at])
        slopes[at] = (gain_before - gain) / (price - price_before) * float(frontier.slope_per)
    codes = [point.exit_code for point in points if point.exit_code != EXIT_OK]
    sentence = "Points without a checked plan are missing: this is no frontier to rely on."
    if not codes:
        sentence = frontier_sentence(frontier, [_pair(frontier, points[at]) for at in standing], names)
    return Drawn(frontier, folder, tuple(points), standing, beaten_by, slopes, sentence, max(codes, default=EXIT_OK))


def _pair(frontier: Frontier, point: Point) -> tuple[float, float]:
    """Gain and price of a point, both better when smaller."""
    gain = point.values[frontier.gain].value
    return -gain if frontier.gain_grows else gain, point.values[frontier.price].value


def slope_words(frontier: Frontier, slope: float) -> str:
    """What one step of the price buys: a share in points, anything else in its unit."""
    if frontier.gain_unit == "share":
        return f"{plain_number(100 * slope)} points"
    return number_words(slope, frontier.gain_unit)


def frontier_sentence(frontier: Frontier, pairs: Sequence[tuple[float, float]], names: Names) -> str:
    """How the frontier runs, and where it bends, in the words of the problem."""
    verb = "raises" if frontier.gain_grows else "lowers"
    gain, price = (in_a_sentence(names.figure(one)) for one in (frontier.gain, frontier.price))
    if len(pairs) < 2:
        return f"There is nothing to trade: no other limit changes the {gain} without giving up what comes before it."
    first, last = pairs[0], pairs[-1]

    def each(start: tuple[float, float], end: tuple[float, float]) -> str:
        slope = (start[0] - end[0]) / (end[1] - start[1]) * float(frontier.slope_per)
        return slope_words(frontier, slope)

    at = bend(pairs)
    if at is None:
        return f"Each {frontier.slope_words} {verb} the {gain} by about {each(first, last)}, all along."
    turn = pairs[at]
    shown = number_words(turn[1], frontier.unit)
    return (
        f"It bends where the {price} is {shown}: up to there each {frontier.slope_words} {verb} the {gain} by about "
        f"{each(first, turn)}, beyond it by about {each(turn, last)}."
    )


def _columns(drawn: Drawn) -> list[str]:
    units = {name: measure.unit for point in drawn.points for name, measure in point.values.items()}
    frontier = drawn.frontier
    measures = [f"{name}_{units[name]}" for name in frontier.measures if name in units]
    slope = f"gain_per_{frontier.slope_words.replace(' ', '_')}_{frontier.gain_unit}"
    return ["point", frontier.setting, *measures, slope, "status", "beaten_by_point", "run"]


def _rows(drawn: Drawn) -> Iterator[list[str]]:
    known = [name for name in drawn.frontier.measures if any(name in point.values for point in drawn.points)]
    for at, point in enumerate(drawn.points):
        by = drawn.beaten_by.get(at)
        slope = drawn.slopes.get(at)
        yield [
            str(point.number),
            _plain(point.limit),
            *(_plain(point.values[name].value) if name in point.values else "" for name in known),
            "" if slope is None else str(round(slope)) if drawn.frontier.gain_unit == "gbp" else _plain(slope),
            standing_words(drawn, at),
            "" if by is None else str(drawn.points[by].number),
            point.run.name,
        ]


def limit_words(frontier: Frontier, limit: int | float) -> str:
    """A limit as it is used, to its last digit."""
    return f"{100 * limit:g} %" if frontier.unit == "share" else number_words(limit, frontier.unit)


def standing_words(drawn: Drawn, at: int) -> str:
    """What a point is: on the frontier, dominated by another, or without a checked plan."""
    if at in drawn.standing:
        return "on_frontier"
    if drawn.points[at].exit_code == EXIT_CHECK:
        return "check_failed"
    return "dominated" if at in drawn.beaten_by else drawn.points[at].status


def _plain(value: float) -> str:
    """A number as its column holds it: pounds whole, shares with six decimals."""
    return str(round(value)) if float(value).is_integer() or abs(value) >= 100 else f"{value:.6f}"
