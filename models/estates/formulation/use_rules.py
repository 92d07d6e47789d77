"""When a suite may be offered on Open Space or converted, and what becomes of its rooms: one function per rule."""

from __future__ import annotations

from models.estates.entities import Period
from models.estates.hand_back import Option, SuiteFacts


def open_space_from_its_day(facts: SuiteFacts, option: Option) -> bool:
    """E-31. A suite is offered on Open Space only if the ICB pays for its void, from the day listed and in a building
    that stays open.

    use[k] = open_space only if void_payer[k] = icb and date[k] >= open_space_from[k], and no core date
    """
    if option.date is None or option.use != "open_space":
        return True
    first = facts.suite.open_space_from
    listed = first is not None and option.date >= first
    return listed and facts.suite.void_payer == "icb" and option.core_date is None


def converted_when_digitised(facts: SuiteFacts, option: Option) -> bool:
    """E-32. Rooms are converted as listed, once the records in them are digitised, in a suite that is kept.

    date[c] >= digitised_by[c]; rooms_from[c] <= rooms[k]
    """
    conversion = option.conversion
    if option.date is None or conversion is None:
        return True
    enough = conversion.rooms_from <= facts.suite.rooms.get(conversion.from_room_type, 0)
    return enough and option.date >= conversion.digitised_by and option.core_date is None


def decant_during_works(facts: SuiteFacts, option: Option, kind: str, period: Period) -> int:
    """E-33. No room of a suite is planned on in a period in which works go on in it.

    rooms[k,r,t] = 0 for each t that meets [date[c], date[c] + works)
    """
    return option.rooms(facts.suite, kind, period)


def worked_around(facts: SuiteFacts, option: Option, kind: str, period: Period) -> int:
    """Rooms as they would be if works kept nobody out: those of today until the works are done (without E-33)."""
    if option.phase(period) == "works":
        return facts.suite.rooms.get(kind, 0)
    return option.rooms(facts.suite, kind, period)
