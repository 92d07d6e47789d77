"""A second small instance, for what the first workshop lacks: staff, trays, bays, travel, earlier bookings.

Thursday 15 April 2027, 13:00 to 16:00. Surgeon S3 on list H in theatre T1: the knee of J1 (P2), the knee of J2 (latex
allergy) and the hand of J3; 60, 60 and 30 minutes with 15 between fill the list, and its two joints are all it may
have. Surgeon S4 on list G in theatre T2: the finger of L2, brought by the one hospital transport of the day, at
13:00; then the knee of L1 at 15:00, when the second of two knee trays is ready again: those of J1 (13:00-14:00) and
J2 (14:15-15:15) come back an hour after the case. A knee is 90 minutes in recovery, a finger 60, a hand none: J1, L2
and later J2, L1 take the two bays.

Monday: list A, S3, an hour, with the knee of K1, booked before this plan; three weeks ahead bookings stay. L2 had
list G before, too, and was offered it. Wednesday: list N, S3, but no anaesthetist. Friday: list K, S4, who is at
another hospital until 12:30, 45 minutes away, and cannot begin at 13:00.

Not booked: U1 (toe, a joint), Z1 (wash-out), Z2 (hand) and Z4 (knee, any surgeon) because H and A are full; V1 (hand,
any surgeon) and X2 (finger, S4) who need transport; W1 whose ring has to be ordered 30 days before; X1 who can come
from Friday on; Y1 who can come on Wednesday only.
"""

from __future__ import annotations

from functools import cache

from models.theatres.instance import Instance
from tests.model.theatres.plans import Texts, Written, from_text, instance_of
from tests.model.theatres.workshop import (
    BED_COLUMNS,
    FAIRNESS_COLUMNS,
    LIST_COLUMNS,
    REHEARSAL_COLUMNS,
    case_row,
    rows_of,
)

INSTANCE = """kind = "theatres"
[settings]
planning_date = 2027-03-22
horizon_start = 2027-04-12
horizon_weeks = 1
day_case_curve_id = "home"
aim = "least_change"
lock_days = 21
recovery_bays = 2
transport_places_per_day = 1
least_trust_share = 0.3
rehearsed_overrun_limit_share = 0.13
== trusts
trust_id,name
A,Trust A
B,Trust B
== subspecialties
subspecialty_id,name
limb,Limbs
== procedures
procedure_code,name,subspecialty_id,touch_minutes,touch_cv_share,is_joint,needs_laminar_flow,needs_image_intensifier,recovery_minutes,ward_id,curve_id
knee,Knee replacement,limb,60,0.1,yes,no,no,90,ward,half
toe,Toe joint,limb,30,0,yes,no,no,0,ward,home
finger,Finger operation,limb,30,0,no,no,no,60,ward,home
hand,Hand operation,limb,30,0,no,no,no,0,ward,home
ring,Ring fixation,limb,30,0,no,no,no,0,ward,home
wash,Wash-out,limb,30,0.5,no,no,no,0,ward,home
== procedure_kit
procedure_code,kit_id
knee,knee_tray
ring,ring
== los_curves
curve_id,night,occupied_share
half,0,1
half,1,0.5
home,0,0
== patients
patient_id,trust_id,procedure_code,surgeon_id,surgeon_choice,priority,clock_start,laterality,asa_grade,adult,fit,consented,validated,ambulant,hospital_transport,latex_allergy,infection_risk,diabetic,day_case,available_from,available_to,notice_days,deprivation_quintile,due_by,short_notice,offers_declined
J1,A,knee,S3,named,P2,2027-03-01,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,,,,1
J2,A,knee,S3,named,P4,2026-10-26,left,2,yes,yes,yes,yes,yes,no,yes,no,no,no,,,,2
J3,B,hand,S3,named,P4,2026-10-26,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,,,,3
K1,A,knee,S3,named,P4,2026-04-13,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,,,42,4
L1,B,knee,S4,named,P4,2026-10-26,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,,,,5,2027-04-16
L2,B,finger,S4,named,P4,2026-10-26,left,2,yes,yes,yes,yes,yes,yes,no,no,no,no,,,,5
U1,B,toe,S3,named,P4,2026-12-14,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,,,,1,,,2
V1,B,hand,S4,any,P4,2026-11-23,left,2,yes,yes,yes,yes,yes,yes,no,no,no,no,,,,1,,yes
W1,B,ring,S3,named,P4,2026-12-14,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,,,,1
X1,B,hand,S4,named,P4,2026-12-14,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,2027-04-16,,,1
X2,B,finger,S4,named,P4,2026-12-14,left,2,yes,yes,yes,yes,yes,yes,no,no,no,no,,,,1
Y1,A,hand,S3,named,P4,2026-12-14,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,2027-04-14,2027-04-14,,1
Z1,B,wash,S3,named,P4,2026-12-14,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,,,,1
Z2,A,hand,S3,named,P4,2026-12-14,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,,,,1,,yes
Z4,B,knee,S4,any,P4,2026-12-14,left,2,yes,yes,yes,yes,yes,no,no,no,no,no,,,,1
== patient_tests
patient_id,test_id,requested_on,done_on,result_on
J1,poa,2027-03-01,2027-03-20,2027-04-14
L1,poa,2027-03-01,,2027-04-14
== surgeons
surgeon_id,trust_id,max_lists_per_week
S3,A,3
S4,B,2
== surgeon_subspecialties
surgeon_id,subspecialty_id
S3,limb
S4,limb
== surgeon_commitments
surgeon_id,date,start,end,travel_minutes
S4,2027-04-15,08:30,12:00,60
S4,2027-04-16,08:30,12:30,45
== theatres
theatre_id,name,max_asa_grade,laminar_flow
T1,Theatre 1,3,yes
T2,Theatre 2,3,yes
== lists
list_id,theatre_id,date,start,end,surgeon_id,subspecialty_id,staffed,max_joints
A,T1,2027-04-12,08:30,09:30,S3,,yes,
N,T1,2027-04-14,08:30,12:30,S3,,yes,
H,T1,2027-04-15,13:00,16:00,S3,,yes,2
G,T2,2027-04-15,13:00,16:00,S4,,yes,
K,T2,2027-04-16,13:00,17:00,S4,,yes,
== staff_needs
role,name,per_list
anaesthetist,anaesthetists,1
scrub,scrub staff,2
== staff
date,role,start,end,available
2027-04-12,anaesthetist,08:00,18:00,1
2027-04-14,anaesthetist,08:00,12:00,0
2027-04-14,anaesthetist,12:00,18:00,1
2027-04-15,anaesthetist,08:00,18:00,2
2027-04-16,anaesthetist,08:00,18:00,1
2027-04-12,scrub,08:00,18:00,2
2027-04-14,scrub,08:00,18:00,2
2027-04-15,scrub,08:00,18:00,4
2027-04-16,scrub,08:00,18:00,2
== kit
kit_id,name,sets,cycles_per_day,reprocess_minutes,loan_days
knee_tray,knee tray,2,3,60,0
ring,Ring,1,1,0,30
== wards
ward_id,name
ward,Ward
== beds
ward_id,date,beds_open,census_expected,census_variance
ward,2027-04-12,2,0,0
ward,2027-04-13,2,0.3,0.21
ward,2027-04-14,2,0,0
ward,2027-04-15,3,0,0
ward,2027-04-16,3,0,0
ward,2027-04-17,3,0,0
== tests
test_id,name,report_days,dm01
poa,Assessment,2,no
== test_validity
test_id,trust_id,valid_days
poa,A,28
poa,B,28
== test_sites
site_id,name,kind,trust_id,adults_only,ambulant_only,takes_hospital_transport
clinic,Clinic,hospital,,no,no,yes
== test_slots
site_id,test_id,date,start,slots,slot_minutes,places
clinic,poa,2027-04-01,09:00,2,45,1
== existing_bookings
patient_id,list_id,state
K1,A,proposed
L2,G,offered
== existing_appointments
patient_id,test_id,site_id,start
L1,poa,clinic,2027-04-01T09:00
"""

# list, position, patient, operation, side, start, end, touch, turnaround
_CASES = """
A,1,K1,knee,left,08:30,09:30,60,0
G,1,L2,finger,left,13:00,13:30,30,15
G,2,L1,knee,left,15:00,16:00,60,0
H,1,J1,knee,left,13:00,14:00,60,15
H,2,J2,knee,left,14:15,15:15,60,15
H,3,J3,hand,left,15:30,16:00,30,0
"""

_NOT_BOOKED = """
U1,list_time,no time,a longer list
V1,transport,nobody to bring them,a second journey
W1,loan_kit,the ring cannot be there,a list after 21 April
X1,not_available,from Friday only,a list from Friday on
X2,transport,nobody to bring them,a second journey
Y1,staff,no anaesthetist,an anaesthetist on Wednesday
Z1,list_time,no time,a longer list
Z2,list_time,no time,a longer list
Z4,list_time,no time,a longer list
"""

# Three knees on Thursday night, half of each on Friday night: 1.5 + 1.6449 x sqrt(0.75) = 2.9245. On Tuesday night K1
# is there with a chance of one half: 0.8 + 1.6449 x sqrt(0.21 + 0.25) = 1.9156; more than two patients are there when
# the census is 2 (0.0044) and so is K1: 0.0022.
_BEDS = """
ward,2027-04-12,1,1,2,0,0
ward,2027-04-13,0.8,1.916,2,0.0024,0.0024
ward,2027-04-14,0,0,2,0,0
ward,2027-04-15,3,3,3,0,0
ward,2027-04-16,1.5,2.924,3,0,0
ward,2027-04-17,0,0,3,0,0
"""

# Ready are all: 3 of 5 in trust A are booked (30 % would be 1.5, so 2), 3 of 10 in trust B (exactly 30 %).
_FAIRNESS = """
quintile,1,10,1,0.1000,0
quintile,2,1,1,1,0
quintile,3,1,1,1,0
quintile,4,1,1,1,0
quintile,5,2,2,1,0
trust,A,5,3,0.6000,0.3
trust,B,10,3,0.3000,0.3
"""

# V1 has waited longest, but a second journey on Thursday there is only in the place of L2. Z2 fits in the place of
# J1: 60 + 15 + 30 + 15 + 30 = 150 minutes.
_STANDBY = """
A,1,V1,K1,17
A,2,Z2,K1,14
G,1,V1,L2,17
H,1,Z2,J1,14
"""

_CHANGES = """
J1,new,,,,H,2027-04-15,was not booked before
J2,new,,,,H,2027-04-15,was not booked before
J3,new,,,,H,2027-04-15,was not booked before
L1,new,,,,G,2027-04-15,was not booked before
"""

_LISTS = """
A,T1,2027-04-12,S3,yes,1,60,60,2027-04-12T09:30,0.0000,1.0000,0.9600
G,T2,2027-04-15,S4,yes,2,90,180,2027-04-15T16:00,0.0000,0.5000,0.4866
H,T1,2027-04-15,S3,yes,3,150,180,2027-04-15T16:00,0.0002,0.8333,0.8142
K,T2,2027-04-16,S4,no,0,0,240,2027-04-16T13:00,0,0,0.0000
N,T1,2027-04-14,S3,yes,0,0,240,2027-04-14T08:30,0,0,0.0000
"""

# Means of 10,000 days; on each, a list's length = capped touch time + late start + downtime + early finish.
_REHEARSAL = """
A,as_planned,0.9600,0.9600,0.9993,0.00,0.00,2.40,2.36,0.4759,0.0000,0.0000
A,stressed,0.8236,0.9607,1.0012,9.95,0.00,0.63,10.68,0.8277,0.0575,0.0027
G,as_planned,0.4866,0.5000,0.5000,0.00,90.00,2.42,2.41,0.4753,0.0000,0.0000
G,stressed,0.4866,0.5000,0.5000,9.97,80.03,2.40,2.40,0.4781,0.0000,0.0000
H,as_planned,0.8142,0.8326,0.8326,0.00,30.00,3.44,3.32,0.4830,0.0010,0.0000
H,stressed,0.7674,0.8334,0.8334,10.09,28.95,2.83,13.07,0.7070,0.1326,0.0061
K,as_planned,0.0000,0.0000,0.0000,0.00,0.00,240.00,0.00,0.0000,0.0000,0.0000
K,stressed,0.0000,0.0000,0.0000,0.00,0.00,240.00,0.00,0.0000,0.0000,0.0000
N,as_planned,0.0000,0.0000,0.0000,0.00,0.00,240.00,0.00,0.0000,0.0000,0.0000
N,stressed,0.0000,0.0000,0.0000,0.00,0.00,240.00,0.00,0.0000,0.0000,0.0000
"""

_BOTTLENECKS = """
staff,anaesthetist,another anaesthetist,1.000,6,8.5
transport,all,another journey,1.000,6,8.5
kit,knee_tray,another tray,0.000,6,8.5
"""

# L2 keeps the list offered, within four weeks: 2 x 4 x 2. K1 will have waited 53 weeks on 19 April, 49 on
# planning day. Points: J1 100 + 3 + 100; J2, J3, L1 and L2 100 + 21 each; K1 100 + 49: 836. Minutes of touch time:
# 4 x 60 + 2 x 30 = 300.
STAGES: dict[str, float | None] = {
    "due_dates_met": 1.0,
    "p2_booked": 1.0,
    "long_waits_booked": 0.0,
    "bookings_kept": 16.0,
    "least_share_A": 2.0,
    "least_share_B": 3.0,
    "long_waits_at_end_booked": 1.0,
    "weighted_wait": 836.0,
    "touch_minutes": 300.0,
}


@cache
def thursday() -> Instance:
    """The instance; it is valid."""
    return instance_of(from_text(INSTANCE))


def thursday_plan() -> Written:
    """The plan's tables, free to be damaged."""
    return {
        "theatre_lists": _cases(),
        "cdc_appointments": rows_of(
            "L1,poa,clinic,2027-04-01T09:00,2027-04-01T09:45,2027-04-14T09:45,existing",
            "patient_id test site start end result_due state",
        ),
        "not_booked": rows_of(_NOT_BOOKED, "patient_id reason_code reason what_would_help"),
        "worklists": rows_of(
            "clinical_review,U1,offers_declined,has declined two offers,no",
            "worklist patient_id reason_code reason blocks_booking",
        ),
        "beds": rows_of(_BEDS, BED_COLUMNS),
        "lists": rows_of(_LISTS, LIST_COLUMNS),
        "rehearsal": rows_of(_REHEARSAL, REHEARSAL_COLUMNS),
        "standby": rows_of(_STANDBY, "list_id place patient_id instead_of weeks_waited"),
        "fairness": rows_of(_FAIRNESS, FAIRNESS_COLUMNS),
        "changes": rows_of(
            _CHANGES, "patient_id change state_before list_before date_before list_after date_after why"
        ),
        "bottlenecks": rows_of(_BOTTLENECKS, "resource item one_more marginal_cases cases cases_at_most"),
    }


def _cases() -> Texts:
    """The rows of theatre_lists; L2 was offered the list before."""
    rows = [case_row(*line.split(","), of=thursday()) for line in _CASES.split()]
    for row in rows:
        row["state"] = "offered" if row["patient_id"] == "L2" else "proposed"
    return rows
