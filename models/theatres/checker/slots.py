"""Whether one patient could be given the tests still missing, out of the places that are free."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.theatres.checker.appointments import is_served, site_fault
from models.theatres.checker.evidence import ONE_DAY, Evidence, Visit
from models.theatres.entities import Patient

Offer = tuple[dt.datetime, str, int]


@dataclass(frozen=True)
class FreePlaces:
    """The appointments left when these visits are made."""

    evidence: Evidence
    taken_by: tuple[Visit, ...]

    @cached_property
    def by_test(self) -> Mapping[str, Sequence[Offer]]:
        """Test -> (start, site, minutes) of every appointment with a place left and enough notice, by start."""
        settings = self.evidence.instance.settings
        first = settings.planning_date + settings.test_notice_days * ONE_DAY
        taken = Counter((visit.site_id, visit.test_id, visit.start) for visit in self.taken_by)
        found: dict[str, list[Offer]] = {test_id: [] for test_id in self.evidence.instance.tests}
        for (site_id, test_id, start), (places, minutes) in self.evidence.offers.items():
            if start.date() >= first and taken[site_id, test_id, start] < places:
                found[test_id].append((start, site_id, minutes))
        return {test_id: sorted(offers) for test_id, offers in found.items()}

    def suffice_for(self, patient_id: str, surgery: dt.date) -> bool:
        """Whether the patient can have every test not served yet in time, in one place at a time."""
        patient = self.evidence.instance.patients[patient_id]
        missing = [
            need.test_id for need in patient.tests if not is_served(self.evidence, patient, need.test_id, surgery)
        ]
        made = [visit for visit in self.evidence.visits_by_patient.get(patient_id, ()) if visit.existing]
        if any(visit.day == surgery for visit in made):
            return False
        diary = [(visit.start, visit.end, visit.site_id) for visit in made]
        candidates = [self._candidates(patient_id, test_id, surgery) for test_id in missing]
        return self._place(sorted(candidates, key=len), diary)

    def _candidates(self, patient_id: str, test_id: str, surgery: dt.date) -> Sequence[Offer]:
        """Free appointments of a test that serve an operation on this day and whose site takes the patient."""
        instance = self.evidence.instance
        patient = instance.patients[patient_id]
        lead = instance.tests[test_id].report_days + instance.settings.results_ready_days
        first = surgery - instance.valid_days[test_id, patient.trust_id] * ONE_DAY
        last = min(surgery - lead * ONE_DAY, surgery - ONE_DAY)
        offers = self._accepting(patient, test_id)
        low = bisect_left(offers, (dt.datetime.combine(first, dt.time()), "", 0))
        high = bisect_left(offers, (dt.datetime.combine(last + ONE_DAY, dt.time()), "", 0))
        return offers[low:high]

    def _accepting(self, patient: Patient, test_id: str) -> Sequence[Offer]:
        """Free appointments of a test at the sites that take the patient; worked out once for each set of sites."""
        sites = frozenset(
            site_id for site_id, site in self.evidence.instance.sites.items() if site_fault(site, patient) is None
        )
        if (test_id, sites) not in self._accepted:
            self._accepted[test_id, sites] = [offer for offer in self.by_test[test_id] if offer[1] in sites]
        return self._accepted[test_id, sites]

    @cached_property
    def _accepted(self) -> dict[tuple[str, frozenset[str]], Sequence[Offer]]:
        return {}

    def _place(
        self, candidates: Sequence[Sequence[Offer]], diary: list[tuple[dt.datetime, dt.datetime, str]]
    ) -> bool:
        """Depth first: one appointment per test, none in the way of another."""
        if not candidates:
            return True
        for start, site_id, minutes in candidates[0]:
            entry = (start, start + dt.timedelta(minutes=minutes), site_id)
            if all(self._apart(entry, other) for other in diary) and self._place(candidates[1:], [*diary, entry]):
                return True
        return False

    def _apart(self, one: tuple[dt.datetime, dt.datetime, str], other: tuple[dt.datetime, dt.datetime, str]) -> bool:
        before, after = sorted((one, other))
        travel = self.evidence.instance.settings.between_sites_minutes
        needed = travel if one[2] != other[2] and before[0].date() == after[0].date() else 0
        return after[0] - before[1] >= dt.timedelta(minutes=needed)
