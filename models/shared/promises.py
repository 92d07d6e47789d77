"""What a kind of problem promises of its speed and size, and what was measured of it: for `nwl-opt bench`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from models.shared.parsing import ParsedInstance
from models.shared.problem import View


class Instances(Protocol):
    """Where benchmarks get their instances from."""

    def shipped(self, name: str, scenario: str | None = None) -> ParsedInstance:
        """A shipped instance, with a shipped scenario in it."""
        ...

    def generated(self, seed: int = 1, **sizes: int) -> ParsedInstance:
        """An instance of the generator."""
        ...

    def has_outside_data(self) -> bool:
        """Whether the folder of outside data is named."""
        ...


@dataclass(frozen=True)
class Measured:
    """What one promise came to. `is_met` is None where it was skipped; `wrong` is empty unless an answer was wrong.

    A promise of speed may be missed by a slow machine; a wrong answer is a fault of the toolkit. `views` are the
    figures behind it.
    """

    promise: str
    measured: str
    is_met: bool | None
    wrong: str = ""
    views: tuple[View, ...] = ()


Promises = Mapping[str, Callable[[Instances], Measured]]
"""Measures every promise, by name, in the order they are shown."""
