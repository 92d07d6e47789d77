"""The independent check of written theatre plans: the specification of every rule.

It reads the written tables and the instance and shares no code with the model: what the model books by a safe
approximation is held here against the exact rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from models.shared.findings import CheckReport, Finding
from models.shared.parsing import TypedTable
from models.theatres.checker.aims import check_due_dates_met, check_least_change, check_least_share_per_trust
from models.theatres.checker.appointments import (
    check_patient_in_one_place,
    check_real_test_slots,
    check_site_takes_patient,
    check_tests_before_surgery,
    check_tests_in_six_weeks,
    check_tests_still_valid,
)
from models.theatres.checker.beds import check_beds_every_night
from models.theatres.checker.booking import (
    check_bookings_stay,
    check_everyone_accounted_for,
    check_list_is_staffed,
    check_loan_kit_notice,
    check_one_list_per_patient,
    check_patient_is_available,
    check_patient_is_ready,
    check_reasonable_notice,
    check_right_surgeon,
    check_surgeon_can_travel,
    check_theatre_suits_patient,
)
from models.theatres.checker.evidence import Evidence
from models.theatres.checker.figures import check_figures_agree
from models.theatres.checker.lists import (
    check_image_intensifiers,
    check_kit_every_day,
    check_list_time,
    check_overrun_chance,
    check_surgeon_in_one_place,
    check_surgeon_lists_a_week,
    check_times_follow_durations,
)
from models.theatres.checker.order import (
    check_day_case_early,
    check_diabetic_early,
    check_infected_last,
    check_latex_first,
    check_urgent_first,
)
from models.theatres.checker.rehearsed import check_overrun_rehearsed
from models.theatres.checker.together import (
    check_joints_per_list,
    check_recovery_bays,
    check_staff_every_session,
    check_transport_places,
    check_trays_ready,
)
from models.theatres.instance import Instance
from models.theatres.rules import rule_id

Check = Callable[[Evidence], Iterator[Finding]]

# One check per rule, in the order of the catalogue; `figures_agree` also needs the recorded stage values.
CHECKS: tuple[Check, ...] = (
    check_one_list_per_patient,
    check_patient_is_ready,
    check_list_is_staffed,
    check_right_surgeon,
    check_theatre_suits_patient,
    check_reasonable_notice,
    check_patient_is_available,
    check_list_time,
    check_overrun_chance,
    check_surgeon_in_one_place,
    check_surgeon_lists_a_week,
    check_beds_every_night,
    check_kit_every_day,
    check_image_intensifiers,
    check_tests_before_surgery,
    check_tests_still_valid,
    check_site_takes_patient,
    check_real_test_slots,
    check_patient_in_one_place,
    check_bookings_stay,
    check_times_follow_durations,
    check_latex_first,
    check_infected_last,
    check_everyone_accounted_for,
    check_diabetic_early,
    check_day_case_early,
    check_tests_in_six_weeks,
    check_staff_every_session,
    check_joints_per_list,
    check_loan_kit_notice,
    check_trays_ready,
    check_recovery_bays,
    check_surgeon_can_travel,
    check_transport_places,
    check_least_share_per_trust,
    check_overrun_rehearsed,
    check_due_dates_met,
    check_urgent_first,
    check_least_change,
)


def check(
    instance: Instance, tables: Mapping[str, TypedTable], stage_values: Mapping[str, float | None] | None = None
) -> CheckReport:
    """Check the written tables of a plan against its instance; all findings, by rule.

    `stage_values` are the values the run recorded by stage name; None when it recorded none (a baseline).
    """
    evidence = Evidence(instance, tables, is_complete=stage_values is not None)
    found = [finding for one in CHECKS for finding in one(evidence)]
    found += check_figures_agree(evidence, stage_values)
    checked = [rule_id(one.__name__.removeprefix("check_")) for one in (*CHECKS, check_figures_agree)]
    return CheckReport(tuple(sorted(checked)), tuple(sorted(found, key=lambda one: one.rule)))
