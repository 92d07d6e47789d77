"""What holds for the checker whatever the plan: it accepts sound ones, and no written cell may change unnoticed."""

from __future__ import annotations

import datetime as dt

import pytest

from instances.theatres.generate import generate_from
from instances.theatres.parameters import Parameters
from models.shared.parsing import RawInstance
from models.theatres.baselines import baselines
from models.theatres.instance import Instance
from models.theatres.reasons import reasons
from models.theatres.rules import RULES
from models.theatres.tables import REGISTER
from models.theatres.tables_of import tables_of
from nwl_opt.files.writing import raw_rows
from tests.model.theatres.plans import as_read, checked, instance_of, rules_speaking, texts
from tests.model.theatres.workshop import STAGES, correct_plan, workshop

pytestmark = pytest.mark.model

SOFT = {rule.id for rule in RULES if not rule.hard}
FREE_TEXT = {("not_booked", "reason"), ("not_booked", "what_would_help"), ("worklists", "reason")}
CLOSE_ENOUGH = {("lists", "capped_utilisation_simulated")}


def generated(parameters: Parameters) -> Instance:
    header, tables = generate_from(parameters)
    raw = {table.name: raw_rows(table, tables.get(table.name, ())) for table in REGISTER.inputs}
    return instance_of(RawInstance("generated", header, raw))


@pytest.mark.parametrize(
    "parameters",
    [
        Parameters(patients=0, weeks=1),
        Parameters(patients=30, lists=0, weeks=1),
        Parameters(patients=40, lists=1),
        Parameters(seed=2, patients=70, weeks=1, theatres=1),
        Parameters(seed=3, patients=60, weeks=1, theatres=3, latex_share=0.2, infection_share=0.2),
        Parameters(seed=4, patients=90, weeks=2, theatres=2, beds=20, unavailable_share=0.3),
        Parameters(seed=5, patients=60, weeks=1, theatres=4, assessment_done_share=0.1, transport_share=0.4),
    ],
    ids=lambda p: f"seed {p.seed}, {p.patients} patients, {p.theatres} theatres",
)
def test_plans_made_under_the_rules_are_accepted(parameters: Parameters) -> None:
    """The three baselines book patient by patient under the exact rules; their reasons are true as well."""
    instance = generated(parameters)
    for name, plan in baselines(instance).items():
        report = checked(instance, texts(tables_of(plan, reasons(plan))))
        assert rules_speaking(report) <= SOFT, (name, report.findings)


def test_no_cell_may_change_unnoticed() -> None:
    """Every cell of every table of the correct plan is changed a little, one at a time."""
    unnoticed = []
    for table in REGISTER.outputs:
        for at in range(len(correct_plan()[table.name])):
            for column in table.columns:
                plan = correct_plan()
                row = plan[table.name][at]
                row[column.name] = changed(row[column.name], column.kind)
                read = as_read(plan)
                if all(one.complete for one in read.values()) and checked(workshop(), plan, STAGES).passed:
                    unnoticed.append((table.name, column.name))
    assert set(unnoticed) == FREE_TEXT | CLOSE_ENOUGH


def changed(text: str, kind: str) -> str:
    """A cell that says something a little different, and still what its column asks for."""
    if kind == "flag":
        return "no" if text == "yes" else "yes"
    if kind == "date":
        return f"{dt.date.fromisoformat(text) + dt.timedelta(days=1)}"
    if kind == "datetime":
        return f"{dt.datetime.fromisoformat(text) + dt.timedelta(minutes=1):%Y-%m-%dT%H:%M}"
    if kind == "integer" or kind == "minutes":
        return str(int(text) + 1)
    if kind in ("share", "decimal"):
        return f"{float(text) + (0.002 if float(text) < 0.9 else -0.002):.4f}"
    return {"left": "right", "right": "left", "new": "existing", "existing": "new"}.get(text, f"{text}x")


def test_rows_may_stand_in_any_order() -> None:
    plan = {name: list(reversed(rows)) for name, rows in correct_plan().items()}
    assert checked(workshop(), plan, STAGES).findings == ()


def test_an_empty_plan_is_no_plan() -> None:
    """Tables without rows: everybody is missing, and so are the figures; nothing crashes."""
    report = checked(workshop(), {table.name: [] for table in REGISTER.outputs}, STAGES)
    assert rules_speaking(report) == {"T-20", "T-24", "T-25"}
