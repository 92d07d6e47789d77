"""The small form of a plan that a worker saves and the front door carries, and the tables it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.shared.cells import Cell

Decisions = Mapping[str, object]
OutputTables = Mapping[str, Sequence[Mapping[str, Cell]]]
