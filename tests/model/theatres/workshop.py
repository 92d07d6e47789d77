"""One small instance in which every rule has something to say, and a correct plan for it, both by hand.

Monday 12 April 2027. Surgeon S1 does four hips on list M1 from 08:30 (latex first, diabetic early, infected last):
100 minutes each and 15 between, until 15:55; then two feet in theatre T2 on list M2: P4, a day case, 15:55-16:55, and
P5 17:10-18:10. Surgeon S2 does a revision, 120 minutes, on list M3 from 13:00 to 15:00. One image intensifier serves
the revision and the feet, in turn. Five hip sets, one case a day each: all are used. Ward `hips` has 6 beds and 5
patients on Monday night, half of whom are expected to stay for Tuesday night; ward `feet` has one bed, for P5.

Not booked: P7 unfit; P8 comes from 17 April only; P9 asked for 42 days' notice; P12 (hip, surgeon S2) because the hip
sets are used up on Monday and S2 may not run Friday's list as well; P13 (foot) because the bed is taken; P14 (foot,
ASA 3, so theatre T1 only) because M1 is full: 445 + 15 + 60 > 480.

Tests: assessments done on 20 March are 23 days old on 12 April, 28 are accepted. P1's is appointed already. P3 gets
an assessment, an MRSA screen (accepted for 10 days) and an MRI; P5, who needs transport, an X-ray at the hospital.

What is new from rule T-29 on has a workshop of its own, `thursday.py`; here only the tables of it are.
"""

from __future__ import annotations

from functools import cache

from models.theatres.instance import Instance
from tests.model.theatres.plans import Texts, Written, from_text, instance_of

INSTANCE = """kind = "theatres"
[settings]
planning_date = 2027-03-22
horizon_start = 2027-04-12
horizon_weeks = 1
image_intensifiers = 1
day_case_curve_id = "home"
rehearsed_overrun_limit_share = 0.5
== trusts
trust_id,name
A,Trust A
B,Trust B
== subspecialties
subspecialty_id,name
hip,Hip
foot,Foot
== procedures
procedure_code,name,subspecialty_id,touch_minutes,touch_cv_share,is_joint,needs_laminar_flow,needs_image_intensifier,ward_id,curve_id
hip,Hip replacement,hip,100,0.2,yes,yes,no,hips,half
revision,Hip revision,hip,120,0.3,yes,yes,yes,hips,half
foot,Foot correction,foot,60,0.5,no,no,yes,feet,one
== procedure_kit
procedure_code,kit_id
hip,hip_set
revision,hip_set
== los_curves
curve_id,night,occupied_share
half,0,1
half,1,0.5
one,0,1
home,0,0
== patients
patient_id,trust_id,procedure_code,surgeon_id,surgeon_choice,priority,clock_start,laterality,asa_grade,adult,fit,consented,validated,ambulant,hospital_transport,latex_allergy,infection_risk,diabetic,day_case,available_from,available_to,notice_days,deprivation_quintile
P1,A,hip,S1,named,P2,2027-03-01,left,2,yes,yes,yes,yes,yes,no,yes,no,no,no,,,,1
P2,A,hip,S1,named,P4,2026-10-26,right,2,yes,yes,yes,yes,yes,no,no,yes,no,no,,,,1
P3,A,hip,S1,named,P4,2026-01-26,left,2,yes,yes,yes,yes,yes,no,no,no,yes,no,,,,1
P4,A,foot,S1,named,P4,2026-12-14,left,1,yes,yes,yes,yes,yes,no,no,no,no,yes,,,,1
P5,A,foot,S1,named,P3,2026-12-14,left,2,yes,yes,yes,yes,yes,yes,no,no,no,no,,,,1
P6,B,revision,S2,named,P4,2026-12-14,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,,,,1
P7,A,hip,S1,named,P4,2026-12-14,left,2,yes,no,yes,yes,yes,no,no,no,no,no,,,,1
P8,A,hip,S1,named,P4,2026-12-14,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,2027-04-17,,,1
P9,A,hip,S1,named,P4,2026-12-14,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,,,42,1
P10,A,hip,S1,named,P4,2026-12-14,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,,,,1
P12,B,hip,S2,named,P4,2026-12-14,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,,,,1
P13,A,foot,S1,named,P4,2026-12-14,left,2,yes,yes,yes,yes,yes,no,no,no,unknown,no,,,,1
P14,A,foot,S1,named,P4,2026-01-26,left,3,yes,yes,yes,yes,yes,no,no,no,no,no,,,,1
== patient_tests
patient_id,test_id,requested_on,done_on
P1,poa,2027-03-01,
P2,poa,2027-03-01,2027-03-20
P3,poa,2027-03-01,
P3,mrsa,2027-03-01,
P3,mri,2027-02-16,
P4,poa,2027-03-01,2027-03-20
P5,poa,2027-03-01,2027-03-20
P5,xray,2027-03-01,
P6,poa,2027-03-01,2027-03-20
P10,poa,2027-03-01,2027-03-20
P12,poa,2027-03-01,2027-03-20
== surgeons
surgeon_id,trust_id,max_lists_per_week
S1,A,2
S2,B,1
== surgeon_subspecialties
surgeon_id,subspecialty_id
S1,hip
S1,foot
S2,hip
== surgeon_leave
surgeon_id,first_day,last_day
S2,2027-04-14,2027-04-14
== theatres
theatre_id,name,max_asa_grade,laminar_flow
T1,Theatre 1,3,yes
T2,Theatre 2,2,no
T3,Theatre 3,3,yes
== lists
list_id,theatre_id,date,start,end,surgeon_id,subspecialty_id,staffed
M1,T1,2027-04-12,08:30,16:30,S1,,yes
M2,T2,2027-04-12,13:00,19:00,S1,foot,yes
M3,T3,2027-04-12,13:00,18:00,S2,,yes
U,T1,2027-04-13,08:30,12:30,S1,,no
W,T1,2027-04-14,08:30,12:30,S2,,yes
F,T1,2027-04-16,08:30,12:30,S2,,yes
== kit
kit_id,name,sets,cycles_per_day
hip_set,Hip set,5,1
== wards
ward_id,name
hips,Hips
feet,Feet
== beds
ward_id,date,beds_open,census_expected,census_variance
hips,2027-04-12,6,0,0
hips,2027-04-13,6,0.5,0.25
hips,2027-04-14,6,0,0
hips,2027-04-15,6,0,0
hips,2027-04-16,6,0,0
hips,2027-04-17,6,0,0
feet,2027-04-12,1,0,0
feet,2027-04-13,1,0,0
feet,2027-04-14,1,0,0
feet,2027-04-15,1,0,0
feet,2027-04-16,1,0,0
== tests
test_id,name,report_days,dm01
poa,Assessment,2,no
mrsa,MRSA screen,3,no
mri,MRI,7,yes
xray,X-ray,1,no
== test_validity
test_id,trust_id,valid_days
poa,A,28
poa,B,28
mrsa,A,10
mri,A,90
xray,A,90
== test_sites
site_id,name,kind,trust_id,adults_only,ambulant_only,takes_hospital_transport
clinic,Clinic A,clinic,A,no,no,yes
centre,Diagnostic centre,cdc,,yes,yes,no
hospital,Hospital,hospital,,no,no,yes
== test_slots
site_id,test_id,date,start,slots,slot_minutes,places
clinic,poa,2027-03-24,09:00,1,45,1
clinic,poa,2027-03-30,09:00,2,45,1
clinic,poa,2027-04-10,09:00,1,45,1
clinic,mrsa,2027-04-01,11:00,2,10,1
clinic,mrsa,2027-04-06,11:00,2,10,1
centre,mri,2027-03-30,10:00,3,30,1
centre,mri,2027-04-01,13:00,1,30,1
centre,xray,2027-04-02,10:00,1,15,1
hospital,xray,2027-04-02,10:00,1,15,1
== existing_bookings
patient_id,list_id,state
P1,M1,agreed
== existing_appointments
patient_id,test_id,site_id,start
P1,poa,clinic,2027-03-30T09:45
"""

# M1 is late when its 445 minutes become more than 510: 65 over a standard deviation of 40 is 1.625, chance 0.0521.
# M2 would have to lose 80 minutes, over sqrt(2) x 30 that is 1.886, chance 0.0297; M3 210 minutes over 36, never.
# The last figure is simulated, and may be another simulation's.
_LISTS = """
M1,T1,2027-04-12,S1,yes,4,400,480,2027-04-12T15:55,0.0521,0.8333,0.8243
M2,T2,2027-04-12,S1,yes,2,120,360,2027-04-12T18:10,0.0297,0.3333,0.3213
M3,T3,2027-04-12,S2,yes,1,120,300,2027-04-12T15:00,0.0000,0.4000,0.4003
U,T1,2027-04-13,S1,no,0,0,240,2027-04-13T08:30,0,0,0
W,T1,2027-04-14,S2,no,0,0,240,2027-04-14T08:30,0,0,0
F,T1,2027-04-16,S2,yes,0,0,240,2027-04-16T08:30,0,0,0
"""

# list, position, patient, operation, side, start, end, touch, turnaround
_CASES = """
M1,1,P1,hip,left,08:30,10:10,100,15
M1,2,P3,hip,left,10:25,12:05,100,15
M1,3,P10,hip,left,12:20,14:00,100,15
M1,4,P2,hip,right,14:15,15:55,100,0
M2,1,P4,foot,left,15:55,16:55,60,15
M2,2,P5,foot,left,17:10,18:10,60,0
M3,1,P6,revision,left,13:00,15:00,120,0
"""

_APPOINTMENTS = """
P1,poa,clinic,2027-03-30T09:45,2027-03-30T10:30,2027-04-01T10:30,existing
P3,mri,centre,2027-03-30T11:00,2027-03-30T11:30,2027-04-06T11:30,new
P3,mrsa,clinic,2027-04-06T11:00,2027-04-06T11:10,2027-04-09T11:10,new
P3,poa,clinic,2027-03-30T09:00,2027-03-30T09:45,2027-04-01T09:45,new
P5,xray,hospital,2027-04-02T10:00,2027-04-02T10:15,2027-04-03T10:15,new
"""

_NOT_BOOKED = """
P7,unfit,not fit for surgery,a clinical review
P8,not_available,cannot come,a list after 17 April
P9,notice,asked for 42 days,a list from 3 May
P12,kit,no hip set left,another hip set
P13,beds,no bed left,another bed
P14,list_time,the list is full,a longer list
"""

_WORKLISTS = """
clinical_review,P7,unfit,not fit for surgery,yes
harm_review,P14,long_wait,has waited 60 weeks,no
pre_operative_check,P13,diabetes_unknown,ask about diabetes,no
"""

# Tuesday night, ward hips: census 0.5 + 5 x 0.5 = 3, variance 0.25 + 5 x 0.25 = 1.5, 3 + 1.6449 x 1.2247 = 5.0145.
_BEDS = """
feet,2027-04-12,1,1,1,0,0
feet,2027-04-13,0,0,1,0,0
feet,2027-04-14,0,0,1,0,0
feet,2027-04-15,0,0,1,0,0
feet,2027-04-16,0,0,1,0,0
hips,2027-04-12,5,5,6,0,0
hips,2027-04-13,3,5.015,6,0,0
hips,2027-04-14,0,0,6,0,0
hips,2027-04-15,0,0,6,0,0
hips,2027-04-16,0,0,6,0,0
hips,2027-04-17,0,0,6,0,0
"""

# Means of 10,000 days; on each, a list's length = capped touch time + late start + downtime + early finish.
_REHEARSAL = """
F,as_planned,0,0,0,0,0,240,0,0,0,0
F,stressed,0,0,0,0,0,240,0,0,0,0
M1,as_planned,0.8243,0.8328,0.8340,0.00,44.99,39.36,4.67,0.1887,0.0609,0.0073
M1,stressed,0.8096,0.8298,0.8333,10.03,45.45,35.93,11.44,0.3055,0.1495,0.0383
M2,as_planned,0.3213,0.3322,0.3323,175.00,14.92,54.42,4.05,0.1142,0.0489,0.0061
M2,stressed,0.3189,0.3322,0.3323,175.00,15.10,55.09,4.90,0.1314,0.0589,0.0074
M3,as_planned,0.4003,0.4003,0.4003,0.00,0.00,179.92,0.01,0.0003,0.0002,0.0000
M3,stressed,0.3984,0.3984,0.3985,10.22,0.00,170.27,0.02,0.0010,0.0003,0.0000
U,as_planned,0,0,0,0,0,240,0,0,0,0
U,stressed,0,0,0,0,0,240,0,0,0,0
W,as_planned,0,0,0,0,0,240,0,0,0,0
W,stressed,0,0,0,0,0,240,0,0,0,0
"""

# Ready are all but P7, and all live in the most deprived fifth.
_FAIRNESS = """
quintile,1,12,7,0.5833,0
quintile,2,0,0,0,0
quintile,3,0,0,0,0
quintile,4,0,0,0,0
quintile,5,0,0,0,0
trust,A,10,6,0.6000,0
trust,B,2,1,0.5000,0
"""

# P1 is the one P2. Long waits: P3 (60 weeks; 64 on 19 April, when the horizon ends). Points: P1 100 + 3 + 100, P2
# 100 + 21, P3 100 + 60, P4, P6 and P10 100 + 14 each, P5 100 + 14 + 40: 980. Minutes: 4 x 100 + 2 x 60 + 120 = 640.
STAGES: dict[str, float | None] = {
    "p2_booked": 1.0,
    "long_waits_booked": 1.0,
    "long_waits_at_end_booked": 1.0,
    "weighted_wait": 980.0,
    "touch_minutes": 640.0,
}


BED_COLUMNS = "ward date expected_occupied p95_occupied beds over_probability_simulated mean_over_simulated"
LIST_COLUMNS = (
    "list_id theatre date surgeon_id usable cases expected_touch_minutes planned_minutes expected_end "
    "overrun_probability capped_utilisation_planned capped_utilisation_simulated"
)
REHEARSAL_COLUMNS = (
    "list_id assumptions capped_utilisation duration_capped_utilisation uncapped_utilisation late_start_minutes "
    "downtime_minutes early_finish_minutes over_minutes over_probability overrun_probability cancelled_cases"
)
FAIRNESS_COLUMNS = "group value ready booked booked_share least_share"


@cache
def workshop() -> Instance:
    """The instance; it is valid."""
    return instance_of(from_text(INSTANCE))


def correct_plan() -> Written:
    """The plan's tables, free to be damaged."""
    return {
        "theatre_lists": _cases(),
        "cdc_appointments": rows_of(_APPOINTMENTS, "patient_id test site start end result_due state"),
        "not_booked": rows_of(_NOT_BOOKED, "patient_id reason_code reason what_would_help"),
        "worklists": rows_of(_WORKLISTS, "worklist patient_id reason_code reason blocks_booking"),
        "beds": rows_of(_BEDS, BED_COLUMNS),
        "lists": rows_of(_LISTS, LIST_COLUMNS),
        "rehearsal": rows_of(_REHEARSAL, REHEARSAL_COLUMNS),
        "standby": [],
        "fairness": rows_of(_FAIRNESS, FAIRNESS_COLUMNS),
        "changes": [],
        "bottlenecks": [],
    }


def _cases() -> Texts:
    """The rows of theatre_lists; P1 was there before."""
    rows = [case_row(*line.split(",")) for line in _CASES.split()]
    rows[0]["state"] = "agreed"
    return rows


def case_row(
    list_id: str,
    position: str,
    patient_id: str,
    procedure_code: str,
    laterality: str,
    start: str,
    end: str,
    touch: str,
    turnaround: str,
    of: Instance | None = None,
) -> dict[str, str]:
    """A row of theatre_lists of the workshop or another instance; times of day are those of the list's day."""
    instance = of or workshop()
    on, names = instance.lists[list_id], instance.procedures
    return {
        "list_id": list_id,
        "theatre": on.theatre_id,
        "date": f"{on.date}",
        "list_start": f"{on.start:%Y-%m-%dT%H:%M}",
        "list_end": f"{on.end:%Y-%m-%dT%H:%M}",
        "position": position,
        "patient_id": patient_id,
        "procedure_code": procedure_code,
        "procedure": names[procedure_code].name,
        "laterality": laterality,
        "surgeon_id": on.surgeon_id or "",
        "start": f"{on.date}T{start}",
        "end": f"{on.date}T{end}",
        "expected_touch_minutes": touch,
        "turnaround_minutes": turnaround,
        "state": "proposed",
    }


def rows_of(block: str, names: str) -> Texts:
    """Rows written as text, a line each."""
    return [dict(zip(names.split(), line.split(","), strict=True)) for line in block.strip().splitlines()]
