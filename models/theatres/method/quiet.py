"""A watch for work inside a stage."""

from __future__ import annotations

from solvers.types import Watch


class Quiet:
    """A watch that passes a cancel on and nothing else: what a part of the month is worth is no plan's value."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def progress(self, event: object) -> None:
        del event

    def incumbent(self, decisions: object) -> None:
        del decisions

    def cancelled(self) -> bool:
        return self._watch.cancelled()
