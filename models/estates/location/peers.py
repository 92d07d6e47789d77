"""Other tools on the same problem, where they are installed and can state it: PuLP with CBC, spopt, lokigi.

They belong to the optional extra `bench`. Each is run in a process of its own, so that it can be stopped, and its CPU
seconds are those of that process and of the programs it starts. What a tool cannot state is said, not worked round.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import multiprocessing
import os
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from types import ModuleType

import numpy as np

from models.estates.location.core import LocationCore
from models.estates.location.linear import core_model, everything
from models.estates.location.plain import PlainAnswer

_START_UP_SECONDS = 60.0
_WALL_SHARE = 3.0
Found = tuple[float | None, bool]
"""The value, and whether it was proved."""


def installed_peers() -> dict[str, str]:
    """The peers that are installed, with their versions."""
    return {
        name: importlib.metadata.version(package)
        for name, (package, _) in PEERS.items()
        if importlib.util.find_spec(package) is not None
    }


def cannot_state(peer: str, core: LocationCore) -> str:
    """Why a peer cannot state a core; empty where it can."""
    if peer == "PuLP+CBC":
        return ""
    if core.sites_kept is None or core.keep_gbp.any():
        return "no fixed costs"
    if peer == "spopt":
        return "" if core.one_site_per_area or _is_roomy(core) else "no split demand within capacities"
    return "" if _is_roomy(core) else "no capacities"


def _is_roomy(core: LocationCore) -> bool:
    """Whether any site could take everybody."""
    return bool((core.capacity_hours >= core.demand_hours.sum()).all())


def ask_peer(peer: str, core: LocationCore, cpu_limit_seconds: float) -> PlainAnswer:
    """What a peer finds within a limit, in a process of its own."""
    reason = cannot_state(peer, core)
    if reason:
        return PlainAnswer(None, None, 0.0, False, reason)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(peer, core, cpu_limit_seconds, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        answered = ours.poll(_START_UP_SECONDS + _WALL_SHARE * cpu_limit_seconds)
        found = ours.recv() if answered else None
    except EOFError:
        return PlainAnswer(None, None, 0.0, False, "ended without an answer")
    finally:
        process.terminate()
        process.join()
    if not isinstance(found, PlainAnswer):
        return PlainAnswer(None, None, cpu_limit_seconds, False, "no answer in time")
    return found


def _run(peer: str, core: LocationCore, cpu_limit_seconds: float, answer: Connection) -> None:
    package, solve = PEERS[peer]
    module = importlib.import_module(package)
    started = _cpu_seconds()
    value, proved = solve(module, core, cpu_limit_seconds)
    answer.send(PlainAnswer(value, value if proved else None, _cpu_seconds() - started, proved))


def _cpu_seconds() -> float:
    """CPU seconds of this process and of those it started that have ended (children: not on Windows)."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _pulp(pulp: ModuleType, core: LocationCore, cpu_limit_seconds: float) -> Found:
    """The full model with every linking row, by CBC."""
    built = core_model(core, everything(core))
    sites = core.site_count
    kinds = ["Binary" if whole else "Continuous" for whole in built.model.integer.tolist()]
    x = [pulp.LpVariable(f"x{at}", 0, 1, kind) for at, kind in enumerate(kinds)]
    problem = pulp.LpProblem("location", pulp.LpMinimize)
    problem += pulp.LpAffineExpression(list(zip(x, built.model.cost.tolist(), strict=True)))
    rows = [(built.model.matrix, built.model.row_lower, built.model.row_upper)]
    rows.append((built.links.matrix, np.full(len(built.links), -np.inf), np.zeros(len(built.links))))
    for matrix, lower, upper in rows:
        for at in range(matrix.shape[0]):
            span = slice(matrix.indptr[at], matrix.indptr[at + 1])
            terms = zip(matrix.indices[span].tolist(), matrix.data[span].tolist(), strict=True)
            row = pulp.LpAffineExpression([(x[column], value) for column, value in terms])
            if lower[at] == upper[at]:
                problem += row == float(lower[at])
            elif np.isfinite(lower[at]):
                problem += row >= float(lower[at])
            else:
                problem += row <= float(upper[at])
    problem.solve(pulp.PULP_CBC_CMD(msg=False, threads=1, timeLimit=cpu_limit_seconds, gapRel=0.0, gapAbs=0.0))
    values = np.array([variable.value() or 0.0 for variable in x])
    kept, shares = built.plan(values)
    if core.faults_of(values[:sites] > 0.5, shares):
        return None, False
    return core.cost_gbp(kept, shares), problem.sol_status == pulp.LpSolutionOptimal


def _spopt(spopt: ModuleType, core: LocationCore, cpu_limit_seconds: float) -> Found:
    """The p-median; weights are the load on capacities, so that costs are stated for a unit of it."""
    del spopt
    pulp = importlib.import_module("pulp")
    locate = importlib.import_module("spopt.locate")
    problem = locate.PMedian.from_cost_matrix(
        (core.serve_gbp / core.demand_hours[None, :]).T,
        core.demand_hours,
        p_facilities=core.sites_kept,
        facility_capacities=None if _is_roomy(core) else core.capacity_hours,
    )
    solver = pulp.PULP_CBC_CMD(msg=False, threads=1, timeLimit=cpu_limit_seconds, gapRel=0.0, gapAbs=0.0)
    solved = problem.solve(solver, results=False)
    value = pulp.value(solved.problem.objective)
    proved = solved.problem.sol_status == pulp.LpSolutionOptimal
    return (None if value is None else float(value)), proved


def _lokigi(lokigi: ModuleType, core: LocationCore, cpu_limit_seconds: float) -> Found:
    """The p-median without capacities, by its GRASP: complete enumeration is out of reach at these sizes."""
    del lokigi, cpu_limit_seconds
    pandas = importlib.import_module("pandas")
    site = importlib.import_module("lokigi.site")
    names = [f"a{j}" for j in range(core.area_count)]
    problem = site.SiteProblem()
    demand = pandas.DataFrame({"area": names, "people": core.demand_hours})
    problem.add_demand(demand, demand_col="people", location_id_col="area")
    travel = pandas.DataFrame(
        (core.serve_gbp / core.demand_hours[None, :]).T, columns=[f"s{i}" for i in range(core.site_count)]
    )
    travel.insert(0, "area", names)
    problem.add_travel_matrix(travel, source_col="area")
    found = problem.solve(p=core.sites_kept, objectives="p_median", search_strategy="grasp", show_progress=False)
    best = found.show_solutions() if hasattr(found, "show_solutions") else found.solution_df
    mean = float(best.sort_values("weighted_average")["weighted_average"].iloc[0])
    return mean * float(core.demand_hours.sum()), False


Solve = Callable[[ModuleType, LocationCore, float], Found]
PEERS: Mapping[str, tuple[str, Solve]] = {
    "PuLP+CBC": ("pulp", _pulp),
    "spopt": ("spopt", _spopt),
    "lokigi": ("lokigi", _lokigi),
}
"""Each peer's package and how it is asked."""
