"""What the independent checker says of a plan that is not written yet, and which rules a reason can set aside."""

from __future__ import annotations

from models.shared.findings import Finding
from models.shared.parsing import Row, TypedTable
from models.theatres.checker import CHECKS
from models.theatres.checker.booking import check_everyone_accounted_for
from models.theatres.checker.evidence import Evidence
from models.theatres.plan import Plan
from models.theatres.tables_of import diary_tables

SET_ASIDE_BY_NAME = frozenset({"T-06", "T-20"})
"""A reason given settles these: it is the named change a booking that stays asks for, or the patient's word that they
come at shorter notice, which is written into their record. The plan then breaks nothing."""

SET_ASIDE_KNOWINGLY = frozenset(
    {"T-08", "T-09", "T-11", "T-12", "T-13", "T-14", "T-29", "T-30", "T-32", "T-33", "T-35", "T-37"}
)
"""Rules on room and staff. A draft may break them for a reason, as between two moves of three; whatever is saved
while they are broken fails its check. All other rules say whether the operation is safe, or possible at all for the
patient: no reason sets them aside, the record is mended first."""


def errors_of(plan: Plan) -> tuple[Finding, ...]:
    """The hard rules a plan breaks. Who is not booked is not written yet, so nobody is asked to be accounted for."""
    evidence = Evidence(
        plan.instance,
        {
            name: TypedTable(name, f"{name}.csv", tuple(Row(at, cells) for at, cells in enumerate(rows, start=2)))
            for name, rows in diary_tables(plan).items()
        },
    )
    found = [one for check in CHECKS if check is not check_everyone_accounted_for for one in check(evidence)]
    return tuple(sorted((one for one in found if one.severity == "error"), key=lambda one: (one.rule, one.message)))
