"""The seeded generator: the reference instance from seed 7, other seeds of it, and invented systems of any size."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from instances.reallocation.reference import nwl_header, nwl_tables
from instances.reallocation.sized import sized_header, sized_tables
from models.shared.cells import Cell

REFERENCE_SEED = 7

Tables = dict[str, list[dict[str, Cell]]]


def generate(
    seed: int = REFERENCE_SEED,
    *,
    places: int | None = None,
    lines: int | None = None,
    years: int | None = None,
    providers: int | None = None,
) -> tuple[Mapping[str, object], Tables]:
    """The header and the tables of an instance; nothing is written.

    Without sizes it is NW London: public need, the plan's deviations, and a synthetic split by borough and provider
    drawn from the seed. With any size it is an invented system of `places` x `lines` x `years` (4, 4 and 3 where not
    given) whose money is split between `providers` (0: not split); growth in step with the spendable money is always
    a plan of it.
    """
    random = Random(seed)
    if places is None and lines is None and years is None and providers is None:
        return nwl_header(seed), nwl_tables(random)
    size = (places or 4, lines or 4, years or 3, providers or 0)
    return sized_header(seed, *size), sized_tables(random, *size)
