"""Conflicts in sentences."""

from __future__ import annotations

from models.reallocation.instance import Instance
from models.reallocation.method.conflicts import (
    Conflict,
    Diagnosis,
    Group,
    change_words,
    points_text,
    repair_sentence,
    scope_name,
)
from models.shared.problem import Explanation

_WORDS = {
    "R-02": "the pace floor of {scope}",
    "R-03": "the pace cap of {scope}",
    "R-04": "the Mental Health Investment Standard",
    "R-05": "the forecast cost of {scope}",
    "R-06": "no move further from target in {scope}",
    "R-07": "the turnover band of {scope}",
    "R-08": "closing the gap of {scope} in the last year",
}


def conflict_explanations(instance: Instance, diagnosis: Diagnosis) -> tuple[Explanation, ...]:
    """Which rules cannot hold together, and the least change of each, one sentence each."""
    found = len(diagnosis.conflicts)
    many = "conflict was" if found == 1 else "conflicts were"
    sentence = f"No plan keeps every rule: {found} {many} found, none with a rule to spare."
    head = Explanation("no-plan", "", sentence, {"conflicts": found}, "repairs.csv", headline=True)
    sentences = [one for conflict in diagnosis.conflicts for one in _of_conflict(instance, conflict)]
    return (head, *sentences, _joint(instance, diagnosis))


def _joint(instance: Instance, diagnosis: Diagnosis) -> Explanation:
    if not diagnosis.joint:
        sentence = (
            "No set of changes that makes a plan possible was found: look at the rules of all conflicts together."
        )
        return Explanation("joint-repair", "", sentence, {}, "repairs.csv", headline=True)
    rules = ", ".join(dict.fromkeys(repair.group.rule for repair in diagnosis.joint))
    changes = [change_words(instance, repair) for repair in diagnosis.joint]
    numbers: dict[str, float | int | str] = {
        f"change_points_{repair.group.rule}_{repair.group.scope}": float(points_text(repair.change_share))
        for repair in diagnosis.joint
        if repair.change_share is not None
    }
    together = "Together these make a plan possible" if len(changes) > 1 else "This makes a plan possible"
    sentence = f"{together}: {'; '.join(changes)}."
    return Explanation("joint-repair", rules, sentence, numbers, "repairs.csv", headline=True)


def group_words(instance: Instance, group: Group) -> str:
    """A rule in one scope, in a few words."""
    return _WORDS[group.rule].format(scope=scope_name(instance, group))


def _of_conflict(instance: Instance, conflict: Conflict) -> list[Explanation]:
    names = [f"{group_words(instance, group)} ({group.rule})" for group in conflict.groups]
    if len(names) == 1:
        sentence = f"Conflict {conflict.number}: with the money there is, {names[0]} cannot be kept by itself."
    else:
        listed = f"{', '.join(names[:-1])} and {names[-1]}"
        sentence = (
            f"Conflict {conflict.number}: with the money there is, {listed} cannot all be kept; "
            "without any one of them the others can."
        )
    numbers = {"conflict": conflict.number}
    rules = ", ".join(dict.fromkeys(group.rule for group in conflict.groups))
    found = [Explanation(f"conflict-{conflict.number}", rules, sentence, numbers, "repairs.csv", headline=True)]
    for repair in conflict.repairs:
        told = {"conflict": conflict.number}
        priced: dict[str, float | int | str] = dict(told)
        if repair.change_share is not None:
            priced["change_points"] = float(points_text(repair.change_share))
        name = f"repair-{conflict.number}-{repair.group.rule}-{repair.group.scope}"
        text = f"Conflict {conflict.number}: {repair_sentence(instance, repair)}"
        found.append(Explanation(name, repair.group.rule, text, priced, "repairs.csv", headline=False))
    return found
