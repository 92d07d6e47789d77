"""Expected minutes of each surgeon's operations from cases done: lognormal fits, shrunk where cases are few.

On the log scale case i of surgeon s and operation p is y_psi = mu_ps + e, e normal with variance sigma_p^2, and the
surgeons of an operation are mu_ps normal around mu_p with variance tau^2. Empirical Bayes in three steps:

1. sigma_p^2 is the variance within surgeons: sum (n_ps - 1) s_ps^2 / sum (n_ps - 1); where an operation has fewer
   than `LEAST_DEGREES` such degrees of freedom, that of all operations together.
2. tau^2 is the variance between surgeons, one for all operations, by the method of moments for unequal numbers:
   sum_p [sum_s n_ps (ybar_ps - ybar_p)^2 - (k_p - 1) sigma_p^2] / sum_p [N_p - sum_s n_ps^2 / N_p], no less than 0
   (Searle, Casella and McCulloch, Variance Components, 1992, section 3.6).
3. A surgeon's mean is m_ps = w ybar_ps + (1 - w) mu_p, w = tau^2 / (tau^2 + sigma_p^2 / n_ps), mu_p the mean of the
   ybar_ps weighted by 1 / (tau^2 + sigma_p^2 / n_ps) (Efron and Morris, Journal of the American Statistical
   Association 70, 1975: Stein's estimator as an empirical Bayes rule). What is left uncertain of it is
   v_ps = w sigma_p^2 / n_ps.

The next case then has mean exp(m_ps + (sigma_p^2 + v_ps) / 2) minutes and coefficient of variation
sqrt(exp(sigma_p^2 + v_ps) - 1).
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from models.shared.cells import Cell
from models.shared.faults import Fault, InputFaults
from models.shared.register import Column, Table
from models.theatres.tables import REGISTER
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.tables import csv_bytes
from nwl_opt.files.writing import raw_rows
from nwl_opt.theatres.single_table import read_single_table

LEAST_DEGREES = 10
# Of a history with dates the last fifth is foretold from what came before, when that is enough to tell.
LAST_SHARE, LEAST_FORETOLD = 0.2, 20

HISTORY = Table(
    "history",
    "cases done, one row each",
    (
        Column("surgeon_id", "id", "who operated, by the pseudonym used in the instance"),
        Column("procedure_code", "id", "operation, by the code used in the instance"),
        Column("touch_minutes", "minutes", "minutes from anaesthetic start to recovery", "minutes", minimum=1,
               maximum=1440),
        Column("date", "date", "day of the operation; empty: not known", may_be_empty=True),
        Column("booked_minutes", "minutes", "minutes it was booked for; empty: not known", "minutes", minimum=1,
               maximum=1440, may_be_empty=True),
    ),
    may_be_empty=False,
)  # fmt: skip

Pair = tuple[str, str]


@dataclass(frozen=True)
class PastCase:
    """A case done; `pair` is surgeon and operation."""

    pair: Pair
    touch_minutes: int
    date: dt.date | None
    booked_minutes: int | None


@dataclass(frozen=True)
class Fit:
    """What is expected of a surgeon's next case of an operation; `own_share` is the weight w of the own cases."""

    cases: int
    mean_minutes: float
    shrunk_mean_minutes: float
    cv_share: float
    own_share: float


@dataclass(frozen=True)
class Spread:
    """Variances on the log scale: within surgeons by operation, for rare operations, and between surgeons."""

    within: Mapping[str, float]
    between: float


@dataclass(frozen=True)
class Foretold:
    """A case and what it was expected to take, from other cases only."""

    case: PastCase
    shrunk_minutes: float
    own_minutes: float
    operation_minutes: float


@dataclass(frozen=True)
class _Tally:
    """How many cases a surgeon did of an operation, and the sums of their logarithms and minutes."""

    cases: int
    log_sum: float
    minutes: int

    @property
    def mean_log(self) -> float:
        return self.log_sum / self.cases

    def without(self, case: PastCase) -> _Tally:
        return _Tally(self.cases - 1, self.log_sum - _log(case), self.minutes - case.touch_minutes)


def read_history(path: Path) -> tuple[PastCase, ...]:
    """The cases of a history file.

    Raises
    ------
    InputFaults
        If it cannot be read, a cell is wrong, or no surgeon has two cases of one operation; all faults are told.
    """
    rows = read_single_table(path, HISTORY)
    cases = tuple(
        PastCase(
            (row.text("surgeon_id"), row.text("procedure_code")),
            row.integer("touch_minutes"),
            row.maybe_date("date"),
            row.maybe_integer("booked_minutes"),
        )
        for row in rows
    )
    if all(len(group) < 2 for group in _grouped(cases).values()):
        raise InputFaults([Fault(path.name, None, None, "no surgeon with two cases of one operation",
                                 "must show how much the cases of one surgeon vary",
                                 "Give a longer history.")])  # fmt: skip
    return cases


def fits(cases: Sequence[PastCase]) -> dict[Pair, Fit]:
    """The fit of every surgeon and operation of the history, in the order of their ids."""
    spread, tallies = spread_of(cases), _tallies(cases)
    means = _operation_means(tallies, spread)
    return {pair: _fit(tally, pair[1], spread, means[pair[1]]) for pair, tally in tallies.items()}


def spread_of(cases: Sequence[PastCase]) -> Spread:
    """Steps 1 and 2: how much cases of one surgeon vary, and surgeons among each other."""
    groups = _grouped(cases)
    squares: dict[str, float] = defaultdict(float)
    degrees: dict[str, int] = defaultdict(int)
    for (_, code), group in groups.items():
        middle = _log_mean(group)
        squares[code] += sum((_log(case) - middle) ** 2 for case in group)
        degrees[code] += len(group) - 1
    together = sum(squares.values()) / max(1, sum(degrees.values()))
    within = {code: squares[code] / degrees[code] if degrees[code] >= LEAST_DEGREES else together for code in squares}
    above, below = 0.0, 0.0
    for code in within:
        surgeons = [group for (_, of), group in groups.items() if of == code]
        count = sum(map(len, surgeons))
        middle = sum(len(group) * _log_mean(group) for group in surgeons) / count
        between = sum(len(group) * (_log_mean(group) - middle) ** 2 for group in surgeons)
        above += between - (len(surgeons) - 1) * within[code]
        below += count - sum(len(group) ** 2 for group in surgeons) / count
    return Spread(within, max(0.0, above / below) if below > 0 else 0.0)


def each_from_the_others(cases: Sequence[PastCase]) -> list[Foretold]:
    """Each case foretold from all others (leave one out); one that stands alone in its operation is left out.

    The two variances are those of the whole history, in which one case hardly counts.
    """
    spread, of_operation = spread_of(cases), _by_operation(_tallies(cases))
    found = []
    for case in cases:
        code = case.pair[1]
        own = of_operation[code][case.pair].without(case)
        tallies = [tally for tally in ({**of_operation[code], case.pair: own}).values() if tally.cases]
        if tallies:
            means = {code: _operation_mean(tallies, spread.within[code], spread.between)}
            found.append(_foretell(case, own, tallies, spread, means))
    return found


def last_from_those_before(cases: Sequence[PastCase]) -> tuple[dt.date, list[Foretold]] | None:
    """The last fifth of a history with dates, foretold from all before it, and its first day.

    Cases of an operation never done before are left out. None without a date in every row, or where the fifth, or
    what came before it, is too little to tell.
    """
    days = sorted(case.date for case in cases if case.date is not None)
    count = int(LAST_SHARE * len(cases))
    if len(days) < len(cases) or count < LEAST_FORETOLD:
        return None
    first_day = days[-count]
    before = [case for case in cases if case.date is not None and case.date < first_day]
    if all(len(group) < 2 for group in _grouped(before).values()):
        return None
    spread, tallies = spread_of(before), _tallies(before)
    of_operation, means = _by_operation(tallies), _operation_means(tallies, spread)
    nobody = _Tally(0, 0.0, 0)
    return first_day, [
        _foretell(case, tallies.get(case.pair, nobody), of_operation[case.pair[1]].values(), spread, means)
        for case in cases
        if case.date is not None and case.date >= first_day and case.pair[1] in means
    ]


def mean_absolute_error(found: Sequence[Foretold], expected: Callable[[Foretold], float | None]) -> float | None:
    """Minutes between a case and what was expected of it, on average; None when nothing was expected of any."""
    errors = [abs(entry.case.touch_minutes - minutes) for entry in found if (minutes := expected(entry)) is not None]
    return fmean(errors) if errors else None


def check_new_file(path: Path) -> None:
    """Refuse a name that is taken: it may hold the minutes an instance was booked with.

    Raises
    ------
    InputFaults
        If there is such a file.
    """
    if path.exists():
        raise InputFaults([Fault(str(path), None, None, "there already", "must be a new file",
                                 "Choose another name; nothing was overwritten.")])  # fmt: skip


def write_durations(path: Path, found: Mapping[Pair, Fit]) -> None:
    """Write the fits as a table `durations` that loads into an instance, over no table that is there.

    Raises
    ------
    InputFaults
        If the file is there already, or cannot be written.
    """
    check_new_file(path)
    rows: list[dict[str, Cell]] = [
        {
            "surgeon_id": surgeon,
            "procedure_code": code,
            "touch_minutes": max(1, round(fit.shrunk_mean_minutes)),
            "touch_cv_share": round(min(1.0, fit.cv_share), 4),
            "provenance": "local",
        }
        for (surgeon, code), fit in found.items()
    ]
    table = raw_rows(REGISTER.input("durations"), rows)
    try:
        write_atomically(path, csv_bytes(table.header, table.rows))
    except OSError as error:
        raise InputFaults([Fault(str(path), None, None, f"cannot be written ({error.strerror})",
                                 "must be a file we may write", "Choose another.")]) from None  # fmt: skip


def _grouped(cases: Sequence[PastCase]) -> dict[Pair, list[PastCase]]:
    groups: dict[Pair, list[PastCase]] = defaultdict(list)
    for case in cases:
        groups[case.pair].append(case)
    return dict(sorted(groups.items()))


def _log(case: PastCase) -> float:
    return math.log(case.touch_minutes)


def _log_mean(group: Sequence[PastCase]) -> float:
    return fmean(_log(case) for case in group)


def _tallies(cases: Sequence[PastCase]) -> dict[Pair, _Tally]:
    return {
        pair: _Tally(len(group), sum(map(_log, group)), sum(case.touch_minutes for case in group))
        for pair, group in _grouped(cases).items()
    }


def _by_operation(tallies: Mapping[Pair, _Tally]) -> dict[str, dict[Pair, _Tally]]:
    found: dict[str, dict[Pair, _Tally]] = defaultdict(dict)
    for pair, tally in tallies.items():
        found[pair[1]][pair] = tally
    return found


def _operation_means(tallies: Mapping[Pair, _Tally], spread: Spread) -> dict[str, float]:
    """mu_p of every operation."""
    return {
        code: _operation_mean(list(of_it.values()), spread.within[code], spread.between)
        for code, of_it in _by_operation(tallies).items()
    }


def _operation_mean(tallies: Sequence[_Tally], within: float, between: float) -> float:
    variances = [between + within / tally.cases for tally in tallies]
    weights = [1 / v if v > 0 else float(t.cases) for t, v in zip(tallies, variances, strict=True)]
    logs = (weight * tally.mean_log for weight, tally in zip(weights, tallies, strict=True))
    return sum(logs) / sum(weights)


def _fit(own: _Tally, code: str, spread: Spread, operation_mean: float) -> Fit:
    """What is expected after these cases; without any, what is expected of a surgeon nobody has seen do it."""
    within, between = spread.within[code], spread.between
    own_share, middle, variance = 0.0, operation_mean, within + between
    if own.cases:
        of_mean = within / own.cases
        own_share = between / (between + of_mean) if between + of_mean > 0 else 1.0
        middle = own_share * own.mean_log + (1 - own_share) * operation_mean
        variance = within + own_share * of_mean
    return Fit(
        cases=own.cases,
        mean_minutes=own.minutes / own.cases if own.cases else 0.0,
        shrunk_mean_minutes=math.exp(middle + variance / 2),
        cv_share=math.sqrt(math.exp(variance) - 1),
        own_share=own_share,
    )


def _foretell(
    case: PastCase, own: _Tally, of_operation: Collection[_Tally], spread: Spread, means: Mapping[str, float]
) -> Foretold:
    code = case.pair[1]
    plain = sum(tally.minutes for tally in of_operation) / sum(tally.cases for tally in of_operation)
    shrunk = _fit(own, code, spread, means[code]).shrunk_mean_minutes
    return Foretold(case, shrunk, own.minutes / own.cases if own.cases else plain, plain)
