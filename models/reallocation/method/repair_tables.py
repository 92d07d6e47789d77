"""Conflicts and repairs as tables, and every repair that mends as a scenario its user can run."""

from __future__ import annotations

from collections.abc import Mapping

from models.reallocation.instance import Instance
from models.reallocation.method.conflict_words import repair_sentence, scenario_file
from models.reallocation.method.conflicts import Diagnosis
from models.reallocation.method.loosen import LOOSENINGS, group_words
from models.reallocation.method.repair_scenario import ScenarioDocument, repair_scenario
from models.reallocation.method.repaired import repaired
from models.shared.cells import Cell
from models.shared.problem import OutputTables


def conflict_tables(instance: Instance, diagnosis: Diagnosis) -> OutputTables:
    """The conflicts and the repairs as their output tables."""
    conflicts: list[dict[str, Cell]] = [
        {
            "conflict": conflict.number,
            "rule": group.rule,
            "scope": group.scope,
            "words": group_words(instance, group),
        }
        for conflict in diagnosis.conflicts
        for group in conflict.groups
    ]
    repairs: list[dict[str, Cell]] = [
        {
            "repair": repair.number,
            "kind": repair.kind,
            "conflict": repair.conflict,
            "rule": group.rule,
            "scope": group.scope,
            "cheapest_change": float(repair.changes[group]) if group in repair.changes else None,
            "unit": LOOSENINGS[group.rule].unit,
            "mends": repair.mends,
            "scenario": scenario_file(repair) if repair.mends else None,
            "sentence": repair_sentence(instance, repair),
        }
        for repair in diagnosis.every_repair
        for group in repair.groups
    ]
    return {"conflicts": conflicts, "repairs": repairs}


def repair_scenarios(instance: Instance, diagnosis: Diagnosis) -> Mapping[str, ScenarioDocument]:
    """By name, a scenario for every repair with which a plan exists."""
    return {
        repair.name: repair_scenario(
            instance,
            repaired(instance, repair.changes),
            f"Repair {repair.number} of {instance.title}",
            repair_sentence(instance, repair),
        )
        for repair in diagnosis.every_repair
        if repair.mends
    }
