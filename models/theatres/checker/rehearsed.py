"""T-37: each list lived through on the 10,000 days whose draws the rule lays down."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from models.shared.findings import Finding
from models.theatres.checker.evidence import Case, Evidence, finding

SEED, DAYS = 20_270, 10_000
# Sums taken in another order differ in the last digits; no day hangs on a millionth of a minute.
TOLERANCE_MINUTES = 1e-6
TOLERANCE_SHARE = 1e-9

Draws = NDArray[np.float64]
Touch = tuple[int, float]
"""Mean minutes and variance of a case."""


class Luck:
    """The draws of the rule, in the order in which they are laid down; further ones are drawn when asked for."""

    def __init__(self) -> None:
        self._random = np.random.Generator(np.random.PCG64(SEED))
        self.late: Draws = self._random.standard_exponential(DAYS)
        self.day: Draws = self._random.standard_normal(DAYS)
        self._cases: list[tuple[Draws, Draws]] = []

    def of_case(self, number: int) -> tuple[Draws, Draws]:
        """For the case of this number, from 0: the draws of its minutes and of the gap after it."""
        while len(self._cases) <= number:
            self._cases.append((self._random.standard_normal(DAYS), self._random.standard_normal(DAYS)))
        return self._cases[number]


def check_overrun_rehearsed(evidence: Evidence) -> Iterator[Finding]:
    """T-37: the share of the rehearsed days on which a list ends after end and grace is within the limit."""
    settings, rehearsal = evidence.instance.settings, Rehearsal(evidence)
    for list_id, cases in evidence.by_list.items():
        late = rehearsal.late_share_of(list_id, cases)
        if late > settings.rehearsed_overrun_limit_share + TOLERANCE_SHARE:
            message = (
                f"list {list_id} ends more than {settings.overrun_grace_minutes} minutes late on {late:.2%} of the "
                f"rehearsed days; {settings.rehearsed_overrun_limit_share:.2%} are allowed."
            )
            yield finding("overrun_rehearsed", message, cases[-1].where)


class Rehearsal:
    """The rehearsed days of an instance's lists."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self._luck = Luck()
        self._minutes: dict[tuple[int, Touch], Draws] = {}

    def late_share_of(self, list_id: str, cases: Sequence[Case]) -> float:
        """The share of days on which a list as written ends later than its end and the grace."""
        touches = [self.evidence.minutes_and_variance(case.patient_id, list_id) for case in cases]
        gaps = [self.evidence.gap_after(case.patient_id) for case in cases[:-1]]
        return self.late_share(list_id, touches, gaps, _idle_minutes(self.evidence, list_id, cases))

    def late_share(self, list_id: str, touches: Sequence[Touch], gaps: Sequence[int], idle: float = 0.0) -> float:
        """The same for any cases, in the order of the list, with the gaps between them."""
        if not touches:
            return 0.0
        settings, session = self.evidence.instance.settings, self.evidence.instance.lists[list_id]
        ends = settings.mean_late_start_minutes * self._luck.late + idle
        for number, touch in enumerate(sorted(touches, reverse=True)):
            ends = ends + self._touch_minutes(number, touch)
        for number, gap in enumerate(gaps):
            ends = ends + np.maximum(0.0, gap + settings.turnaround_sd_minutes * self._luck.of_case(number)[1])
        allowed = (session.end - session.start).total_seconds() / 60 + settings.overrun_grace_minutes
        return float(np.mean(ends > allowed + TOLERANCE_MINUTES))

    def _touch_minutes(self, number: int, touch: Touch) -> Draws:
        """The minutes of the case of this number; cases alike in number, mean and variance are alike."""
        if (number, touch) not in self._minutes:
            mean, variance = touch
            share = self.evidence.instance.settings.duration_correlation_share
            spread = math.log(1 + variance / mean**2)
            luck = math.sqrt(share) * self._luck.day + math.sqrt(1 - share) * self._luck.of_case(number)[0]
            self._minutes[number, touch] = mean * np.exp(math.sqrt(spread) * luck - spread / 2)
        return self._minutes[number, touch]


def _idle_minutes(evidence: Evidence, list_id: str, cases: Sequence[Case]) -> float:
    """Minutes the plan leaves before the first case and, beyond the gaps that are due, between cases."""
    ready, idle = evidence.instance.lists[list_id].start, 0.0
    for case in cases:
        idle += max(0.0, (case.start - ready).total_seconds() / 60)
        ready = evidence.ready_after(case)
    return idle
