"""What the figures stand on: what is assumed, what is synthetic, what does not add up."""

from __future__ import annotations

from collections.abc import Mapping

from models.reallocation.instance import Instance
from models.reallocation.words import Number, tell
from models.shared.problem import Explanation

_DOUBT_SHARE = 0.001


def basis_sentences(instance: Instance, provenance_counts: Mapping[str, int]) -> list[Explanation]:
    """Shares of input figures by where they come from (headline), and how need by line was made."""
    return [_provenance(provenance_counts), *_need(instance), *_mhis(instance)]


def _provenance(counts: Mapping[str, int]) -> Explanation:
    total = sum(counts.values()) or 1
    numbers: dict[str, Number] = {
        f"{name}_share": counts.get(name, 0) / total for name in ("synthetic", "assumption")
    }
    if not counts.get("synthetic") and not counts.get("assumption"):
        return tell("basis", "No input figure is marked as synthetic or as an assumption.", {}, headline=True)
    template = (
        "{synthetic_share:percent} of the input figures are synthetic and {assumption_share:percent} assumptions"
    )
    template += (
        ": the pounds of a place, provider or ledger line marked synthetic are nobody's real budget."
        if counts.get("synthetic")
        else "."
    )
    return tell("basis", template, numbers, where="run.json: provenance", headline=True)


def _need(instance: Instance) -> list[Explanation]:
    _, residual = instance.line_need
    basis = instance.settings.line_need_basis
    if basis == "stated_deviations":
        restated = sum(abs(gbp - instance.ledger_gbp[cell]) for cell, gbp in instance.opening_gbp.items()) / 2
        numbers: dict[str, Number] = {
            "q_share": instance.settings.community_chc_need_share,
            "restated_gbp": round(restated),
        }
        template = (
            "Each line's need follows from its stated deviation and from {q_share:percent} of all need being "
            "community and CHC; the opening lines were restated by {restated_gbp:gbp} to agree."
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


def _mhis(instance: Instance) -> list[Explanation]:
    if instance.mhis_cells:
        return []
    template = (
        "No cell is marked counts_to_mhis, so the Mental Health Investment Standard is not held against this plan."
    )
    return [tell("no-mhis", template, {}, rule="R-04", where="baseline.csv", headline=True)]
