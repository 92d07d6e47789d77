"""An instance in which every rule holds something back: one invented neighbourhood for each, too far apart to mix.

In each neighbourhood an upper floor (or a whole clinic) would be handed back at a profit, were it not for one rule.
So each refusal can be looked at on its own, and leaving out a rule always changes the plan.
"""

from __future__ import annotations

import datetime as dt

from instances.estates.catalogue import payment_rows, profile_rows
from instances.estates.neighbourhood import PEOPLE_FOR_MOST_OF_A_ROOM, Neighbourhood, Row, closable, floor
from instances.estates.rules_of_change import capital_rows, rules_of_change

_KM = 1000
_NEVER = dt.date(2030, 4, 1)
PEOPLE_BEYOND_THE_PEAK_SLOT = 5_308
PEOPLE_BEYOND_THE_CEILING = 5_700


def rule_by_rule() -> tuple[dict[str, object], dict[str, list[Row]]]:
    """The header and the tables of the instance."""
    parts = [*_refused_floors(), *_capacity(), *_order(), *_access(), *_allowed(), *rules_of_change()]
    for position, part in enumerate(parts):
        part.move(300_000 + 40 * _KM * (position % 6), 150_000 + 40 * _KM * (position // 6))
    tables: dict[str, list[Row]] = {
        "sites": [row for part in parts for row in part.sites],
        "suites": [row for part in parts for row in part.suites],
        "rooms": [row for part in parts for row in part.rooms],
        "occupations": [row for part in parts for row in part.occupations],
        "areas": [row for part in parts for row in part.areas],
        "conversions": [row for part in parts for row in part.conversions],
        "gp_premises": [row for part in parts for row in part.premises],
        "capital_sources": capital_rows(),
        "co_locations": [{"room_type": "consulting", "with_room_type": "office", "provenance": "synthetic"}],
        "room_types": _room_types(),
        "services": _services(),
        "periods": [
            {"first_year": year, "years": years, "weight": years, "provenance": "assumption"}
            for year, years in (("2026/27", 1), ("2027/28", 2), ("2029/30", 3))
        ],
        "weekly_profile": profile_rows(),
        "vacating_payments": payment_rows(),
    }
    return _header(), tables


def _refused_floors() -> list[Neighbourhood]:
    """Upper floors that one standing rule keeps: E-09 to E-17, E-24 and E-25."""
    payer = floor("void_payer", void_payer="provider")
    payer.occupied("void_payer-1", 100, "icb")
    vacant = floor("not_vacant", vacant_by=dt.date(2029, 4, 1))
    return [
        payer,
        floor("not_surplus", surplus_declared=False),
        vacant,
        floor("not_self_contained", self_contained=False),
        floor("under_100_m2", area_m2=90),
        floor("gp_premises", tenure="gp"),
        floor("pfi", tenure="pfi", lease_end=dt.date(2033, 3, 31)),
        floor("onerous_lease", tenure="nhsps_leasehold", onerous=True, lease_end=dt.date(2036, 6, 24)),
        floor("lift", tenure="lift_chp", lease_end=dt.date(2034, 3, 31)),
        floor("xray", rooms={"consulting": 1, "xray": 1}),
        floor("kept_by_order", instruction="keep"),
    ]


def _capacity() -> list[Neighbourhood]:
    """Upper floors whose room is needed: by the 85 % (E-06), and by the busiest session of the week (E-07)."""
    return [
        floor(
            "ceiling", people=PEOPLE_BEYOND_THE_CEILING, core={"consulting": 1, "office": 1}, rooms={"consulting": 1}
        ),
        floor(
            "monday_morning",
            people=PEOPLE_BEYOND_THE_PEAK_SLOT,
            core={"consulting": 1, "office": 1},
            rooms={"consulting": 1},
        ),
    ]


def _order() -> list[Neighbourhood]:
    """What has to wait: for the notice (E-18), for the floor above (E-19), for the rest of the building (E-20)."""
    notice = floor("long_notice", notice_months=12)
    above = floor("floor_above")
    above.suite("floor_above", 2, {"consulting": 2})
    above.occupied("floor_above-2", 110, "provider", _NEVER)
    rest = Neighbourhood("tenant_upstairs", 0, 0)
    rest.people("tenant_upstairs_town", PEOPLE_FOR_MOST_OF_A_ROOM)
    rest.site("tenant_upstairs")
    rest.suite("tenant_upstairs", 0, {"consulting": 2, "office": 1})
    rest.suite("tenant_upstairs", 1, {"consulting": 2, "office": 1}, vacant_by=None)
    rest.occupied("tenant_upstairs-1", 60, "provider")
    return [notice, above, rest]


def _access() -> list[Neighbourhood]:
    """Clinics that stay for their people: opening (E-21), the travel limit (E-22), the added minutes (E-23)."""
    lonely = Neighbourhood("lonely", 0, 0)
    lonely.people("lonely_hamlet", 100)
    lonely.people("lonely_town", PEOPLE_FOR_MOST_OF_A_ROOM, east_km=2.0)
    lonely.site("lonely_clinic")
    lonely.core_that_stays("lonely_clinic")
    lonely.site("lonely_town_clinic", east_km=2.0)
    lonely.core_that_stays("lonely_town_clinic")
    return [lonely, closable("far", 6.2, 13.2), closable("further", 1.0, -3.5)]


def _allowed() -> list[Neighbourhood]:
    """What may go: a floor of a lease nearly over, and a whole clinic with another around the corner."""
    lease = floor("lease_nearly_over", tenure="nhsps_leasehold", lease_end=dt.date(2027, 6, 24))
    whole = Neighbourhood("whole", 0, 0)
    whole.people("whole_town", PEOPLE_FOR_MOST_OF_A_ROOM)
    whole.site("whole_clinic")
    whole.suite("whole_clinic", 0, {"consulting": 2, "office": 1}, self_contained=False)
    whole.suite("whole_clinic", 1, {"consulting": 1}, area_m2=80)
    whole.site("whole_town_clinic", east_km=0.8)
    whole.core_that_stays("whole_town_clinic")
    return [lease, whole]


def _room_types() -> list[Row]:
    kinds = (
        ("consulting", "Consulting room", True, False, 40),
        ("xray", "X-ray room", True, True, 0),
        ("office", "Office for telephone consultations, with the reception", False, False, 0),
        ("records", "Records room", False, False, 0),
    )
    names = ("room_type", "name", "clinical", "fixed", "open_space_gbp_per_session")
    return [{**dict(zip(names, kind, strict=True)), "provenance": "synthetic"} for kind in kinds]


def _services() -> list[Row]:
    """Appointments, calls, and an X-ray room whose contacts the hospital counts."""
    lines = (
        ("appointments", "Appointments", "face_to_face", "consulting", 12, "contact_rate", 1, 0),
        ("calls", "Telephone consultations", "virtual", "office", 8, "contact_rate", 1, 0),
        ("xray", "X-ray, counted by the hospital", "face_to_face", "xray", 12, "own", 0, 0),
    )
    names = ("service", "name", "mode", "room_type", "minutes_per_contact", "demand_source", "contact_share",
             "contacts_per_1000_people")  # fmt: skip
    return [
        {**dict(zip(names, line, strict=True)), "growth_share_per_year": 0, "provenance": "synthetic"}
        for line in lines
    ]


def _header() -> dict[str, object]:
    settings: dict[str, object] = {
        "population_added": 0,
        "virtual_share_last": 0.27,
        "core20_added_minutes_limit": 4,
        "minimum_open_sites_per_borough": 1,
        "services_per_session": 1,
    }
    return {
        "kind": "estates",
        "title": "Rule by rule: in each neighbourhood one rule keeps a floor or a clinic",
        "description": "Invented. Each neighbourhood is named after the one rule that holds something back in it; "
        "leave the rule out and the plan changes. Nothing in it is a real place.",
        "settings": settings,
        "provenance": dict.fromkeys((f"settings.{name}" for name in sorted(settings)), "synthetic"),
    }
