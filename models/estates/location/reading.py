"""Facility-location files of the literature: OR-Library, Holmberg, Yang, TBED1, p-median.

All are numbers between blanks; line breaks carry no meaning. A damaged file is named with the line and the number at
which it goes wrong, all faults at once. In every family a serving cost is that of serving all of a customer.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from models.estates.location.mending import mended_words
from models.shared.faults import Fault, InputFaults
from solvers.types import Values

MOST_FAULTS = 20
"""Faults of one file that are told."""


@dataclass(frozen=True)
class LocationFile:
    """One instance as its file states it: m facilities, n customers.

    `sites_open` is the number of facilities of a p-median, else None; `single_source` says how its family is usually
    solved. `note` says what was mended on reading.
    """

    name: str
    family: str
    fixed_cost: Values
    capacity: Values
    demand: Values
    serving_cost: Values
    single_source: bool
    sites_open: int | None = None
    note: str = ""


class _Numbers:
    """The numbers of a file, taken one after the other, each known by its position."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.words = text.split()
        self.at = 0
        self.faults: list[Fault] = []

    def take(self, count: int, what: str, least: float = 0.0, *, word: str | None = None) -> Values:
        """The next `count` numbers, none below `least`; the word `word` may stand for a number to be given later.

        Raises
        ------
        InputFaults
            If the file ends before.
        """
        words = self.words[self.at : self.at + count]
        if len(words) < count:
            self._short(count - len(words), what)
        try:
            values = np.array(words, dtype=np.float64)
        except ValueError:
            values = np.array([self._number(i, w, what, word) for i, w in enumerate(words)], dtype=np.float64)
        wrong = np.flatnonzero(~(np.isfinite(values) & (values >= least)))
        for i in wrong[:MOST_FAULTS].tolist():
            if words[i] != word and _is_number(words[i]):
                self.fault(self.at + i, f"{what} must be {least:g} or more")
        self.at += count
        return values

    def whole(self, what: str, least: int) -> int:
        """The next number, a whole one.

        Raises
        ------
        InputFaults
            If it is none: what follows cannot be read without it.
        """
        value = float(self.take(1, what, least)[0])
        if not self.faults and value != round(value):
            self.fault(self.at - 1, f"{what} must be a whole number")
        self.stop_if_faulty()
        return int(value)

    def finish(self) -> None:
        """Nothing may be left.

        Raises
        ------
        InputFaults
            With everything found so far.
        """
        if self.at < len(self.words):
            self.fault(self.at, f"the file should end after {self.at} numbers; it has {len(self.words)}")
        self.stop_if_faulty()

    def stop_if_faulty(self) -> None:
        if self.faults:
            raise InputFaults(self.faults[:MOST_FAULTS])

    def fault(self, at: int, expected: str, mend: str = "Compare the file with its source.") -> None:
        line = self._line(at)
        found = self.words[at] if at < len(self.words) else "end of file"
        self.faults.append(Fault(self.file, line, f"number {at + 1}", found, expected, mend))

    def _short(self, missing: int, what: str) -> None:
        self.fault(len(self.words), f"{missing} more numbers were expected ({what})", "The file is cut off.")
        self.stop_if_faulty()

    def _number(self, offset: int, text: str, what: str, word: str | None) -> float:
        if _is_number(text) or text == word:
            return float("nan") if text == word else float(text)
        self.fault(self.at + offset, f"{what} must be a number")
        return float("nan")

    def _line(self, at: int) -> int:
        seen = 0
        lines = self.text.splitlines()
        for number, line in enumerate(lines, start=1):
            seen += len(line.split())
            if at < seen:
                return number
        return max(1, len(lines))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def read_location_file(path: Path, family: str, capacity: float | None = None) -> LocationFile:
    """Read a file of a family; `capacity` overwrites every capacity in it.

    Raises
    ------
    InputFaults
        If the family is not known, or the file is missing or damaged.
    """
    if family not in FAMILIES:
        raise InputFaults([Fault(path.name, None, "family", family, f"must be one of: {', '.join(FAMILIES)}",
                                 "Give the family of the file with --family.")])  # fmt: skip
    numbers = _Numbers(path.name, _text(path))
    return FAMILIES[family](numbers, _stem(path), family, capacity)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("ascii")
    except FileNotFoundError as error:
        raise InputFaults(
            [Fault(path.name, None, None, "no such file", "must exist", "Check the folder.")]
        ) from error
    except (OSError, EOFError, UnicodeDecodeError) as error:
        found = f"cannot be read ({error})"
        raise InputFaults([Fault(path.name, None, None, found, "must be plain text, or gzip text ending in .gz",
                                 "Fetch the file again.")]) from error  # fmt: skip
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise InputFaults([Fault(path.name, line, None, "NUL characters", "must be plain text",
                                 "Remove the padding.")])  # fmt: skip
    return text


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").removesuffix(".txt")


def _or_library(numbers: _Numbers, name: str, family: str, capacity: float | None) -> LocationFile:
    """m n; m pairs (capacity, fixed cost); then customer by customer its demand and m costs."""
    m, n = numbers.whole("number of facilities", 1), numbers.whole("number of customers", 1)
    note = ""
    if family == "OR-Library cap large":
        numbers.words, note = mended_words(numbers.words, m, n)
    word = "capacity" if capacity is not None else None
    sites = numbers.take(2 * m, "capacity or fixed cost", word=word).reshape(m, 2)
    rest = numbers.take(n * (m + 1), "demand or cost").reshape(n, m + 1)
    numbers.finish()
    return _checked(
        numbers,
        LocationFile(name, family, sites[:, 1], _capacities(sites[:, 0], capacity), rest[:, 0],
                     np.ascontiguousarray(rest[:, 1:].T), False, note=note),
    )  # fmt: skip


def _holmberg(numbers: _Numbers, name: str, family: str, capacity: float | None) -> LocationFile:
    """m n; m pairs (capacity, fixed cost); n demands; m x n costs, facility by facility."""
    m, n = numbers.whole("number of facilities", 1), numbers.whole("number of customers", 1)
    sites = numbers.take(2 * m, "capacity or fixed cost").reshape(m, 2)
    demand = numbers.take(n, "demand")
    costs = numbers.take(m * n, "cost").reshape(m, n)
    numbers.finish()
    return _checked(
        numbers,
        LocationFile(name, family, sites[:, 1], _capacities(sites[:, 0], capacity), demand, costs, True),
    )


def _tbed(numbers: _Numbers, name: str, family: str, capacity: float | None) -> LocationFile:
    """m n; n demands; m capacities; m fixed costs; m x n costs, facility by facility."""
    m, n = numbers.whole("number of facilities", 1), numbers.whole("number of customers", 1)
    demand = numbers.take(n, "demand")
    held, fixed = numbers.take(m, "capacity"), numbers.take(m, "fixed cost")
    costs = numbers.take(m * n, "cost").reshape(m, n)
    numbers.finish()
    return _checked(numbers, LocationFile(name, family, fixed, _capacities(held, capacity), demand, costs, True))


def _capacitated_median(numbers: _Numbers, name: str, family: str, capacity: float | None) -> LocationFile:
    """Problem number, best value; n, p, capacity; n lines (index, x, y, demand). Distances are rounded down."""
    numbers.take(2, "problem number or best value")
    n, p = numbers.whole("number of points", 1), numbers.whole("number of medians", 1)
    held = numbers.take(1, "capacity")
    points = numbers.take(4 * n, "index, x, y or demand").reshape(n, 4)
    numbers.finish()
    across = points[:, None, 1:3] - points[None, :, 1:3]
    costs = np.floor(np.hypot(across[..., 0], across[..., 1]) + 1e-9)
    return _checked(
        numbers,
        LocationFile(name, family, np.zeros(n), _capacities(np.repeat(held, n), capacity), points[:, 3], costs,
                     True, p),
    )  # fmt: skip


def _median(numbers: _Numbers, name: str, family: str, capacity: float | None) -> LocationFile:
    """n, number of edges, p; edges (a, b, length), of which the last one between two points counts."""
    n, count = numbers.whole("number of points", 1), numbers.whole("number of edges", 0)
    p = numbers.whole("number of medians", 1)
    first = numbers.at
    edges = numbers.take(3 * count, "end or length of an edge").reshape(count, 3)
    outside = ((edges[:, :2] < 1) | (edges[:, :2] > n) | (edges[:, :2] != np.round(edges[:, :2]))).any(axis=1)
    for edge in np.flatnonzero(outside)[:MOST_FAULTS].tolist():
        numbers.fault(first + 3 * edge, f"the ends of an edge must be points 1 to {n}")
    numbers.finish()
    lengths: dict[tuple[int, int], float] = {}
    for a, b, length in edges.tolist():
        lengths[min(int(a), int(b)) - 1, max(int(a), int(b)) - 1] = length
    ends = np.array(sorted(lengths), dtype=np.int64).reshape(-1, 2)
    graph = sparse.csr_matrix(([lengths[a, b] for a, b in ends.tolist()], (ends[:, 0], ends[:, 1])), shape=(n, n))
    costs = np.asarray(dijkstra(graph, directed=False))
    return _checked(
        numbers,
        LocationFile(name, family, np.zeros(n), _capacities(np.full(n, float(n)), capacity), np.ones(n), costs,
                     False, p),
    )  # fmt: skip


def _capacities(held: Values, capacity: float | None) -> Values:
    return held if capacity is None else np.full(len(held), capacity)


def _checked(numbers: _Numbers, found: LocationFile) -> LocationFile:
    """The file, if anybody can be served by it at all.

    Raises
    ------
    InputFaults
        If no plan can exist.
    """
    whole = "the whole file"
    most = found.capacity if found.sites_open is None else np.sort(found.capacity)[::-1][: found.sites_open]
    if found.sites_open is not None and found.sites_open > len(found.fixed_cost):
        numbers.faults.append(Fault(numbers.file, None, whole, f"{found.sites_open} medians",
                                    f"at most {len(found.fixed_cost)} points can be medians",
                                    "Compare the file with its source."))  # fmt: skip
    if (found.demand <= 0).any():
        numbers.faults.append(Fault(numbers.file, None, "demand of customer "
                                    f"{int(np.flatnonzero(found.demand <= 0)[0]) + 1}", "0", "must be above 0",
                                    "Leave out customers without demand."))  # fmt: skip
    if found.demand.sum() > most.sum() * (1 + 1e-9):
        numbers.faults.append(Fault(numbers.file, None, whole, f"demand of {found.demand.sum():g}",
                                    f"the facilities hold {most.sum():g}",
                                    "Compare the file with its source; capa needs a capacity."))  # fmt: skip
    numbers.stop_if_faulty()
    return found


Reader = Callable[[_Numbers, str, str, float | None], LocationFile]
FAMILIES: Mapping[str, Reader] = {
    "OR-Library cap": _or_library,
    "OR-Library cap large": _or_library,
    "Holmberg": _holmberg,
    "Yang": _holmberg,
    "TBED1": _tbed,
    "OR-Library capacitated p-median": _capacitated_median,
    "OR-Library p-median": _median,
}
"""The families that are read, each with its reader."""
