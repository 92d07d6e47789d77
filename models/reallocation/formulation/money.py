"""Rules on what money there is, what it must be spent on, and on whom."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from models.reallocation.formulation.limit import Limit, at_least, at_most
from models.reallocation.instance import Instance
from models.reallocation.need import exact


def envelope(instance: Instance) -> Iterator[Limit]:
    """What is allocated in a year, with what comes off first, is never more than the money in scope that year.

    sum_k x[k,t] <= S[t] = E[t] - break_even[t] - reserve[t] - fund[t]
    """
    for t, money in list(enumerate(instance.money))[1:]:
        spendable = Fraction(money.spendable_gbp)
        yield at_most("R-01", money.year, (money.year,), t, instance.cells, constant_gbp=spendable)


def mental_health_investment_standard(instance: Instance) -> Iterator[Limit]:
    """Mental health spend, by the standard's own definition, grows at least as fast as the allocation.

    Growth is counted before convergence:
    sum_{k in MHIS} x[k,t] >= (1 + growth[t] - concession) sum_{k in MHIS} x[k,t-1]
    """
    cells = tuple(cell for cell in instance.cells if cell in instance.mhis_cells)
    conceded = instance.concession("R-04")
    for t, year in enumerate(instance.years, start=1):
        if cells:
            yield at_least("R-04", "mhis", (year.year,), t, cells, factor=1 + year.base_growth_share - conceded)


def chc_floor(instance: Instance) -> Iterator[Limit]:
    """Continuing healthcare is paid for at forecast volume and price less value for money; eligibility is never cut.

    x[p,chc,t] >= F[p,t]
    """
    for key in instance.place_lines:
        forecast = instance.chc_forecast_of(key)
        for t in range(1, instance.horizon + 1) if forecast is not None else ():
            assert forecast is not None
            where = (*key, instance.year_names[t])
            yield at_least("R-05", key.line, where, t, instance.cells_of[key], constant_gbp=forecast[t])


def provider_turnover_band(instance: Instance) -> Iterator[Limit]:
    """What we pay a provider changes in a year by no more than its band of its income.

    -max_fall income <= sum_{k of provider} (x[k,t] - x[k,t-1]) <= max_rise income
    """
    for provider in instance.providers:
        cells = tuple(cell for cell in instance.cells if cell.provider == provider.provider)
        fall, rise = instance.turnover_band(provider)
        for t in range(1, instance.horizon + 1) if cells else ():
            where = (provider.provider, instance.year_names[t])
            one = Fraction(1)
            yield at_least("R-07", provider.provider, where, t, cells, factor=one, constant_gbp=-fall)
            yield at_most("R-07", provider.provider, where, t, cells, factor=one, constant_gbp=rise)


def ring_fence(instance: Instance) -> Iterator[Limit]:
    """Money with a purpose of its own, as a borough's Better Care Fund, is spent on that purpose.

    sum_{k in fence} x[k,t] >= minimum[fence,t], in the years for which a minimum is given
    """
    for fence in instance.ring_fences:
        for t, year in enumerate(instance.years, start=1):
            if year.year in fence.minimum_gbp:
                minimum = Fraction(fence.minimum_gbp[year.year])
                where = (fence.fence, year.year)
                yield at_least("R-13", fence.fence, where, t, fence.cells, constant_gbp=minimum)


def recruitment_cap(instance: Instance) -> Iterator[Limit]:
    """Mental health adds no more staff in a year than can be recruited.

    sum_{k of MH} (x[k,t] - (1 + u) x[k,t-1]) <= cap_wte[t] cost_per_wte (1 + u)^t
    """
    lines = {line.line for line in instance.leaf_lines if line.role == "mental_health"}
    cells = tuple(cell for cell in instance.cells if cell.line in lines)
    factor = 1 + exact(instance.settings.cost_uplift_share)
    for t, year in enumerate(instance.years, start=1):
        if cells and year.mh_recruitment_cap_wte is not None:
            most = year.mh_recruitment_cap_wte * instance.settings.mh_cost_per_wte_gbp * factor**t
            yield at_most("R-19", "mental_health", (year.year,), t, cells, factor=factor, constant_gbp=most)
