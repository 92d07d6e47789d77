"""Conflicts in sentences."""

from __future__ import annotations

from models.reallocation.instance import Instance
from models.reallocation.method.conflicts import Conflict, Diagnosis, repair_sentence
from models.reallocation.method.loosen import change_words, group_words, points_text
from models.shared.problem import Explanation


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
    changes = [change_words(instance, one.group, one.change_share) for one in diagnosis.joint if one.change_share]
    numbers: dict[str, float | int | str] = {
        f"change_points_{repair.group.rule}_{repair.group.scope}": float(points_text(repair.change_share))
        for repair in diagnosis.joint
        if repair.change_share is not None
    }
    together = "Together these make a plan possible" if len(changes) > 1 else "This makes a plan possible"
    sentence = f"{together}: {'; '.join(changes)}."
    return Explanation("joint-repair", rules, sentence, numbers, "repairs.csv", headline=True)


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
