"""The rules of the theatres problem, hard first, as a scheduler would say them; pure data."""

from __future__ import annotations

from models.shared.rules import Rule

RULES: tuple[Rule, ...] = (
    Rule("T-01", "one_list_per_patient", "A patient is operated on once at most.",
         "sum_l x[p,l] <= 1", True, "definition", definitional=True),
    Rule("T-02", "patient_is_ready",
         "Only adults who are fit, validated, consented, have a surgeon and a written side, have not asked to wait, "
         "and whose latex and infection status is known are booked.",
         "x[p,l] = 0 when p has a readiness code", True, "pre-operative lead"),
    Rule("T-03", "list_is_staffed", "Patients are put only on lists with staff and a surgeon who is not on leave.",
         "x[p,l] = 0 when l is not staffed, has no surgeon, or its surgeon is on leave that day", True,
         "theatre manager"),
    Rule("T-04", "right_surgeon",
         "The surgeon is the named one, or one the patient agreed to, and covers the sub-specialty; a list for one "
         "sub-specialty takes no other.",
         "x[p,l] = 0 unless surgeon(l) in choice(p), sub-specialty(p) in skills(surgeon(l)), list sub-specialty fits",
         True, "clinical director"),
    Rule("T-05", "theatre_suits_patient",
         "A theatre takes ASA grades up to its limit; operations that need laminar flow get it.",
         "x[p,l] = 0 when ASA(p) > limit(theatre) or laminar flow is needed and absent", True, "lead anaesthetist"),
    Rule("T-06", "reasonable_notice", "A new date is offered with the notice the policy or the patient asks for.",
         "x[p,l] = 0 when day(l) < planning date + notice(p); agreed and locked bookings have had theirs", True,
         "access policy"),
    Rule("T-07", "patient_is_available", "A patient is booked only on days on which they can come.",
         "x[p,l] = 0 unless available_from(p) <= day(l) <= available_to(p)", True, "booking office"),
    Rule("T-08", "list_time", "The last case is expected to end within the list.",
         "expected end of the last case <= end of l", True, "theatre manager"),
    Rule("T-09", "overrun_chance",
         "The chance that a list ends more than the grace after its end stays within the limit.",
         "expected end + z * sqrt(sum of variances) <= end of l + grace, z the normal quantile of 1 - limit", True,
         "theatre manager"),
    Rule("T-10", "surgeon_in_one_place", "A surgeon operates on one patient at a time.",
         "cases of one surgeon do not overlap in time", True, "clinical director"),
    Rule("T-11", "surgeon_lists_a_week", "A surgeon runs no more lists in a week than agreed.",
         "lists of s with a case in a calendar week (Monday to Sunday) <= max lists per week of s", True,
         "clinical director"),
    Rule("T-12", "beds_every_night",
         "On every calendar night, weekends and the nights after the last list included, the beds suffice with the "
         "chance set.",
         "census + sum S + z * sqrt(census variance + sum S (1 - S)) <= beds, S the share still in a bed", True,
         "ward manager"),
    Rule("T-13", "kit_every_day", "No kit is used more often in a day than its sets and cycles allow.",
         "cases of the day that need k <= sets(k) * cycles per day(k)", True, "sterile services"),
    Rule("T-14", "image_intensifiers", "No more cases run at once with an image intensifier than there are machines.",
         "at every moment, running cases that need one <= machines", True, "radiography"),
    Rule("T-15", "tests_before_surgery", "Every test a patient needs has its result with the team in time.",
         "for each test: some test of p with day + report days <= day of surgery - results-ready days", True,
         "pre-operative lead"),
    Rule("T-16", "tests_still_valid", "No test is older on the day of surgery than the home trust accepts.",
         "for the same test: day of surgery - day of test <= valid days(test, home trust)", True,
         "pre-operative lead"),
    Rule("T-17", "site_takes_patient",
         "Patients are tested only where they are accepted: adults, ambulant, without hospital transport, of the "
         "clinic's own trust, as each site says.",
         "no appointment of p at a site whose conditions p does not meet", True, "diagnostic centres"),
    Rule("T-18", "real_test_slots",
         "Every test appointment is a time on offer, with notice, and no more patients than places.",
         "start is a time of test_slots, day >= planning date + test notice; patients at it <= places", True,
         "diagnostic centres"),
    Rule("T-19", "patient_in_one_place",
         "A patient has one appointment at a time, time to travel between sites, and no test on the day of surgery.",
         "appointments of p do not overlap; different sites on a day: gap >= travel minutes", True, "booking office"),
    Rule("T-20", "bookings_stay",
         "Agreed and locked bookings, and all in the last two weeks, keep their list unless a change is named; "
         "appointments already made stay.",
         "x[p,l] = 1 for agreed and locked bookings and all within the lock days, but for named changes; existing "
         "appointments are in the plan", True, "booking office"),
    Rule("T-21", "times_follow_durations",
         "A theatre does one case at a time, each for its expected minutes, with turnaround or clean-down between.",
         "start >= list start; end = start + touch; next start >= end + turnaround (clean-down after infection)",
         True, "definition", definitional=True),
    Rule("T-22", "latex_first",
         "Patients with latex allergy come first on their list, before infected ones too (then clean-down follows); "
         "only urgency comes before it.",
         "position(latex) < position(no latex) on one list, among equals by T-39", True, "lead anaesthetist"),
    Rule("T-23", "infected_last",
         "Patients with an infection risk come last on their list; one who also has latex allergy comes last of "
         "those with latex allergy.",
         "position(infected) > position(not infected) on one list, among equals by T-39 and T-22", True,
         "infection control"),
    Rule("T-24", "everyone_accounted_for", "Every patient on the waiting list is booked, or listed with the reason.",
         "booked + not booked = waiting list, no one in both", True, "definition", definitional=True),
    Rule("T-25", "figures_agree", "The figures printed beside the lists follow from the lists.",
         "every derived column and every stage value = its recomputation", True, "definition", definitional=True),
    Rule("T-26", "diabetic_early", "Diabetic patients come early, within the order rules above.",
         "minimise pairs on a list with a non-diabetic before a diabetic patient of the same order class", False,
         "lead anaesthetist"),
    Rule("T-27", "day_case_early", "Day cases come early, so that they can go home.",
         "minimise pairs with an inpatient before a day case of the same order class and diabetic status", False,
         "ward manager"),
    Rule("T-28", "tests_in_six_weeks", "Counted diagnostic tests are done within six weeks of their request.",
         "count of new DM01 appointments later than request + 42 days, kept low", False, "diagnostic centres"),
    Rule("T-29", "staff_every_session",
         "Lists with patients do not need more anaesthetists, scrub, theatre and recovery staff than there are, in "
         "any shift.",
         "sum of per_list(role) over lists with a case that overlap the shift <= available(role, shift)", True,
         "theatre manager"),
    Rule("T-30", "joints_per_list", "A list takes no more joint replacements than agreed for it.",
         "joints on l <= max joints of l", True, "clinical director"),
    Rule("T-31", "loan_kit_notice",
         "An operation that needs loan kit is booked only when the kit can be ordered in time.",
         "x[p,l] = 0 when day(l) < planning date + loan days of a kit p needs; agreed and locked bookings have it "
         "ordered", True, "sterile services"),
    Rule("T-32", "trays_ready", "At no moment are more sets in use or being reprocessed than there are.",
         "at every moment, cases from start to end + reprocessing that need k <= sets(k)", True, "sterile services"),
    Rule("T-33", "recovery_bays", "At no moment are more patients in recovery than there are bays.",
         "at every moment, cases from end to end + recovery minutes <= bays", True, "recovery lead"),
    Rule("T-34", "surgeon_can_travel",
         "A surgeon who is elsewhere on the day of a list has the time to travel between.",
         "x[p,l] = 0 when l and its surgeon's commitment elsewhere are less than the travel minutes apart", True,
         "clinical director"),
    Rule("T-35", "transport_places", "No more patients who need hospital transport come on a day than there are "
         "journeys.", "booked patients of the day with hospital transport <= transport places a day", True,
         "booking office"),
    Rule("T-36", "least_share_per_trust",
         "Of the ready patients of each home trust at least the share set is booked, as far as the rules allow.",
         "maximise min(booked(t), ceil(share * ready(t))), trust by trust, before the other aims", False,
         "provider collaborative"),
    Rule("T-37", "overrun_rehearsed",
         "Rehearsed with late starts, uneven turnaround and slow days, each list still keeps the chance of a late "
         "end within the limit.",
         "share of 10,000 rehearsed days on which l ends more than the grace after its end <= limit", True,
         "theatre manager"),
    Rule("T-38", "due_dates_met",
         "Patients with a date by which they must be operated on (28 days after a cancellation on the day) are "
         "booked by then, before the other aims.",
         "maximise patients with a due date booked on or before it", False, "access policy"),
    Rule("T-39", "urgent_first", "P2 patients come before all others on a list.",
         "position(P2) < position(not P2) on one list", True, "clinical director"),
    Rule("T-40", "least_change", "What patients have been told changes as little as the other aims allow.",
         "maximise points of bookings kept: same list, same day, same week; more when offered or near", False,
         "booking office"),
)  # fmt: skip

# The aims in order: each is maximised and then kept while the next is improved. `least_share_<trust>` (T-36), one for
# each home trust in the order of ids, come first of all when a least share is set; `due_dates_met` is a stage only
# when somebody has a due date, `bookings_kept` only when a booking may move. When the aim of the settings is
# `least_change`, `bookings_kept` comes right after `due_dates_met`, `p2_booked` and `long_waits_booked`.
STAGES: tuple[tuple[str, str, str], ...] = (
    ("due_dates_met", "patients", "patients with a due date booked by then"),
    ("p2_booked", "patients", "P2 patients booked"),
    ("long_waits_booked", "patients", "patients booked who have waited the long-wait weeks or more on planning day"),
    ("long_waits_at_end_booked", "patients", "patients booked who would have waited them when the horizon ends"),
    ("weighted_wait", "points", "points of all booked patients: per case, per week waited, for P2 and P3"),
    ("touch_minutes", "minutes", "planned touch minutes"),
    ("bookings_kept", "points", "points of bookings kept: same list, same day, same week"),
)
LEAST_SHARE_PREFIX = "least_share_"
# With the least change these, of the stages every run has, come before the bookings kept.
BEFORE_BOOKINGS_KEPT = ("p2_booked", "long_waits_booked")

# When an event makes a patient due (T-38): so long after a cancellation, as the NHS Constitution handbook says, and
# after the referral of a new P2 patient, which is an assumption.
DAYS_UNTIL_DUE = 28


def rule_id(name: str) -> str:
    """The id of the rule with this name.

    Raises
    ------
    KeyError
        If there is no such rule.
    """
    for rule in RULES:
        if rule.name == name:
            return rule.id
    raise KeyError(name)
