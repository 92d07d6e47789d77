"""What the sentences about a plan must say, worked out afresh from its written tables and its inputs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.reallocation.settings import ReallocationSettings
from models.shared.cells import Cell
from models.shared.parsing import TypedTable

Expected = Mapping[str, float | str]


@dataclass(frozen=True)
class Written:
    """The tables of a run as they were read back, its settings and its input tables; nothing of the model."""

    tables: Mapping[str, TypedTable]
    inputs: Mapping[str, TypedTable]
    settings: ReallocationSettings

    def rows(self, table: str, **where: Cell) -> list[Mapping[str, Cell]]:
        return [row.cells for row in self.tables[table] if all(row.cells[key] == cell for key, cell in where.items())]

    def total(self, table: str, column: str, **where: Cell) -> int:
        return sum(int(str(row[column])) for row in self.rows(table, **where) if row[column] is not None)

    @property
    def years(self) -> list[str]:
        return list(dict.fromkeys(str(row["year"]) for row in self.rows("envelope")))

    @property
    def first(self) -> str:
        return self.years[0]

    @property
    def last(self) -> str:
        return self.years[-1]

    @property
    def horizon(self) -> int:
        return len(self.years) - 1

    def lines(self, role: str | None = None) -> list[str]:
        rows = [row.cells for row in self.inputs["lines"] if role is None or row.cells["role"] == role]
        return [str(row["line"]) for row in rows if self.total("allocations", "allocation_gbp", line=row["line"])]

    def money(self, line: str, year: str) -> int:
        return self.total("allocations", "allocation_gbp", line=line, year=year)

    def gaps(self, year: str) -> list[int]:
        keys = dict.fromkeys((row["place"], row["line"]) for row in self.rows("allocations"))
        return [self.total("allocations", "gap_gbp", place=p, line=one, year=year) for p, one in keys]

    def gap(self, year: str) -> float:
        return sum(abs(gap) for gap in self.gaps(year)) / 2

    def envelope(self, item: str) -> list[int]:
        return [self.total("envelope", "gbp", item=item, year=year) for year in self.years]

    def deviation(self, line: str) -> float:
        """Opening over need, less 1; need is whole pounds here, so this is good to eight digits."""
        return self.money(line, self.first) / self.total("allocations", "need_gbp", line=line, year=self.first) - 1


def gap_today(w: Written, _: str) -> Expected:
    between = sum(abs(w.total("allocations", "gap_gbp", line=one, year=w.first)) for one in w.lines()) / 2
    return {
        "base_year": w.first,
        "over_gbp": sum(gap for gap in w.gaps(w.first) if gap > 0),
        "under_gbp": -sum(gap for gap in w.gaps(w.first) if gap < 0),
        "between_lines_gbp": between,
        **_range(w, "opening_gap_gbp", w.gap(w.first)),
    }


def gap_final(w: Written, _: str) -> Expected:
    return {
        "final_year": w.last,
        "years": w.horizon,
        "gap_gbp": w.gap(w.last),
        "over_gbp": sum(gap for gap in w.gaps(w.last) if gap > 0),
        "under_gbp": -sum(gap for gap in w.gaps(w.last) if gap < 0),
        **_closed(w),
        **_range(w, "final_gap_gbp", w.gap(w.last)),
    }


def _closed(w: Written) -> Expected:
    """Money unspent in the last year closes nothing: then of what was missing alone."""
    unspent = w.envelope("unallocated")[-1]
    if unspent < max(10.0, w.envelope("spendable")[0] / 4e6):
        return {"closed_share": 1 - w.gap(w.last) / w.gap(w.first)}
    before, after = (-sum(min(0, gap) for gap in w.gaps(year)) for year in (w.first, w.last))
    return {"closed_share": 1 - after / before, "unspent_gbp": unspent}


def soft_missed(w: Written, name: str) -> Expected:
    """Furthest by rules.csv; in all where every scope has one limit, else tested against the checker's finding."""
    rows = w.rows("rules", rule=name.removeprefix("soft-missed-"))
    rooms = [int(str(row["headroom_gbp"])) for row in rows if row["headroom_gbp"] is not None]
    told: dict[str, float | str] = {"furthest_gbp": -min(rooms)}
    if all(row["members"] == 1 for row in rows):
        short = [-room for room in rooms if room < 0]
        told |= {"missed_gbp": sum(short), "limits": len(short)}
    return told


def _range(w: Written, column: str, here: float) -> Expected:
    rows = [row for row in w.rows("tornado") if row["parameter"] in ("community_chc_need", "deviation")]
    known = [here, *(float(str(row[column])) for row in rows if row[column] is not None)]
    return {"low_gbp": min(known), "high_gbp": max(known)} if rows else {}


def gap_range(w: Written, _: str) -> Expected:
    ends = {row["end"]: float(str(row["value"])) for row in w.rows("tornado", parameter="community_chc_need")}
    others = [row for row in w.rows("tornado") if row["parameter"] not in ("community_chc_need", "deviation")]
    gaps = [float(str(row["final_gap_gbp"])) for row in others if row["final_gap_gbp"] is not None]
    wider = {"other_low_gbp": min(gaps), "other_high_gbp": max(gaps)} if gaps else {}
    return ({"q_low_share": ends["low"], "q_high_share": ends["high"]} if ends else {}) | wider


def moves(w: Written, _: str) -> Expected:
    """Against the last year's money shared out as the opening was; pounds of cells rounded, so to within pounds."""
    opened, spendable = w.envelope("spendable")[0], w.envelope("spendable")[-1]
    lines = w.lines()
    return {"final_year": w.last} | {
        f"against_{one}_gbp": w.money(one, w.last) - w.money(one, w.first) * spendable / opened for one in lines
    }


def pairs(w: Written, _: str) -> Expected:
    shifts = [row for row in w.rows("moves") if row["kind"] in ("growth_forgone", "cash_withdrawn")]
    paid: dict[str, float] = {}
    for row in shifts:
        name = f"{row['from_line']}_to_{row['to_line']}_gbp"
        paid[name] = paid.get(name, 0) + int(str(row["full_year_gbp"]))
    return paid | {"cash_gbp": w.total("moves", "full_year_gbp", kind="cash_withdrawn")}


def place_line(w: Written, name: str) -> Expected:
    """The n-th place's line that gives or gains most, by impacts.csv."""
    kind, rank = name.split("-")
    sign = -1 if kind == "gives" else 1
    moved = sorted(sign * int(str(row["against_in_step_gbp"])) for row in w.rows("impacts", kind="place_line"))
    return {"final_year": w.last, "gbp": moved[-int(rank)]}


def real_terms(w: Written, name: str) -> Expected:
    line, u, e = name.removeprefix("real-terms-"), w.settings.cost_uplift_share, w.settings.productivity_share
    opened, ends, years = w.money(line, w.first), w.money(line, w.last), w.horizon
    growth = (ends / opened) ** (1 / years) - 1
    return {
        "growth_share": growth,
        "real_share": abs(ends / opened / (1 + u) ** years - 1),
        "volume_share": abs(ends / opened / (1 + u - e) ** years - 1),
        "uplift_share": u,
        "needed_share": (1 + u) / (1 + growth) - 1,
        "normal_share": e,
        "final_year": w.last,
        "base_year": w.first,
    }


def staff(w: Written, _: str) -> Expected:
    u, cost = 1 + w.settings.cost_uplift_share, w.settings.mh_cost_per_wte_gbp
    cash = [sum(w.money(one, year) for one in w.lines("mental_health")) for year in w.years]
    added = {w.years[t]: (cash[t] - u * cash[t - 1]) / (cost * u**t) for t in range(1, len(cash))}
    year = max(added, key=lambda one: added[one])
    caps = {str(row.cells["year"]): row.cells["mh_recruitment_cap_wte"] for row in w.inputs["years"]}
    told: dict[str, float | str] = {
        "wte": round(sum(added.values())),
        "most_wte": round(added[year]),
        "year": year,
        "cost_gbp": cost,
        "final_year": w.last,
    }
    return told if caps[year] is None else told | {"cap_wte": int(str(caps[year]))}


def lever(w: Written, name: str) -> Expected:
    """The n-th sentence is the n-th lever that buys anything."""
    rank = int(name.split("-")[1])
    useful = [
        row
        for row in w.rows("levers")
        if max(abs(int(str(row["gap_falls_by_gbp"]))), abs(int(str(row["without_rule_falls_by_gbp"]))))
        >= max(10.0, w.envelope("spendable")[0] / 4e6)
    ]
    row = useful[rank - 1]
    scale = 1 if str(row["unit"]).startswith(("gbp", "wte")) else 100
    if name.startswith("multiplier"):
        return {
            "rank": rank,
            "worth": round(float(str(row["multiplier_gbp_per_gbp"])), 2),
            "from_gbp": -1 if row["valid_from_gbp"] is None else float(str(row["valid_from_gbp"])),
            "to_gbp": -1 if row["valid_to_gbp"] is None else float(str(row["valid_to_gbp"])),
            "final_year": w.last,
        }
    return {
        "rank": rank,
        "change": scale * float(str(row["change"])),
        "final_year": w.last,
        "falls_gbp": abs(int(str(row["gap_falls_by_gbp"]))),
        "dropped_gbp": abs(int(str(row["without_rule_falls_by_gbp"]))),
    }


def idle(w: Written, _: str) -> Expected:
    least = max(10.0, w.envelope("spendable")[0] / 4e6)
    columns = ("gap_falls_by_gbp", "without_rule_falls_by_gbp")
    nothing = [row for row in w.rows("levers") if all(abs(int(str(row[one]))) < least for one in columns)]
    return {"idle": len(nothing), "final_year": w.last}


def behind(w: Written, name: str) -> Expected:
    kind = name.split("-")[1]
    told: dict[str, float | str] = {"final_year": w.last}
    for row in w.rows("impacts", kind=kind):
        closing, even, opening = (int(str(row[f"{one}_gbp"])) for one in ("closing", "in_step", "opening"))
        told |= {f"{row['who']}_gbp": closing - even, f"{row['who']}_share": (closing - even) / opening}
    return told


def cuts(w: Written, _: str) -> Expected:
    told: dict[str, float | str] = {}
    for kind in ("place_line", "provider"):
        rows = w.rows("impacts", kind=kind)
        told |= {f"{kind}s": sum(int(str(row["lowest_yearly_change_gbp"])) < 0 for row in rows)}
        told |= {f"of_{kind}s": len(rows)}
    return told


def band(w: Written, name: str) -> Expected:
    """The provider whose change is the largest part of its band, by its income and band in providers.csv."""
    side, rises = name.removeprefix("band-"), name.endswith("rise")
    best: tuple[tuple[float, int], Expected] = ((-1.0, 0), {})
    for row in (one.cells for one in w.inputs["providers"]):
        share = row[f"max_{side}_share"]
        allowed = float(str(w.settings.turnover_band_share if share is None else share)) * int(str(row["income_gbp"]))
        paid = [w.total("allocations", "allocation_gbp", provider=row["provider"], year=year) for year in w.years]
        for t in range(1, len(paid)):
            change = paid[t] - paid[t - 1]
            used = round(abs(change) / allowed, 6)
            if used >= 0.5 and (change > 0) == rises and (used, abs(change)) > best[0]:
                told = {"year": w.years[t], "change_gbp": abs(change), "band_gbp": round(allowed)}
                best = ((used, abs(change)), told | {"used_share": abs(change) / allowed})
    return best[1]


def swing(w: Written, name: str) -> Expected:
    """The n-th bar of the tornado, and its head."""
    rows = w.rows("tornado")
    told: dict[str, float | str] = {"final_year": w.last, "now_gbp": w.gap(w.last)}
    for row in rows:
        named = str(row["parameter"]) if row["line"] == "all" else f"{row['parameter']}_{row['line']}"
        if row["final_gap_gbp"] is not None:
            told[f"{named}_{row['end']}_gbp"] = int(str(row["final_gap_gbp"]))
    if name != "tornado":
        rank = int(name.split("-")[1])
        told |= {"rank": rank, "low": float(str(rows[2 * rank - 2]["value"]))}
        told |= {"high": float(str(rows[2 * rank - 1]["value"]))}
    return told


def transition(w: Written, _: str) -> Expected:
    sums = {
        one: w.total("transition", f"{one}_gbp", line="all") for one in ("double_running", "stranded", "withdrawn")
    }
    by_year = {
        str(row["year"]): int(str(row["double_running_gbp"])) + int(str(row["stranded_gbp"]))
        for row in w.rows("transition", line="all")
    }
    year = max(by_year, key=lambda one: by_year[one])
    return {
        "cost_gbp": sums["double_running"] + sums["stranded"],
        "running_gbp": sums["double_running"],
        "stranded_gbp": sums["stranded"],
        "withdrawn_gbp": sums["withdrawn"],
        "most_gbp": by_year[year],
        "year": year,
    }


def claims(w: Written, name: str) -> Expected:
    """What the sentences on money that comes off first must say, by envelope.csv."""
    settings, fund = w.settings, sum(w.envelope("transition")[1:])
    base = w.envelope("allocation")[1:]
    if settings.efficiency_base == "in_scope":
        base = [whole - out for whole, out in zip(base, w.envelope("out_of_scope")[1:], strict=True)]
    running, unallocated, care = (w.envelope(item) for item in ("running_costs", "unallocated", "primary_care"))
    told: Mapping[str, Expected] = {
        "transition-unspent": {"fund_gbp": fund, "unspent_gbp": fund - sum(w.envelope("transition_cost")[1:])},
        "unallocated": {"left_gbp": sum(unallocated[1:]), "final_gbp": unallocated[-1]},
        "break-even": {
            "asked_share": settings.break_even_efficiency_share,
            "asked_gbp": round(settings.break_even_efficiency_share * sum(base)),
            "missed_gbp": abs(w.envelope("break_even")[-1]),
        },
        "primary-care": {"claim_gbp": care[-1], "first_gbp": care[1]},
        "running-costs": {
            "base_gbp": running[0],
            "last_gbp": running[-1],
            "saved_gbp": running[0] - running[-1],
            "kept_gbp": round((running[0] - running[-1]) * settings.running_cost_saving_kept_share),
            "cut_share": settings.running_cost_cut_share,
            "due": settings.running_cost_cut_by_year,
        },
        "reserve": {"reserve_share": settings.reserve_share, "reserve_gbp": w.envelope("reserve")[-1]},
    }
    return {"final_year": w.last} | told[name]


def closed_form(w: Written, name: str) -> Expected:
    """x_T = x_0 (1+g)^T / (1+d): the growth that takes a line to need, and the years at its widest cap."""
    line, years = name.removeprefix("precheck-"), w.horizon
    d = w.deviation(line)
    first, last = (w.total("allocations", "need_gbp", line=line, year=year) for year in (w.first, w.last))
    growth = (last / first) ** (1 / years) - 1
    needed = (1 + d) ** (1 / years) - 1 if d > 0 else (1 + growth) * (1 + d) ** (-1 / years) - 1
    return {
        "deviation_share": abs(d),
        "growth_share": growth,
        "years": years,
        "base_year": w.first,
        "needed_share": needed,
    }


def chc(w: Written, name: str) -> Expected:
    line = name.removeprefix("chc-").removeprefix("cost-")
    dropped = [row["without_rule_falls_by_gbp"] for row in w.rows("levers", rule="R-05", scope=line)]
    told: dict[str, float | str] = {
        "final_year": w.last,
        "gap_gbp": w.gap(w.last),
        "uplift_share": w.settings.cost_uplift_share,
    }
    rows = [row.cells for row in w.inputs["chc_forecast"]]
    if not rows:
        return told
    cost = float(w.money(line, w.first))
    for row in rows:  # one for every year, and for every place
        assert row["place"] is None
        cost *= (1 + float(str(row["volume_growth_share"]))) * (1 + float(str(row["price_growth_share"])))
    cost *= 1 - float(str(rows[-1]["value_for_money_share"]))
    need = w.total("allocations", "need_gbp", line=line, year=w.last)
    told |= {"cost_gbp": cost, "more_gbp": cost - w.money(line, w.first), "over_gbp": abs(cost - need)}
    return told | {"owed_gbp": int(str(dropped[0])) if dropped else 0}


RECOMPUTED: Mapping[str, Callable[[Written, str], Expected]] = {
    "gap-today": gap_today,
    "gap-final": gap_final,
    "gap-range": gap_range,
    "soft-missed-.+": soft_missed,
    "moves": moves,
    "pairs": pairs,
    r"(gives|gains)-\d+": place_line,
    "real-terms-.+": real_terms,
    "staff": staff,
    r"(stop|multiplier)-\d+": lever,
    "stops-idle": idle,
    "(loser|winner)-.+": behind,
    "cash-cuts": cuts,
    "band-.+": band,
    r"tornado(-\d+)?": swing,
    "transition": transition,
    "transition-unspent|unallocated|break-even|primary-care|running-costs|reserve": claims,
    "precheck-.+": closed_form,
    "chc-.+": chc,
}

SOLVED_AGAIN = "more-growth|break-even-cap|best-.+|theta-.+"
"""Sentences on what would be if something were different, which no table of the plan can say."""

INPUT_ONLY = "basis|need-basis|unmet-need|no-mhis|stops|tornado-left-out-.+"


def expected(w: Written, name: str) -> Expected | None:
    """What a sentence must say; None where it is not about the plan's tables."""
    for pattern, work_out in RECOMPUTED.items():
        if re.fullmatch(pattern, name):
            return work_out(w, name)
    assert re.fullmatch(f"{SOLVED_AGAIN}|{INPUT_ONLY}", name), f"nobody recomputes {name}"
    return None
