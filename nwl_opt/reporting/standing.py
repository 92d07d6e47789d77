"""How far a run may be trusted, in words: the first thing its reader is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from models.shared.findings import Finding
from nwl_opt.named import in_a_sentence, names_of
from nwl_opt.plain import mapping_of, number_of, stages_from_json
from nwl_opt.reporting.content import Standing
from nwl_opt.reporting.small_numbers import without_patients
from nwl_opt.run_folder import SavedRun
from nwl_opt.words import STATUS_WORDS, gap_words, percent
from solvers.types import StageResult

_PROVEN_SHARE = 1e-6
_FEW = 2
NOTHING = "Nothing is recommended."


@dataclass(frozen=True)
class CheckVerdict:
    """What the independent check of the run said when it was saved."""

    passed: bool
    rules: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def broken(self) -> tuple[Finding, ...]:
        """The findings that fail the check."""
        return tuple(one for one in self.findings if one.severity == "error")

    @property
    def missed(self) -> tuple[str, ...]:
        """The soft rules that give way in the plan."""
        return tuple(sorted({one.rule for one in self.findings if one.message.startswith("soft: ")}))


def checked_words(check: CheckVerdict) -> str:
    """What the check of a plan that passed it found."""
    if not check.missed:
        return f"An independent check of {len(check.rules)} rules found none broken."
    return (
        f"An independent check of {len(check.rules)} rules found no hard one broken; soft ones give way: "
        f"{', '.join(check.missed)}."
    )


def standing_of(
    run: SavedRun,
    check: CheckVerdict | None,
    has_plan: bool,
    changed: Sequence[str],
    last_progress: Mapping[str, object],
    patient_ids: Collection[str],
) -> Standing:
    """The gravest thing there is to say of a run comes first."""
    if run.record is None:
        told = "It is still running, or was stopped before the end."
        return Standing("refuse", "This run is unfinished.", (told, *_so_far(run.kind, last_progress), NOTHING))
    if changed:
        told = "The files of this run are not as they were saved: its plan must not be used."
        return Standing("refuse", told, (*(f"{one}." for one in changed), NOTHING))
    if not has_plan or check is None:
        return Standing(
            "refuse", f"{STATUS_WORDS.get(run.status, run.status)}.", (*_reason(run, patient_ids), NOTHING)
        )
    if not check.passed:
        count = len(check.broken)
        told = f"It found {count} fault{'s' * (count > 1)} in the plan as it was written."
        return Standing("refuse", "The independent check FAILED: this plan must not be used.", (told, NOTHING))
    return _of_a_plan(run, stages_from_json(run.record.get("stages")))


def _of_a_plan(run: SavedRun, stages: Sequence[StageResult]) -> Standing:
    left_out = mapping_of(mapping_of(run.record).get("options")).get("without_rules")
    more = []
    if isinstance(left_out, list) and left_out:
        more.append(
            f"This plan was made without {', '.join(map(str, left_out))}: it may break what these rules ask for."
        )
    if run.status == "cancelled":
        told = "Stopped on request: this is the best plan so far. How much better is possible is not known."
        return Standing("caution", told, tuple(more))
    return Standing("caution" if more else "good", f"{how_proven(run.status, stages)}.", tuple(more))


def how_proven(status: str, stages: Sequence[StageResult]) -> str:
    """How good a plan is known to be: how many of its aims are proven best, and how far the others are from it."""
    proven = [stage for stage in stages if is_proven(stage)]
    if status == "optimal" or (stages and len(proven) == len(stages)):
        return "Best plan: each of its aims, in their order, is proven to be as good as any plan can have it"
    if not stages:
        return STATUS_WORDS.get(status, status)
    told = f"{len(proven)} of its {len(stages)} aims are proven best"
    return f"Plan found: {told}; how far the others may be from theirs stands under Checks"


def is_proven(stage: StageResult) -> bool:
    """Whether no plan can have more of an aim."""
    return stage.gap_share is not None and stage.gap_share <= _PROVEN_SHARE


def proof_words(kind: str, stages: Sequence[StageResult], name: str, does: str) -> str:
    """What is proven of one aim, such as that no plan `costs less`: of plans as good on the aims before it.

    Empty where the plan has no such aim.
    """
    at = next((at for at, stage in enumerate(stages) if stage.name == name), None)
    if at is None or stages[at].value is None:
        return ""
    plan = "plan under the same rules"
    if before := [in_a_sentence(names_of(kind).aim(stage.name)) for stage in stages[:at]]:
        which = f" ({'; '.join(before)})" if len(before) <= _FEW else ""
        plan = f"{plan} that does as well on the aims before this one{which}"
    if is_proven(stages[at]):
        return f"It is proven that no {plan} {does}."
    gap_share = stages[at].gap_share
    if gap_share is None:
        return f"Whether a {plan} {does} is not known."
    return f"It is not proven that no {plan} {does}: the best possible may be {percent(gap_share)} better."


def _so_far(kind: str, last: Mapping[str, object]) -> list[str]:
    if not last:
        return []
    stage, gap = in_a_sentence(names_of(kind).aim(str(last.get("stage")))), number_of(last.get("gap_share"))
    return [f"When this report was made it was at: {stage}; {gap_words(gap)}."]


def _reason(run: SavedRun, patient_ids: Collection[str]) -> list[str]:
    text = without_patients(str(mapping_of(run.record).get("reason") or "").strip().rstrip("."), patient_ids)
    return [f"{text[:1].upper()}{text[1:]}."] if text else []
