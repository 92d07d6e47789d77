"""The table of contents: every rule with the function that states it, hard first, then soft."""

from __future__ import annotations

from collections.abc import Callable

from models.theatres.formulation import aims, appointments, day, list_rows, pairs, part, rows

RULES: tuple[tuple[str, Callable[..., object]], ...] = (
    ("T-01", part.one_list_per_patient),
    ("T-02", pairs.patient_is_ready),
    ("T-03", pairs.list_is_staffed),
    ("T-04", pairs.right_surgeon),
    ("T-05", pairs.theatre_suits_patient),
    ("T-06", pairs.reasonable_notice),
    ("T-07", pairs.patient_is_available),
    ("T-08", list_rows.list_time),
    ("T-09", list_rows.overrun_chance),
    ("T-10", rows.surgeon_in_one_place),
    ("T-11", rows.surgeon_lists_a_week),
    ("T-12", rows.beds_every_night),
    ("T-13", rows.kit_every_day),
    ("T-14", rows.image_intensifiers),
    ("T-15", appointments.tests_before_surgery),
    ("T-16", appointments.tests_still_valid),
    ("T-17", appointments.site_takes_patient),
    ("T-18", appointments.real_test_slots),
    ("T-19", appointments.patient_in_one_place),
    ("T-20", pairs.bookings_stay),
    ("T-21", day.times_follow_durations),
    ("T-22", day.latex_first),
    ("T-23", day.infected_last),
    ("T-24", aims.everyone_accounted_for),
    ("T-25", aims.figures_agree),
    ("T-26", day.diabetic_early),
    ("T-27", day.day_case_early),
    ("T-28", aims.tests_in_six_weeks),
    ("T-29", rows.staff_every_session),
    ("T-30", list_rows.joints_per_list),
    ("T-31", pairs.loan_kit_notice),
    ("T-32", rows.trays_ready),
    ("T-33", rows.recovery_bays),
    ("T-34", pairs.surgeon_can_travel),
    ("T-35", rows.transport_places),
    ("T-36", aims.least_share_per_trust),
    ("T-37", list_rows.overrun_rehearsed),
    ("T-38", aims.due_dates_met),
    ("T-39", day.urgent_first),
    ("T-40", aims.least_change),
)
