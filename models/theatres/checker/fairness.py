"""T-25: who is booked, by home trust and by deprivation."""

from __future__ import annotations

from collections.abc import Iterator

from models.shared.findings import Finding
from models.theatres.checker.aims import by_trust, ready_and_booked
from models.theatres.checker.evidence import Evidence
from models.theatres.checker.tallies import difference, differences, missing_and_strange

SHARE_TOLERANCE = 0.6e-4
QUINTILES = range(1, 6)


def fairness_rows(evidence: Evidence) -> Iterator[Finding]:
    """A row for every home trust and every quintile, with its ready and booked patients."""
    rows = {(row.text("group"), row.text("value")): row for row in evidence.rows("fairness")}
    patients = evidence.instance.patients.values()
    quintiles = {
        str(one): tuple(p.patient_id for p in patients if p.deprivation_quintile == one) for one in QUINTILES
    }
    expected = {("trust", value): counts for value, counts in ready_and_booked(evidence, by_trust(evidence)).items()}
    expected |= {("quintile", value): counts for value, counts in ready_and_booked(evidence, quintiles).items()}
    yield from missing_and_strange(evidence, "fairness", set(rows), set(expected), "group")
    for key in sorted(set(rows) & set(expected)):
        row, (ready, booked) = rows[key], expected[key]
        where, what = evidence.where("fairness", row), " ".join(key)
        yield from differences(row, {"ready": ready, "booked": booked}, what, where)
        share = booked / ready if ready else 0.0
        least = evidence.instance.settings.least_trust_share if key[0] == "trust" else 0.0
        yield from difference(row, "booked_share", share, SHARE_TOLERANCE, what, where)
        yield from difference(row, "least_share", least, SHARE_TOLERANCE, what, where)
