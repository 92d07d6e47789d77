"""T-25: the simulated figures, of lists and of beds, are what our own simulated days and sums give."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from statistics import NormalDist

from models.shared.findings import Finding
from models.shared.parsing import Row
from models.theatres.checker.beds import nights_of
from models.theatres.checker.evidence import Evidence
from models.theatres.checker.rehearsal import AS_PLANNED, DAYS, STRESSED, Estimate, rehearsed
from models.theatres.checker.tallies import difference, missing_and_strange, wrong

MODEL_DAYS = 10_000
# Two means of independent days differ by more than this many standard errors in one of 500 million cases.
STANDARD_ERRORS = 6.0
# What happens on one day in 200 may never happen on our days, by a chance of 1 in 500 million.
SELDOM_SHARE = 0.005
# Where our figure is a sum and not a mean of days, only the model's luck counts.
SELDOM_IN_MODEL_SHARE = 0.001
HALF_A_DIGIT = 0.6
DECIMALS = {"late_start_minutes": 2, "downtime_minutes": 2, "early_finish_minutes": 2, "over_minutes": 2}
SHARES_DECIMALS = 4
# A night has no more census than this; beyond it we would sum for long.
CENSUS_SPREADS = 8


def rehearsal_rows(evidence: Evidence) -> Iterator[Finding]:
    """Two rows for every list of the instance, with the means of simulated days."""
    rows = {(row.text("list_id"), row.text("assumptions")): row for row in evidence.rows("rehearsal")}
    expected = {(list_id, how) for list_id in evidence.instance.lists for how in (AS_PLANNED, STRESSED)}
    yield from missing_and_strange(evidence, "rehearsal", set(rows), expected, "list")
    for list_id, how in sorted(expected & set(rows)):
        row = rows[list_id, how]
        where, what = evidence.where("rehearsal", row), f"list {list_id}, {how}"
        figures = rehearsed(evidence, list_id, how)
        chance = any(ours.spread > 0 for ours in figures.values())
        for column, ours in figures.items():
            rounding = HALF_A_DIGIT * 10.0 ** -DECIMALS.get(column, SHARES_DECIMALS)
            luck = _luck_of_both(column, ours) if chance else 0.0
            yield from difference(row, column, ours.mean, rounding + luck, what, where)
        yield from _sums(evidence, list_id, row, what, where)


def _luck_of_both(column: str, ours: Estimate) -> float:
    """How far the model's mean may lie from ours by chance alone."""
    seldom = SELDOM_SHARE * _one_day_more(column)
    return STANDARD_ERRORS * ours.spread * math.sqrt(1 / DAYS + 1 / MODEL_DAYS) + seldom


def _one_day_more(column: str) -> float:
    """What a seldom day may add to the sum of a figure: an hour to minutes, one to a count or share."""
    return 60.0 if column.endswith("_minutes") else 1.0


def _sums(evidence: Evidence, list_id: str, row: Row, what: str, where: str) -> Iterator[Finding]:
    """What holds on every day and so for the means: the identity of the length, and what is part of what."""
    session = evidence.instance.lists[list_id]
    window = (session.end - session.start).total_seconds() / 60
    share, minutes = HALF_A_DIGIT * 1e-4, HALF_A_DIGIT * 1e-2
    parts = sum(row.number_of(f"{part}_minutes") for part in ("late_start", "downtime", "early_finish"))
    length = row.number_of("capped_utilisation") * window + parts
    if abs(length - window) > share * window + 3 * minutes:
        message = (
            f"{what}: capped touch time, late start, downtime and early finish are {length:.2f} minutes together; "
            f"the list is {window:.0f} long."
        )
        yield wrong(message, where)
    for part, whole in (
        ("capped_utilisation", "duration_capped_utilisation"),
        ("duration_capped_utilisation", "uncapped_utilisation"),
        ("overrun_probability", "over_probability"),
    ):
        if row.number_of(part) > row.number_of(whole) + 2 * share:
            yield wrong(f"{what}: {part} is more than {whole}, of which it is a part.", where)


def simulated_utilisation(evidence: Evidence) -> Iterator[Finding]:
    """The simulated utilisation in the table of lists is that of the rehearsal."""
    lists = {row.text("list_id"): row for row in evidence.rows("lists")}
    for played in evidence.rows("rehearsal"):
        list_id = played.text("list_id")
        if played.text("assumptions") == AS_PLANNED and list_id in lists:
            row, value = lists[list_id], played.number_of("capped_utilisation")
            yield from difference(row, "capped_utilisation_simulated", value, HALF_A_DIGIT * 1e-4,
                                  f"list {list_id}", evidence.where("lists", row))  # fmt: skip


def bed_columns(evidence: Evidence) -> Iterator[Finding]:
    """The simulated columns of the beds, held against sums over everything that may happen on a night."""
    nights = nights_of(evidence)
    for row in evidence.rows("beds"):
        night = (row.text("ward"), row.date("date"))
        if night not in evidence.instance.beds:
            continue
        bed = evidence.instance.beds[night]
        census = census_chances(bed.census_expected, math.sqrt(bed.census_variance))
        over, mean, square = beyond(nights.get(night, []), census, bed.beds_open)
        where, what = evidence.where("beds", row), f"ward {night[0]}, {night[1]}"
        rounding = HALF_A_DIGIT * 1e-4
        for column, value, spread in (
            ("over_probability_simulated", over, math.sqrt(over * (1 - over))),
            ("mean_over_simulated", mean, math.sqrt(max(0.0, square - mean**2))),
        ):
            seldom = SELDOM_IN_MODEL_SHARE if value > 0 else 0.0
            luck = STANDARD_ERRORS * spread / math.sqrt(MODEL_DAYS) + seldom
            yield from difference(row, column, value, rounding + luck, what, where)


def census_chances(mean: float, spread: float) -> list[float]:
    """The chance of 0, 1, 2, ... patients of the census: normal, rounded to whole patients, not below 0."""
    if spread == 0:
        return [0.0] * max(0, round(mean)) + [1.0]
    most = max(0, math.ceil(mean + CENSUS_SPREADS * spread))
    at = NormalDist(mean, spread)
    up_to = [at.cdf(number + 0.5) for number in range(most + 1)]
    return [up_to[0], *(high - low for low, high in itertools.pairwise(up_to))]


def beyond(shares: Sequence[float], census: Sequence[float], beds: int) -> tuple[float, float, float]:
    """The chance of more patients than beds; mean and mean square of the number beyond them."""
    chances = list(census)
    for share in shares:
        chances = [
            (chances[n] if n < len(chances) else 0.0) * (1 - share) + (chances[n - 1] * share if n > 0 else 0.0)
            for n in range(len(chances) + 1)
        ]
    beyond = [(number - beds, chance) for number, chance in enumerate(chances) if number > beds]
    return (
        math.fsum(chance for _, chance in beyond),
        math.fsum(number * chance for number, chance in beyond),
        math.fsum(number**2 * chance for number, chance in beyond),
    )
