"""The seeded generator: the reference instance from seed 7, other seeds of it, and invented systems of any size."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from instances.reallocation.many_places import places_instance
from instances.reallocation.nwl_structure import PROVIDERS
from instances.reallocation.public_data import BOROUGHS, LINES, YEARS
from instances.reallocation.reference import nwl_header, nwl_tables
from instances.reallocation.sized import sized_header, sized_tables
from instances.reallocation.sized_rules import with_more_rules
from models.shared.cells import Cell

REFERENCE_SEED = 7
REFERENCE_SIZE = (len(BOROUGHS), len(LINES), len(YEARS), len(PROVIDERS))

Tables = dict[str, list[dict[str, Cell]]]


def generate(
    seed: int = REFERENCE_SEED,
    *,
    places: int = REFERENCE_SIZE[0],
    lines: int = REFERENCE_SIZE[1],
    years: int = REFERENCE_SIZE[2],
    providers: int = REFERENCE_SIZE[3],
    practices: int = 0,
    icbs: int = 0,
    more_rules: int = 0,
) -> tuple[Mapping[str, object], Tables]:
    """The header and the tables of an instance; nothing is written.

    In the shipped size it is NW London: public need, the plan's deviations, and a synthetic split by borough and
    provider drawn from the seed. In any other size it is an invented system of `places` x `lines` x `years` whose
    money is split between `providers` (0: not split); growth in step with the spendable money is always a plan of it.
    `more_rules` 1 makes it an invented system with further rules at random (ring-fences, transition, first claims,
    relief, recruitment, soft rules); growth in step is still a plan.
    With `practices` (NW London has 354) or `icbs` (England has 42) it is the four lines by practice or by system,
    with public need where the folder of outside data is named and invented need where not.

    Raises
    ------
    ValueError
        If there would be no place, line or year, or two kinds of place.
    """
    size = (places, lines, years, providers)
    if min(places, lines, years) < 1 or min(providers, practices, icbs) < 0:
        raise ValueError(f"{places} places, {lines} lines, {years} years, {providers} providers")
    if practices or icbs:
        if (practices and icbs) or (places, lines, providers) != REFERENCE_SIZE[:2] + REFERENCE_SIZE[3:]:
            raise ValueError("practices and icbs go with years only, and not together")
        return places_instance("practices" if practices else "icbs", seed, practices or icbs, years)
    random = Random(seed)
    if size == REFERENCE_SIZE and not more_rules:
        return nwl_header(seed), nwl_tables(random)
    header, tables = sized_header(seed, *size), sized_tables(random, *size)
    return with_more_rules(random, header, tables) if more_rules else (header, tables)
