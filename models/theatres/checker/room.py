"""What would happen if one more patient were put on a list of the plan as it stands."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

from models.theatres.checker.beds import TOLERANCE_BEDS, Night, nights_of, occupied
from models.theatres.checker.evidence import ONE_DAY, Evidence
from models.theatres.checker.slots import FreePlaces
from models.theatres.entities import TheatreList

Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Room:
    """The plan as it stands, asked about one more patient at a time."""

    evidence: Evidence

    @cached_property
    def free_places(self) -> FreePlaces:
        """Test appointments that nobody has."""
        return FreePlaces(self.evidence, (*self.evidence.existing_visits, *self.evidence.new_visits))

    @cached_property
    def _nights(self) -> Mapping[Night, list[float]]:
        return nights_of(self.evidence)

    def shortages(self, patient_id: str, session: TheatreList) -> frozenset[str]:
        """What is short on a list for one more patient, the others kept: reason codes that hold there."""
        too_long = self.spare_minutes(patient_id, session) < 0
        holds = {
            "list_time": too_long,
            "overrun_chance": not too_long and self._may_overrun(patient_id, session),
            "surgeon_lists": self._is_a_list_too_many(session),
            "beds": self._lacks_beds(patient_id, session),
            "kit": self._lacks_kit(patient_id, session),
            "test_slots": not self.free_places.suffice_for(patient_id, session.date),
            "image_intensifier": self._is_x_ray_short(patient_id, session),
            "surgeon_busy": self._is_surgeon_busy(patient_id, session),
        }
        holds["order_of_the_day"] = holds["image_intensifier"] or holds["surgeon_busy"]
        return frozenset(code for code, short in holds.items() if short)

    def spans(self, patient_id: str, session: TheatreList) -> list[tuple[str, Span]]:
        """The cases of the list and the patient one after the other, latex first and infected last."""
        patients = [*(case.patient_id for case in self.evidence.by_list[session.list_id]), patient_id]
        known, clock, found = self.evidence.instance.patients, session.start, []
        for one in sorted(
            patients, key=lambda p: (known[p].latex_allergy != "yes", known[p].infection_risk == "yes")
        ):
            end = clock + dt.timedelta(minutes=self.evidence.minutes_and_variance(one, session.list_id)[0])
            found.append((one, (clock, end)))
            clock = end + dt.timedelta(minutes=self.evidence.gap_after(one))
        return found

    def spare_minutes(self, patient_id: str, session: TheatreList) -> float:
        """Minutes left when the last case ends; negative: the patient does not fit in."""
        end = self.spans(patient_id, session)[-1][1][1]
        return (session.end - end).total_seconds() / 60

    def _may_overrun(self, patient_id: str, session: TheatreList) -> bool:
        settings = self.evidence.instance.settings
        patients = [one for one, _ in self.spans(patient_id, session)]
        variance = math.fsum(self.evidence.minutes_and_variance(one, session.list_id)[1] for one in patients)
        z = NormalDist().inv_cdf(1 - settings.overrun_probability_limit_share)
        spare = self.spare_minutes(patient_id, session) + settings.overrun_grace_minutes
        return z * math.sqrt(variance) > spare + 1e-6

    def _is_a_list_too_many(self, session: TheatreList) -> bool:
        """Whether the list would be one more than its surgeon has agreed for the week."""
        lists, surgeon_id = self.evidence.instance.lists, session.surgeon_id or ""
        week = session.date.isocalendar()[:2]
        running = {
            at
            for at, cases in self.evidence.by_list.items()
            if cases and lists[at].surgeon_id == surgeon_id and lists[at].date.isocalendar()[:2] == week
        }
        most = self.evidence.instance.surgeons[surgeon_id].max_lists_per_week
        return len(running | {session.list_id}) > most

    def _lacks_beds(self, patient_id: str, session: TheatreList) -> bool:
        ward = self.evidence.operation(patient_id).ward_id
        for night, share in enumerate(self.evidence.stay(patient_id)):
            at = (ward, session.date + night * ONE_DAY)
            bed = self.evidence.instance.beds.get(at)
            if share > 0:
                quantile = occupied(self.evidence, at, [*self._nights.get(at, []), share])[1]
                if bed is None or quantile > bed.beds_open + TOLERANCE_BEDS:
                    return True
        return False

    def _lacks_kit(self, patient_id: str, session: TheatreList) -> bool:
        same_day = [case.patient_id for case in self.evidence.by_day.get(session.date, ())]
        for kit_id in self.evidence.operation(patient_id).kit:
            kit = self.evidence.instance.kit[kit_id]
            used = sum(kit_id in self.evidence.operation(one).kit for one in same_day)
            if used + 1 > kit.sets * kit.cycles_per_day:
                return True
        return False

    def _is_x_ray_short(self, patient_id: str, session: TheatreList) -> bool:
        """Whether the image intensifiers are short at some moment, the other lists as they are."""
        needs = self.evidence.operation
        own = [s for one, s in self.spans(patient_id, session) if needs(one).needs_image_intensifier]
        others = [
            (case.start, self.evidence.due_end(case))
            for case in self.evidence.by_day.get(session.date, ())
            if case.list_id != session.list_id and needs(case.patient_id).needs_image_intensifier
        ]
        everybody = [*own, *others]
        machines = self.evidence.instance.settings.image_intensifiers
        return any(
            sum(first <= start < last for first, last in everybody) > machines
            for start, _ in (everybody if own else ())
        )

    def _is_surgeon_busy(self, patient_id: str, session: TheatreList) -> bool:
        """Whether the surgeon would be in two theatres at once, the other lists as they are."""
        others = [
            (case.start, self.evidence.due_end(case))
            for case in self.evidence.by_day.get(session.date, ())
            if case.list_id != session.list_id and self.evidence.session(case).surgeon_id == session.surgeon_id
        ]
        own = [span for _, span in self.spans(patient_id, session)]
        return any(first < end and start < last for start, end in own for first, last in others)
