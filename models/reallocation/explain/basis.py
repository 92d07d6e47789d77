"""What the figures stand on: what is assumed, what is synthetic, what does not add up."""

from __future__ import annotations

from collections.abc import Mapping

from models.reallocation.explain.tornado import Bar, End, Tornado
from models.reallocation.instance import Instance
from models.reallocation.words import Number, gbp_words, listed, tell, worth_telling_gbp
from models.shared.problem import Explanation

_DOUBT_SHARE = 0.001
_WIDEST = 3
_PARAMETERS: Mapping[str, str] = {
    "deviation": "the stated deviation of {line}",
    "need": "the need for {line}",
    "growth": "growth of the allocation",
    "cost_uplift": "the cost uplift",
    "community_chc_need": "the need for community and CHC",
    "chc_cost": "the cost of continuing healthcare",
    "theta": "theta of {line}",
    "reserve": "the reserve",
}


def basis_sentences(
    instance: Instance, provenance_counts: Mapping[str, int], tornado: Tornado | None = None
) -> list[Explanation]:
    """Where input figures come from and what the gap hangs on (headlines), and how need by line was made."""
    found = [_provenance(provenance_counts), *_hangs_on(instance, tornado), *_need(instance), *_mhis(instance)]
    return [*found, *_unmet_need(instance), *_unsolvable(instance, tornado)]


def parameter_words(instance: Instance, parameter: str, line: str | None) -> str:
    """An assumption of the tornado as people say it."""
    names = {one.line: one.name for one in instance.lines}
    return _PARAMETERS[parameter].format(line=names.get(line or "", line or ""))


def _provenance(counts: Mapping[str, int]) -> Explanation:
    total = sum(counts.values()) or 1
    numbers: dict[str, Number] = {
        f"{name}_share": counts.get(name, 0) / total for name in ("synthetic", "assumption")
    }
    if not counts.get("synthetic") and not counts.get("assumption"):
        return tell("basis", "No input figure is marked as synthetic or as an assumption.", {}, headline=True)
    template = "None of the input figures is synthetic, {assumption_share:percent} are assumptions"
    if counts.get("synthetic"):
        template = "{synthetic_share:percent} of the input figures are synthetic (nobody's real budget), "
        template += "{assumption_share:percent} assumptions" if counts.get("assumption") else "none assumptions"
    template += ": the provenance column of each table says which."
    return tell("basis", template, numbers, where="run.json: provenance", headline=True)


def _hangs_on(instance: Instance, tornado: Tornado | None) -> list[Explanation]:
    """The assumptions with the widest bars, and each bar by itself."""
    if tornado is None or not tornado.bars:
        return []
    numbers: dict[str, Number] = {"final_year": instance.year_names[-1], "now_gbp": tornado.now_gbp}
    wide = [bar for bar in tornado.bars if bar.width_gbp >= worth_telling_gbp(instance)][:_WIDEST]
    parts = []
    for bar in wide:
        parts.append(f"{parameter_words(instance, bar.parameter, bar.line)} ({_from_to(bar)})")
        numbers |= _numbers(bar)
    template = (
        "The {final_year} gap ({now_gbp:gbp}) hangs most on: {parts}."
        if parts
        else "No range given moves the {final_year} gap."
    )
    told = {"parts": "; ".join(parts)}
    head = tell("tornado", template, numbers, where="tornado.csv", headline=True, names=told)
    return [head, *(_bar(instance, rank, bar) for rank, bar in enumerate(tornado.bars, start=1))]


def _from_to(bar: Bar) -> str:
    ends = [end.final_gap_gbp for end in (bar.low, bar.high)]
    joint = " or " if None in ends else " to "
    return joint.join("no plan" if gap is None else gbp_words(gap) for gap in ends)


def _at_end(end: End, name: str, form: str) -> str:
    gap = "there is no plan" if end.final_gap_gbp is None else f"the gap is {gbp_words(end.final_gap_gbp)}"
    return f"at {{{name}:{form}}} {gap}"


def _numbers(bar: Bar) -> dict[str, Number]:
    name = bar.parameter if bar.line is None else f"{bar.parameter}_{bar.line}"
    ends = {"low": bar.low.final_gap_gbp, "high": bar.high.final_gap_gbp}
    return {f"{name}_{end}_gbp": gap for end, gap in ends.items() if gap is not None}


def _bar(instance: Instance, rank: int, bar: Bar) -> Explanation:
    numbers: dict[str, Number] = {
        "rank": rank,
        "low": float(bar.low.value),
        "high": float(bar.high.value),
    }
    numbers |= _numbers(bar)
    told = {"what": parameter_words(instance, bar.parameter, bar.line)}
    form = "points" if bar.parameter == "theta" else "rate"  # theta is pounds a pound, all else a share
    template = f"{{rank}}. With {{what}} {_at_end(bar.low, 'low', form)}, {_at_end(bar.high, 'high', form)}."
    return tell(f"tornado-{rank}", template, numbers, where="tornado.csv", names=told)


def _unsolvable(instance: Instance, tornado: Tornado | None) -> list[Explanation]:
    found = []
    for at, one in enumerate(tornado.unsolvable if tornado else (), start=1):
        told = {"what": parameter_words(instance, one.parameter, one.line)}
        numbers: dict[str, Number] = {"low": float(one.low), "high": float(one.high)}
        template = "Need does not follow from {what} between {low:rate} and {high:rate}: it is not in the tornado."
        found.append(tell(f"tornado-left-out-{at}", template, numbers, where="ranges.csv", names=told))
    return found


def _need(instance: Instance) -> list[Explanation]:
    basis = instance.settings.line_need_basis
    if basis == "pounds":
        return [_pounds(instance)]
    _, residual = instance.line_need
    if basis == "stated_deviations":
        restated = sum(abs(gbp - instance.ledger_gbp[cell]) for cell, gbp in instance.opening_gbp.items()) / 2
        numbers: dict[str, Number] = {
            "q_share": instance.settings.community_chc_need_share,
            "restated_gbp": round(restated),
        }
        template = (
            "Each line's need follows from its stated deviation and from {q_share:percent} of all need being "
            "community and CHC; the opening lines "
        )
        template += (
            "were restated by {restated_gbp:gbp} to agree." if round(restated) else "agree with that as they are."
        )
        return [tell("need-basis", template, numbers, where="bridge.csv: restated")]
    if basis == "shares":
        return [tell("need-basis", "Each line's share of need is as given in lines.csv.", {}, where="lines.csv")]
    numbers = {"residual_share": abs(residual_share := float(residual))}
    word = "above" if residual_share > 0 else "below"
    template = (
        f"The stated deviations put all need {{residual_share:percent}} {word} all spend; need is scaled to spend."
    )
    doubtful = abs(residual_share) > _DOUBT_SHARE
    return [tell("need-basis", template, numbers, where="lines.csv", headline=doubtful)]


def _pounds(instance: Instance) -> Explanation:
    """Need in pounds is nobody's share of the money: what it is short of or over the money is told."""
    last = instance.horizon
    need = sum(instance.need_gbp(key, last) for key in instance.place_lines)
    short = round(need - instance.money[last].spendable_gbp)
    numbers: dict[str, Number] = {"short_gbp": abs(short), "final_year": instance.year_names[-1]}
    template = (
        "Need is given in pounds; in {final_year} it is {short_gbp:gbp} "
        f"{'more' if short > 0 else 'less'} than the money there is."
    )
    return tell("need-basis", template, numbers, where="need_targets.csv", headline=True)


def _unmet_need(instance: Instance) -> list[Explanation]:
    """Weights made from use carry on what past supply left unmet."""
    if instance.settings.line_need_basis == "pounds":
        return []
    lines = [line.name for line in instance.leaf_lines if line.role in ("mental_health", "community")]
    template = (
        "Need weights come from past use of services: where supply was short, as for {lines}, they repeat unmet need "
        "as if it were low need."
    )
    return (
        [tell("unmet-need", template, {}, where="need_weights.csv", names={"lines": listed(lines)})] if lines else []
    )


def _mhis(instance: Instance) -> list[Explanation]:
    if instance.mhis_cells:
        return []
    template = (
        "No cell is marked counts_to_mhis, so the Mental Health Investment Standard is not held against this plan."
    )
    return [tell("no-mhis", template, {}, rule="R-04", where="baseline.csv", headline=True)]
