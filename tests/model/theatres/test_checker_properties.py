"""What holds for the checker whatever the plan: it accepts sound ones, and no written cell may change unnoticed."""

from __future__ import annotations

import datetime as dt

import pytest

from instances.theatres.generate import generate_from
from instances.theatres.parameters import Parameters
from models.shared.parsing import RawInstance, RawTable, parse_table
from models.shared.register import Column, Table
from models.theatres.baselines import baselines
from models.theatres.checker import check
from models.theatres.instance import Instance
from models.theatres.reasons import reasons
from models.theatres.rules import RULES
from models.theatres.tables import REGISTER
from models.theatres.tables_of import tables_of
from nwl_opt.files.writing import raw_rows
from tests.model.theatres.plans import as_read, checked, instance_of, one_as_read, rules_speaking, texts
from tests.model.theatres.thursday import STAGES as THURSDAY_STAGES
from tests.model.theatres.thursday import thursday, thursday_plan
from tests.model.theatres.workshop import STAGES, correct_plan, workshop

pytestmark = pytest.mark.model

SOFT = {rule.id for rule in RULES if not rule.hard}
FREE_TEXT = {
    ("not_booked", "reason"),
    ("not_booked", "what_would_help"),
    ("worklists", "reason"),
    ("changes", "why"),
    ("bottlenecks", "one_more"),
}
# Simulated figures, held against other random days, and what only the study itself can find.
CLOSE_ENOUGH = {
    ("rehearsal", "duration_capped_utilisation"),
    ("rehearsal", "uncapped_utilisation"),
    ("rehearsal", "over_minutes"),
    ("rehearsal", "over_probability"),
    ("rehearsal", "overrun_probability"),
    ("rehearsal", "cancelled_cases"),
    ("beds", "over_probability_simulated"),
    ("beds", "mean_over_simulated"),
    ("bottlenecks", "marginal_cases"),
}
PLANS = {
    "workshop": (workshop, correct_plan, STAGES),
    "thursday": (thursday, thursday_plan, THURSDAY_STAGES),
}


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


@pytest.mark.parametrize("which", ["workshop", "thursday"])
def test_no_cell_may_change_unnoticed(which: str) -> None:
    """Every cell of every table of both correct plans is changed a little, one at a time."""
    instance, correct, stages = PLANS[which]
    unnoticed, plan = set(), correct()
    sound = as_read(plan)
    for table in REGISTER.outputs:
        for row in plan[table.name]:
            for column in table.columns:
                before = row[column.name]
                row[column.name] = changed(before, column)
                read = {**sound, table.name: one_as_read(table, plan[table.name])}
                row[column.name] = before
                if read[table.name].complete and check(instance(), read, stages).passed:
                    unnoticed.add((table.name, column.name))
    assert unnoticed <= FREE_TEXT | CLOSE_ENOUGH


def changed(text: str, column: Column) -> str:
    """A cell that says something a little different, and still what its column asks for."""
    text = text or {"date": "2027-04-14", "choice": column.allowed[0] if column.allowed else ""}.get(column.kind, "")
    if column.kind == "flag":
        return "no" if text == "yes" else "yes"
    if column.kind == "date":
        return f"{dt.date.fromisoformat(text) + dt.timedelta(days=1)}"
    if column.kind == "datetime":
        return f"{dt.datetime.fromisoformat(text) + dt.timedelta(minutes=1):%Y-%m-%dT%H:%M}"
    if column.kind in ("integer", "minutes"):
        return str(int(text) + 1)
    if column.kind in ("share", "decimal"):
        little = 20 * 10.0**-column.decimals
        return f"{float(text) + (little if column.kind == 'decimal' or float(text) < 0.9 else -little):.4f}"
    if column.kind == "choice":
        return column.allowed[(column.allowed.index(text) + 1) % len(column.allowed)]
    return f"{text}x"


def test_rows_may_stand_in_any_order() -> None:
    plan = {name: list(reversed(rows)) for name, rows in correct_plan().items()}
    assert checked(workshop(), plan, STAGES).findings == ()


def test_an_empty_plan_is_no_plan() -> None:
    """Tables without rows: everybody is missing, and so are the figures; nothing crashes."""
    report = checked(workshop(), {table.name: [] for table in REGISTER.outputs}, STAGES)
    assert rules_speaking(report) == {"T-20", "T-24", "T-25"}


@pytest.mark.parametrize("table", REGISTER.outputs, ids=lambda table: table.name)
def test_a_table_or_a_column_may_be_missing(table: Table) -> None:
    """Columns are deleted one at a time, then the whole file: the verdict says so, and nothing fails."""
    plan = thursday_plan()
    sound = as_read(plan)
    gone = {name: read for name, read in sound.items() if name != table.name}
    for column in table.columns:
        header = tuple(one.name for one in table.columns if one.name != column.name)
        cells = tuple(tuple(row[name] for name in header) for row in plan[table.name])
        raw = RawTable(table.name, f"{table.name}.csv", header, cells, tuple(range(2, len(cells) + 2)))
        read, faults = parse_table(table, raw, [])
        report = check(thursday(), {**gone, table.name: read}, THURSDAY_STAGES)
        assert faults or not report.passed or column.may_be_empty
    assert check(thursday(), gone, THURSDAY_STAGES).passed == (not plan[table.name] or table.name == "bottlenecks")
