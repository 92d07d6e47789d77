"""Who gains and who loses against growth in step with the money, and where an equality assessment is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from models.reallocation.instance import CellKey, Instance, nearest_pounds
from models.reallocation.settings import NO_PROVIDER
from models.shared.cells import Cell

if TYPE_CHECKING:  # the plan writes its impacts
    from models.reallocation.plan import Plan

ImpactKind = Literal["place", "provider", "place_line"]


@dataclass(frozen=True)
class _Party:
    """Somebody whose money is looked at; `income_gbp` is known of organisations."""

    kind: ImpactKind
    who: str
    cells: Sequence[CellKey]
    income_gbp: int | None = None


def impacts_rows(plan: Plan) -> Iterator[Mapping[str, Cell]]:
    """The rows of impacts.csv: places, providers (with what is not split last), and places' lines."""
    in_step = in_step_gbp(plan.instance, plan.instance.horizon)
    years = range(1, plan.instance.horizon + 1)
    for party in _parties(plan.instance):
        opening, closing = plan.gbp(party.cells, 0), plan.gbp(party.cells, plan.instance.horizon)
        even = sum(in_step[cell] for cell in party.cells)
        lowest = min(plan.gbp(party.cells, t) - plan.gbp(party.cells, t - 1) for t in years)
        yield {
            "kind": party.kind,
            "who": party.who,
            "opening_gbp": opening,
            "closing_gbp": closing,
            "in_step_gbp": even,
            "against_in_step_gbp": closing - even,
            "against_in_step_share": (closing - even) / opening,
            "lowest_yearly_change_gbp": lowest,
            "income_share": (closing - opening) / party.income_gbp if party.income_gbp else None,
            "equality_flag": lowest < 0,
        }


def in_step_gbp(instance: Instance, year: int) -> dict[CellKey, int]:
    """A plan year's spendable money shared out as the opening was: largest remainder over all cells."""
    opened, spendable = sum(instance.opening_gbp.values()), instance.money[year].spendable_gbp
    parts = [Fraction(instance.opening_gbp[cell] * spendable, opened) for cell in instance.cells]
    return dict(zip(instance.cells, nearest_pounds(parts, spendable), strict=True))


def _parties(instance: Instance) -> Iterator[_Party]:
    """Everybody who holds money; each pound counts once among the places, the providers, and the places' lines."""
    for place in instance.places:
        cells = [cell for cell in instance.cells if cell.place == place.place]
        if cells:
            yield _Party("place", place.place, cells)
    incomes: dict[str, int | None] = {provider.provider: provider.income_gbp for provider in instance.providers}
    for name, income_gbp in {**incomes, NO_PROVIDER: None}.items():
        cells = [cell for cell in instance.cells if cell.provider == name]
        if cells:
            yield _Party("provider", name, cells, income_gbp)
    for key, own in instance.cells_of.items():
        yield _Party("place_line", f"{key.place}/{key.line}", own)
