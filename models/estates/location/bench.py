"""Published facility-location problems solved as estates, beside plain HiGHS and other tools.

Every file becomes an estates instance, the instance a location core through the rules' own demand, rooms and cash,
and the core is solved to proof (`method`). All CPU seconds include the making of the model from the core.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.estates.location.core import LocationCore
from models.estates.location.mapping import estates_instance, pounds_per_unit
from models.estates.location.method import LocationAnswer, solve_location
from models.estates.location.of_instance import location_core
from models.estates.location.peers import ask_peer
from models.estates.location.plain import PlainAnswer, solve_plain
from models.estates.location.published import Case
from models.estates.location.reading import LocationFile, read_location_file
from models.shared.problem import View
from models.shared.promises import Measured

AGREES = 0.0101
"""Published values have two or three decimals, not always rounded."""
CAPA_SECONDS = 300.0
CAPA_GAP_SHARE = 0.01
_LEAST_SECONDS = 0.01
"""CPU seconds are counted as at least this: below it the clock's own step shows."""


@dataclass(frozen=True)
class Line:
    """One case measured; values in the units of its file. `plain` is None where only ours was asked."""

    case: Case
    sites: int
    areas: int
    answer: LocationAnswer
    unit_gbp: float
    plain: PlainAnswer | None
    peers: Mapping[str, PlainAnswer] = field(default_factory=dict)
    note: str = ""

    def units(self, gbp: float | None) -> float | None:
        return None if gbp is None else gbp / self.unit_gbp

    @property
    def is_proved(self) -> bool:
        return self.answer.status == "optimal"

    @property
    def agrees(self) -> bool:
        """Whether the value is the published one; also where none is known."""
        value = self.units(self.answer.value_gbp)
        return self.case.optimum is None or (value is not None and abs(value - self.case.optimum) <= AGREES)

    @property
    def wrong(self) -> str:
        """What is wrong with the answer, as a sentence; empty where nothing is."""
        if self.is_proved and not self.agrees:
            return (
                f"{self.case.name} ({self.case.way}): proved {self.units(self.answer.value_gbp):.3f}, "
                f"published {self.case.optimum:.3f}."
            )
        other = self.plain.value_gbp if self.plain is not None and self.plain.proved else None
        value = self.answer.value_gbp
        if self.is_proved and value is not None and other is not None and abs(value - other) > AGREES * self.unit_gbp:
            return f"{self.case.name} ({self.case.way}): plain HiGHS proves another value."
        return ""


def measure(case: Case, cpu_limit_seconds: float, peers: Sequence[str], with_plain: bool = True) -> Line:
    """Solve one case with a limit for each solver.

    Raises
    ------
    InputFaults
        If its file cannot be read.
    """
    file = read_location_file(case.path, case.family, case.capacity)
    core = core_of(file, case.way == "single")
    answer = solve_location(core, cpu_limit_seconds)
    return Line(
        case=case,
        sites=core.site_count,
        areas=core.area_count,
        answer=answer,
        unit_gbp=float(pounds_per_unit(file)),
        plain=solve_plain(core, cpu_limit_seconds) if with_plain else None,
        peers={peer: ask_peer(peer, core, cpu_limit_seconds) for peer in peers},
        note=file.note,
    )


def core_of(file: LocationFile, single: bool) -> LocationCore:
    """The location core of a file, by way of an estates instance.

    Where any site could take everybody, nobody is ever split: the areas need not be held together by a rule. How many
    facilities a p-median opens is no rule of an estate, so it is added to the core.
    """
    roomy = bool((file.capacity >= file.demand.sum()).all())
    core = location_core(estates_instance(file, single and not roomy))
    assert core is not None, "a file is a core by its making"
    return replace(core, sites_kept=file.sites_open)


def results(lines: Sequence[Line]) -> View:
    """The table of all cases: published, ours, plain HiGHS."""
    rows = tuple(
        (
            line.case.name,
            f"{line.sites} x {line.areas}",
            line.case.way,
            _number(line.case.optimum),
            _number(line.units(line.answer.value_gbp)),
            _number(line.units(line.answer.bound_gbp)),
            _gap(line.answer.value_gbp, line.answer.bound_gbp),
            f"{line.answer.cpu_seconds:.2f}",
            *_plain_cells(line),
            line.note.partition(":")[0],
        )
        for line in lines
    )
    headings = ("instance", "sites x areas", "way", "published", "ours", "bound", "gap %", "CPU s", "plain HiGHS",
                "gap %", "CPU s", "note")  # fmt: skip
    return View("Published and found", headings, rows, (False, False, False, *[True] * 8, False))


def peer_results(lines: Sequence[Line]) -> View:
    """The table of the other tools: value, whether proved, CPU seconds, or why not asked."""
    names = sorted({name for line in lines for name in line.peers})
    rows = tuple(
        (line.case.name, line.case.way, _number(line.units(line.answer.value_gbp)),
         f"{line.answer.cpu_seconds:.2f}", *(cell for name in names for cell in _peer_cells(line, name)))
        for line in lines
    )  # fmt: skip
    headings = ("instance", "way", "ours", "CPU s", *(text for name in names for text in (name, "CPU s")))
    return View("Other tools", headings, rows, (False, False, *[True] * (2 + 2 * len(names))))


def verdicts(lines: Sequence[Line]) -> list[tuple[str, Measured]]:
    """What is promised of the cases measured; promises about cases that were not measured are left out."""
    small = [line for line in lines if line.case.family in ("OR-Library cap", "Holmberg")]
    large = [line for line in lines if line.case.family == "OR-Library cap large" and line.case.way == "split"]
    hard = [line for line in lines if line.case.family == "Yang"]
    others = [line for line in lines if line.case.family not in ("OR-Library cap", "Holmberg", "Yang")]
    compared = [line for line in lines if line.plain is not None]
    made: list[tuple[str, Measured]] = []
    for name, chosen, verdict in (("proof", small, _proof), ("capa", large, _capa), ("yang", hard, _report),
                                  ("others", [line for line in others if line not in large], _report),
                                  ("speed", compared, _speed)):  # fmt: skip
        if chosen:
            made.append((name, replace(verdict(chosen), wrong=" ".join(filter(None, (x.wrong for x in chosen))))))
    return made


def geometric_mean_seconds(seconds: Sequence[float]) -> float:
    """The geometric mean, each counted as a hundredth of a second at least."""
    return math.exp(sum(math.log(max(each, _LEAST_SECONDS)) for each in seconds) / len(seconds))


def _proof(lines: Sequence[Line]) -> Measured:
    done = [line for line in lines if line.is_proved and line.agrees]
    slowest = max(lines, key=lambda line: line.answer.cpu_seconds)
    return Measured(
        "every cap41 to cap134 and Holmberg file: the published optimum, proved",
        f"{len(done)} of {len(lines)}; slowest {slowest.case.name} with {slowest.answer.cpu_seconds:.1f} CPU-s",
        len(done) == len(lines),
    )


def _capa(lines: Sequence[Line]) -> Measured:
    worst = max(_off_share(line) for line in lines)
    slowest = max(line.answer.cpu_seconds for line in lines)
    proved = sum(line.is_proved for line in lines)
    return Measured(
        f"capa (100 x 1000): within {CAPA_GAP_SHARE:.0%} in {CAPA_SECONDS:.0f} CPU-s",
        f"worst gap {worst:.4%}, slowest {slowest:.1f} CPU-s, {proved} of {len(lines)} proved",
        worst <= CAPA_GAP_SHARE and slowest <= CAPA_SECONDS,
    )


def _report(lines: Sequence[Line]) -> Measured:
    proved = sum(line.is_proved for line in lines)
    off = [_off_share(line) for line in lines]
    return Measured("reported, nothing promised", f"{proved} of {len(lines)} proved; worst gap {max(off):.2%}", None)


def _speed(lines: Sequence[Line]) -> Measured:
    ours = geometric_mean_seconds([line.answer.cpu_seconds for line in lines])
    plain = geometric_mean_seconds([line.plain.cpu_seconds for line in lines if line.plain is not None])
    unproved = sum(line.plain is not None and not line.plain.proved for line in lines)
    own = sum(not line.is_proved for line in lines)
    return Measured(
        "geometric mean of CPU seconds no worse than plain HiGHS",
        f"{ours:.2f} against {plain:.2f} CPU-s over {len(lines)} cases (a case cut off by the limit counts as the "
        f"limit: {own} of ours, {unproved} of HiGHS's)",
        ours <= plain,
    )


def _off_share(line: Line) -> float:
    gap = line.answer.gap_share
    return math.inf if gap is None else gap


def _plain_cells(line: Line) -> tuple[str, str, str]:
    if line.plain is None:
        return "", "", ""
    plain = line.plain
    return (
        _number(line.units(plain.value_gbp)),
        _gap(plain.value_gbp, plain.bound_gbp),
        f"{plain.cpu_seconds:.2f}",
    )


def _peer_cells(line: Line, name: str) -> tuple[str, str]:
    found = line.peers.get(name)
    if found is None:
        return "", ""
    if found.note and found.value_gbp is None:
        return found.note, ""
    mark = "" if found.proved else " unproved"
    return f"{_number(line.units(found.value_gbp)) or 'nothing'}{mark}", f"{found.cpu_seconds:.2f}"


def _number(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else f"{value:,.3f}"


def _gap(value: float | None, bound: float | None) -> str:
    if value is None or bound is None or not math.isfinite(bound):
        return ""
    return f"{100 * max(0.0, value - bound) / max(abs(value), 1e-9):.3f}"
