"""A plan as its tables say it, with the names of lines, places and providers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from models.reallocation.building import build_instance
from models.reallocation.instance import Instance
from models.reallocation.settings import NO_PROVIDER, UNPLACED
from models.shared.parsing import ParsedInstance, Row, TypedTable
from nwl_opt.reallocation.shown.sheet import reads_better_in_millions

Tables = Mapping[str, TypedTable]


@dataclass(frozen=True)
class PlanBook:
    """The tables of a plan and the instance it is for."""

    instance: Instance
    tables: Tables

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What people call a line, a place or a provider."""
        named = {line.line: line.name for line in self.instance.lines}
        named |= {place.place: place.name for place in self.instance.places}
        named |= {provider.provider: provider.name for provider in self.instance.providers}
        return named | {NO_PROVIDER: "not split by provider", UNPLACED: "not placed in a borough", "all": "all",
                        "fund": "the fund of a year", "mhis": "the investment standard"}  # fmt: skip

    def name(self, identifier: str) -> str:
        return self.names.get(identifier, identifier)

    @property
    def years(self) -> tuple[str, ...]:
        """The base year and the plan years."""
        return tuple(self.instance.year_names)

    @property
    def last_year(self) -> str:
        return self.years[-1]

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines that hold money, in the order of the instance."""
        return tuple(line.line for line in self.instance.leaf_lines)

    @property
    def in_millions(self) -> bool:
        """Whether its pounds are read more easily in millions."""
        return reads_better_in_millions([self.instance.money[0].spendable_gbp])

    def sums(self, column: str, key: Callable[[Row], tuple[str, ...]]) -> dict[tuple[str, ...], int]:
        """A column of the allocations summed by a key."""
        found: dict[tuple[str, ...], int] = defaultdict(int)
        for row in self.tables["allocations"]:
            found[key(row)] += row.integer(column)
        return dict(found)


def book_of(parsed: ParsedInstance, tables: Tables) -> PlanBook:
    """The book of a plan for an instance without a fault."""
    return PlanBook(build_instance(parsed), tables)
