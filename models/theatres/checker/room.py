"""What would happen if one more patient were put on a list of the plan as it stands, or in somebody's place."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import NormalDist

from models.theatres.checker.beds import TOLERANCE_BEDS, Night, nights_of, occupied
from models.theatres.checker.evidence import ONE_DAY, Case, Evidence
from models.theatres.checker.rehearsed import TOLERANCE_SHARE, Rehearsal
from models.theatres.checker.slots import FreePlaces
from models.theatres.checker.together import Span, in_recovery, most_at_once, people_needed
from models.theatres.entities import TheatreList

# What hangs on the times of day: another order of the lists might mend it.
ORDER_CODES = frozenset({"image_intensifier", "surgeon_busy", "trays", "recovery", "order_of_the_day"})


class Known:
    """What all questions about a plan share."""

    def __init__(self, evidence: Evidence) -> None:
        self.free_places = FreePlaces(evidence, (*evidence.existing_visits, *evidence.new_visits))
        self.nights: Mapping[Night, list[float]] = nights_of(evidence)
        self.rehearsal = Rehearsal(evidence)
        self.used = frozenset(list_id for list_id, cases in evidence.by_list.items() if cases)
        self._evidence = evidence
        self._lacks_staff: dict[str, bool] = {}

    def lacks_staff(self, session: TheatreList) -> bool:
        """Whether a shift has too few people once the list has a patient; the same for every patient."""
        if session.list_id not in self._lacks_staff:
            used = self.used | {session.list_id}
            self._lacks_staff[session.list_id] = any(
                shift.start < session.end
                and session.start < shift.end
                and people_needed(self._evidence, shift, used) > shift.available
                for shift in self._evidence.instance.shifts
            )
        return self._lacks_staff[session.list_id]


@dataclass(frozen=True)
class Room:
    """The plan as it stands, but for a patient who is gone, asked about one more patient at a time."""

    evidence: Evidence
    known: Known
    gone: str | None = None

    def without(self, patient_id: str) -> Room:
        """The plan with this patient gone."""
        return replace(self, gone=patient_id)

    def shortages(self, patient_id: str, session: TheatreList) -> Iterator[str]:
        """What is short on a list for one more patient, the others kept: reason codes that hold there.

        The rehearsal, which takes long, is asked last.
        """
        too_long = self.spare_minutes(patient_id, session) < 0
        if too_long:
            yield "list_time"
        elif self._may_overrun(patient_id, session):
            yield "overrun_chance"
        short = False
        for code, is_short in self._questions.items():
            if is_short(patient_id, session):
                short = short or code in ORDER_CODES
                yield code
        if short:
            yield "order_of_the_day"
        if not too_long and not self._may_overrun(patient_id, session) and self._is_late(patient_id, session):
            yield "overrun_rehearsed"

    @cached_property
    def _questions(self) -> Mapping[str, Callable[[str, TheatreList], bool]]:
        return {
            "joints": self._has_joints_enough,
            "surgeon_lists": self._is_a_list_too_many,
            "staff": self._lacks_staff,
            "transport": self._lacks_transport,
            "beds": self._lacks_beds,
            "kit": self._lacks_kit,
            "trays": self._lacks_trays,
            "image_intensifier": self._is_x_ray_short,
            "recovery": self._lacks_bays,
            "surgeon_busy": self._is_surgeon_busy,
            "test_slots": self._lacks_test_slots,
        }

    def _on_list(self, session: TheatreList) -> list[Case]:
        return [case for case in self.evidence.by_list[session.list_id] if case.patient_id != self.gone]

    def _on_day(self, session: TheatreList) -> list[Case]:
        return [case for case in self.evidence.by_day.get(session.date, ()) if case.patient_id != self.gone]

    def _elsewhere(self, session: TheatreList) -> list[Case]:
        """The cases of the day on other lists."""
        return [case for case in self._on_day(session) if case.list_id != session.list_id]

    def in_order(self, patient_id: str, session: TheatreList) -> list[str]:
        """The patients of the list and this one: P2 first, then latex first, then infected last."""
        known = self.evidence.instance.patients
        return sorted(
            [*(case.patient_id for case in self._on_list(session)), patient_id],
            key=lambda p: (
                known[p].priority != "P2",
                known[p].latex_allergy != "yes",
                known[p].infection_risk == "yes",
            ),
        )

    def spans(self, patient_id: str, session: TheatreList) -> list[tuple[str, Span]]:
        """The patients of the list and this one, one after the other from its start."""
        clock, found = session.start, list[tuple[str, Span]]()
        for one in self.in_order(patient_id, session):
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
        patients = self.in_order(patient_id, session)
        variance = math.fsum(self.evidence.minutes_and_variance(one, session.list_id)[1] for one in patients)
        z = NormalDist().inv_cdf(1 - settings.overrun_probability_limit_share)
        spare = self.spare_minutes(patient_id, session) + settings.overrun_grace_minutes
        return z * math.sqrt(variance) > spare + 1e-6

    def _is_late(self, patient_id: str, session: TheatreList) -> bool:
        patients = self.in_order(patient_id, session)
        touches = [self.evidence.minutes_and_variance(one, session.list_id) for one in patients]
        gaps = [self.evidence.gap_after(one) for one in patients[:-1]]
        limit = self.evidence.instance.settings.rehearsed_overrun_limit_share
        return self.known.rehearsal.late_share(session.list_id, touches, gaps) > limit + TOLERANCE_SHARE

    def _has_joints_enough(self, patient_id: str, session: TheatreList) -> bool:
        if session.max_joints is None or not self.evidence.operation(patient_id).is_joint:
            return False
        joints = sum(self.evidence.operation(case.patient_id).is_joint for case in self._on_list(session))
        return joints + 1 > session.max_joints

    def _is_a_list_too_many(self, patient_id: str, session: TheatreList) -> bool:
        """Whether the list would be one more than its surgeon has agreed for the week."""
        del patient_id  # it is the same for everybody
        lists, surgeon_id = self.evidence.instance.lists, session.surgeon_id or ""
        week = session.date.isocalendar()[:2]
        running = {
            at
            for at in self.known.used
            if lists[at].surgeon_id == surgeon_id and lists[at].date.isocalendar()[:2] == week
        }
        most = self.evidence.instance.surgeons[surgeon_id].max_lists_per_week
        return len(running | {session.list_id}) > most

    def _lacks_staff(self, patient_id: str, session: TheatreList) -> bool:
        """Whether a shift of the list has too few people when it has a patient."""
        del patient_id  # it is the same for everybody
        return self.known.lacks_staff(session)

    def _lacks_transport(self, patient_id: str, session: TheatreList) -> bool:
        patients = self.evidence.instance.patients
        brought = sum(patients[case.patient_id].hospital_transport for case in self._on_day(session))
        most = self.evidence.instance.settings.transport_places_per_day
        return patients[patient_id].hospital_transport and brought + 1 > most

    def _lacks_beds(self, patient_id: str, session: TheatreList) -> bool:
        ward = self.evidence.operation(patient_id).ward_id
        for night, share in enumerate(self.evidence.stay(patient_id)):
            at = (ward, session.date + night * ONE_DAY)
            bed = self.evidence.instance.beds.get(at)
            if share > 0:
                quantile = occupied(self.evidence, at, [*self._others_in_bed(at), share])[1]
                if bed is None or quantile > bed.beds_open + TOLERANCE_BEDS:
                    return True
        return False

    def _others_in_bed(self, night: Night) -> list[float]:
        """The chances of all but the patient who is gone."""
        shares = list(self.known.nights.get(night, ()))
        for case in self.evidence.by_patient.get(self.gone or "", ()):
            nights, ward = self.evidence.stay(case.patient_id), self.evidence.operation(case.patient_id).ward_id
            after = (night[1] - self.evidence.session(case).date).days
            if ward == night[0] and 0 <= after < len(nights) and nights[after] > 0:
                shares.remove(nights[after])
        return shares

    def _lacks_kit(self, patient_id: str, session: TheatreList) -> bool:
        for kit_id in self.evidence.operation(patient_id).kit:
            kit = self.evidence.instance.kit[kit_id]
            used = sum(kit_id in self.evidence.operation(case.patient_id).kit for case in self._on_day(session))
            if used + 1 > kit.sets * kit.cycles_per_day:
                return True
        return False

    def _lacks_trays(self, patient_id: str, session: TheatreList) -> bool:
        """Whether sets are short at some moment, the other lists as they are."""
        needs = self.evidence.operation
        elsewhere = [(c.patient_id, (c.start, self.evidence.due_end(c))) for c in self._elsewhere(session)]
        everybody = [*self.spans(patient_id, session), *elsewhere]
        for kit_id in sorted({kit_id for one in self.in_order(patient_id, session) for kit_id in needs(one).kit}):
            kit = self.evidence.instance.kit[kit_id]
            again = dt.timedelta(minutes=kit.reprocess_minutes)
            held = [(start, end + again) for one, (start, end) in everybody if kit_id in needs(one).kit]
            if most_at_once(held) > kit.sets:
                return True
        return False

    def _is_x_ray_short(self, patient_id: str, session: TheatreList) -> bool:
        """Whether the image intensifiers are short at some moment, the other lists as they are."""
        needs = self.evidence.operation
        own = [s for one, s in self.spans(patient_id, session) if needs(one).needs_image_intensifier]
        others = [
            (case.start, self.evidence.due_end(case))
            for case in self._elsewhere(session)
            if needs(case.patient_id).needs_image_intensifier
        ]
        return bool(own) and most_at_once([*own, *others]) > self.evidence.instance.settings.image_intensifiers

    def _lacks_bays(self, patient_id: str, session: TheatreList) -> bool:
        """Whether recovery bays are short at some moment, the other lists as they are."""
        rest = self.evidence.operation
        own = [
            (end, end + dt.timedelta(minutes=rest(one).recovery_minutes))
            for one, (_, end) in self.spans(patient_id, session)
        ]
        others = [in_recovery(self.evidence, case) for case in self._elsewhere(session)]
        return most_at_once([*own, *others]) > self.evidence.instance.settings.recovery_bays

    def _is_surgeon_busy(self, patient_id: str, session: TheatreList) -> bool:
        """Whether the surgeon would be in two theatres at once, the other lists as they are."""
        others = [
            (case.start, self.evidence.due_end(case))
            for case in self._elsewhere(session)
            if self.evidence.session(case).surgeon_id == session.surgeon_id
        ]
        own = [span for _, span in self.spans(patient_id, session)]
        return any(first < end and start < last for start, end in own for first, last in others)

    def _lacks_test_slots(self, patient_id: str, session: TheatreList) -> bool:
        return not self.known.free_places.suffice_for(patient_id, session.date)
