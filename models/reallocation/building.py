"""From typed tables to a valid instance, with the opening lines restated where they follow from stated deviations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import cast

from models.reallocation.entities import (
    AssumptionRange,
    CellKey,
    ChcForecast,
    LedgerLine,
    Line,
    PaceBand,
    PaceRow,
    Place,
    PlaceLine,
    PlanYear,
    Provider,
    RingFence,
    Spillover,
)
from models.reallocation.instance import Instance, amounts_by_line, nearest_pounds
from models.reallocation.need import LineNeed, exact
from models.reallocation.settings import NO_PROVIDER, UNPLACED, LineRole, ReallocationSettings
from models.shared.parsing import ParsedInstance, Row


def build_instance(parsed: ParsedInstance) -> Instance:
    """The instance of tables that have passed the register and `validation.validate` without a fault."""
    settings = parsed.settings
    assert isinstance(settings, ReallocationSettings)
    places = tuple(
        Place(row.text("place"), row.text("name"), row.text("need_basis") == "weighted_population")
        for row in parsed.table("places")
    )
    lines = tuple(_line(row) for row in parsed.table("lines"))
    providers = tuple(_provider(row) for row in parsed.table("providers"))
    ledger_gbp = _in_order(
        {_cell(row): row.integer("recurrent_gbp") for row in parsed.table("baseline")}, places, lines, providers
    )
    instance = Instance(
        title=parsed.title,
        settings=settings,
        years=plan_years_of(parsed, settings),
        places=places,
        lines=lines,
        providers=providers,
        cells=tuple(ledger_gbp),
        ledger_gbp=ledger_gbp,
        opening_gbp=ledger_gbp,
        mhis_cells=frozenset(_cell(row) for row in parsed.table("baseline") if row.flag("counts_to_mhis")),
        weighted_population=_by_component(parsed, "need", "place", "weighted_population"),
        need_weights=_by_component(parsed, "need_weights", "line", "weight"),
        pace=tuple(_pace(row) for row in parsed.table("pace")),
        chc_forecast=tuple(_chc(row) for row in parsed.table("chc_forecast")),
        ledger=_ledger(parsed),
        pace_bands=tuple(_pace_band(row) for row in parsed.table("pace_bands")),
        ring_fences=_ring_fences(parsed, tuple(ledger_gbp)),
        spillovers=tuple(_spillover(row) for row in parsed.table("spillover")),
        need_targets_gbp=dict(_need_target(row) for row in parsed.table("need_targets")),
        soft_order={row.text("rule"): row.integer("order") for row in parsed.table("soft_rules")},
        ranges=tuple(_range(row) for row in parsed.table("ranges")),
        concessions=dict(_concession(row) for row in parsed.table("concessions")),
    )
    return with_restated_opening(instance)


def plan_years_of(parsed: ParsedInstance, settings: ReallocationSettings) -> tuple[PlanYear, ...]:
    """The plan years, what their rows leave open as the settings say."""
    return tuple(_plan_year(row, settings) for row in parsed.table("years"))


def with_restated_opening(instance: Instance) -> Instance:
    """The instance with its opening lines restated to the stated deviations, when that is how need is known.

    Line totals become need share x (1 + deviation) x total, each within a pound of it; the cells of a line keep
    their proportions. Under any other basis the opening is the ledger.
    """
    if instance.settings.line_need_basis != "stated_deviations":
        return replace(instance, opening_gbp=instance.ledger_gbp)
    total = sum(instance.ledger_gbp.values())
    before = amounts_by_line(instance.leaf_lines, instance.ledger_gbp)
    shares = instance.line_need[0]
    wanted = [shares[line.line] * (1 + (line.need.deviation_share or 0)) * total for line in instance.leaf_lines]
    restated = dict(zip(before, nearest_pounds(wanted, total), strict=True))
    opening: dict[CellKey, int] = {}
    for line in instance.leaf_lines:
        cells = [cell for cell in instance.cells if cell.line == line.line]
        scale = Fraction(restated[line.line], before[line.line])
        amounts = nearest_pounds([instance.ledger_gbp[cell] * scale for cell in cells], restated[line.line])
        opening |= dict(zip(cells, amounts, strict=True))
    return replace(instance, opening_gbp={cell: opening[cell] for cell in instance.cells})


def _cell(row: Row) -> CellKey:
    return CellKey(row.text("place"), row.text("line"), row.text("provider"))


def _in_order(
    amounts: Mapping[CellKey, int],
    places: tuple[Place, ...],
    lines: tuple[Line, ...],
    providers: tuple[Provider, ...],
) -> dict[CellKey, int]:
    rank_of_place = {place.place: at for at, place in enumerate(places)}
    rank_of_line = {line.line: at for at, line in enumerate(lines)}
    rank_of_provider = {NO_PROVIDER: -1} | {provider.provider: at for at, provider in enumerate(providers)}
    cells = sorted(
        amounts,
        key=lambda cell: (rank_of_place[cell.place], rank_of_line[cell.line], rank_of_provider[cell.provider]),
    )
    return {cell: amounts[cell] for cell in cells}


def _maybe_exact(row: Row, name: str) -> Fraction | None:
    value = row.maybe_number_of(name)
    return None if value is None else exact(value)


def _line(row: Row) -> Line:
    name = row.text("line")
    need = LineNeed(
        name,
        _maybe_exact(row, "deviation_share"),
        _maybe_exact(row, "q_group_share"),
        _maybe_exact(row, "need_share"),
    )
    releasable = _maybe_exact(row, "releasable_share")
    return Line(
        name,
        row.text("name"),
        row.maybe_text("parent"),
        cast(LineRole, row.text("role")),
        need,
        Fraction(1) if releasable is None else releasable,
        exact(row.number_of("double_running_share")),
        exact(row.number_of("stranded_share")),
    )


def _provider(row: Row) -> Provider:
    return Provider(
        row.text("provider"),
        row.text("name"),
        row.integer("income_gbp"),
        _maybe_exact(row, "max_fall_share"),
        _maybe_exact(row, "max_rise_share"),
    )


def _pace(row: Row) -> PaceRow:
    return PaceRow(
        row.text("line"),
        row.maybe_text("place"),
        _maybe_exact(row, "floor_growth_share"),
        _maybe_exact(row, "cap_growth_share"),
    )


def _chc(row: Row) -> ChcForecast:
    return ChcForecast(
        row.text("year"),
        row.maybe_text("place"),
        exact(row.number_of("volume_growth_share")),
        exact(row.number_of("price_growth_share")),
        exact(row.number_of("value_for_money_share")),
    )


def _plan_year(row: Row, settings: ReallocationSettings) -> PlanYear:
    own = _maybe_exact(row, "growth_share")
    growth = exact(settings.growth_share) if own is None else own
    return PlanYear(
        row.text("year"),
        growth,
        exact(row.number_of("convergence_share")),
        row.maybe_integer("transition_fund_gbp"),
        _maybe_exact(row, "delivered_efficiency_share"),
        row.maybe_integer("mh_recruitment_cap_wte"),
    )


def _pace_band(row: Row) -> PaceBand:
    return PaceBand(
        row.maybe_text("line"),
        exact(row.number_of("distance_share")),
        _maybe_exact(row, "floor_growth_share"),
        _maybe_exact(row, "cap_growth_share"),
    )


def _ring_fences(parsed: ParsedInstance, cells: tuple[CellKey, ...]) -> tuple[RingFence, ...]:
    """Each ring-fence with the cells its rows name; an empty place, line or provider stands for all."""
    names: dict[str, str] = {}
    minimum: dict[str, dict[str, int]] = {}
    for row in parsed.table("ring_fences"):
        names.setdefault(row.text("fence"), row.text("name"))
        minimum.setdefault(row.text("fence"), {})[row.text("year")] = row.integer("minimum_gbp")
    wanted: dict[str, list[tuple[str | None, ...]]] = {fence: [] for fence in names}
    for row in parsed.table("ring_fence_cells"):
        pattern = tuple(row.maybe_text(part) for part in ("place", "line", "provider"))
        wanted[row.text("fence")].append(pattern)

    def counts(cell: CellKey, fence: str) -> bool:
        return any(
            all(want is None or want == have for want, have in zip(pattern, cell, strict=True))
            for pattern in wanted[fence]
        )

    return tuple(
        RingFence(fence, name, tuple(cell for cell in cells if counts(cell, fence)), minimum[fence])
        for fence, name in names.items()
    )


def _spillover(row: Row) -> Spillover:
    theta, lag = exact(row.number_of("theta_share")), row.integer("lag_years")
    return Spillover(row.text("from_line"), row.text("to_line"), theta, lag)


def _by_component(parsed: ParsedInstance, table: str, of: str, column: str) -> dict[tuple[str, str], Fraction]:
    return {(row.text(of), row.text("component")): exact(row.number_of(column)) for row in parsed.table(table)}


def _need_target(row: Row) -> tuple[tuple[PlaceLine, str], int]:
    return (PlaceLine(row.text("place"), row.text("line")), row.text("year")), row.integer("need_gbp")


def _concession(row: Row) -> tuple[tuple[str, str | None], Fraction]:
    return (row.text("rule"), row.maybe_text("line")), exact(row.number_of("concession_share"))


def _range(row: Row) -> AssumptionRange:
    low, high = exact(row.number_of("low")), exact(row.number_of("high"))
    return AssumptionRange(row.text("parameter"), row.maybe_text("line"), low, high)


def _ledger(parsed: ParsedInstance) -> tuple[LedgerLine, ...]:
    mapped: dict[str, CellKey | None] = {}
    running_costs: set[str] = set()
    for row in parsed.table("mapping"):
        status = row.text("status")
        place = UNPLACED if status == "unplaced" else row.maybe_text("place")
        line = row.maybe_text("line")
        if status == "running_costs":
            running_costs.add(row.text("ledger_line"))
        in_scope = status in ("cell", "unplaced") and place is not None and line is not None
        mapped[row.text("ledger_line")] = CellKey(place or "", line or "", row.text("provider")) if in_scope else None
    return tuple(
        LedgerLine(
            row.text("ledger_line"),
            row.text("description"),
            row.integer("gbp"),
            row.integer("non_recurrent_gbp"),
            mapped[row.text("ledger_line")],
            row.text("ledger_line") in running_costs,
        )
        for row in parsed.table("ledger")
    )
