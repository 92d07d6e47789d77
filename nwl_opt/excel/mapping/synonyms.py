"""The names that hospitals', finance, booking and landlords' systems give to what our columns hold."""

from __future__ import annotations

SHORT = {
    "no": "number", "num": "number", "nbr": "number", "dt": "date", "proc": "procedure", "cons": "consultant",
    "spec": "specialty", "pt": "patient", "pat": "patient", "amt": "amount", "qty": "quantity", "ann": "annual",
    "svc": "service", "sch": "service charge", "dept": "department", "desc": "description", "org": "organisation",
    "cc": "cost centre", "center": "centre", "avail": "available", "th": "theatre", "thtr": "theatre",
    "lat": "laterality", "appt": "appointment", "gl": "general ledger", "bldg": "building",
    "occ": "occupier", "cd": "code",
    "sess": "session", "hosp": "hospital", "dep": "deprivation",
}  # fmt: skip
"""Short forms in headings, written out."""

SYNONYMS: dict[str, tuple[str, ...]] = {
    # waiting lists
    "patient_id": ("pathway id", "pathway identifier", "pseudonym", "pseudo id", "patient key", "waiting list id",
                   "patient id", "unique pathway identifier"),
    "patients.trust_id": ("provider code", "referring trust", "home trust", "trust code", "trust", "provider",
                          "referring organisation code", "commissioned provider"),
    "trust_id": ("trust", "trust code", "provider code", "employing trust"),
    "procedure_code": ("procedure", "procedure code", "opcs", "opcs code", "opcs4", "opcs 4 code",
                       "intended procedure", "intended procedure code", "primary procedure", "operation code",
                       "planned procedure"),
    "surgeon_id": ("consultant", "consultant code", "surgeon", "surgeon code", "responsible consultant", "operator",
                   "lead consultant", "operating surgeon"),
    "surgeon_choice": ("pooling", "pooled", "consultant choice", "pool status"),
    "priority": ("priority", "clinical priority", "p code", "pcode", "priority code", "urgency", "rcs priority",
                 "procedure priority", "priority type"),
    "clock_start": ("rtt clock start", "clock start date", "rtt start date", "date on list", "rtt clock start date",
                    "date added to list", "referral to treatment start", "original date on list", "dol"),
    "laterality": ("side", "laterality", "procedure side", "operation side"),
    "asa_grade": ("asa", "asa grade", "asa score", "asa class"),
    "adult": ("adult", "is adult", "over 18"),
    "fit": ("fit for surgery", "fit", "poa outcome fit", "fitness", "fit to proceed"),
    "consented": ("consent", "consented", "consent signed", "consent taken"),
    "validated": ("validated", "ptl validated", "entry validated", "validation complete"),
    "ambulant": ("ambulant", "mobile patient", "walks", "mobility ok"),
    "hospital_transport": ("transport", "transport required", "patient transport", "needs transport", "pts required",
                           "hospital transport required"),
    "latex_allergy": ("latex", "latex allergy", "allergy latex"),
    "infection_risk": ("infection", "infection risk", "mrsa", "infection control alert", "infection alert"),
    "diabetic": ("diabetic", "diabetes"),
    "day_case": ("day case", "daycase", "intended management", "planned day case", "day surgery"),
    "available_from": ("available from", "unavailable until", "patient available from"),
    "available_to": ("available to", "available until", "patient available to"),
    "notice_days": ("notice", "notice required", "notice days"),
    "deprivation_quintile": ("imd quintile", "deprivation quintile", "imd", "deprivation"),
    "due_by": ("due by", "breach date 28 day", "28 day date", "rebook by"),
    "short_notice": ("short notice", "standby", "short notice ok", "accepts short notice"),
    "offers_declined": ("offers declined", "declined offers", "reasonable offers declined", "patient declines"),
    # theatres and clinics
    "theatre_id": ("theatre", "theatre code", "theatre name", "room", "theatre room", "operating theatre"),
    "lists.date": ("session date", "list date", "date", "operating date"),
    "date": ("date", "session date", "day", "clinic date", "booking date"),
    "start": ("start time", "session start", "start", "from", "planned start", "time from", "booking start"),
    "end": ("end time", "session end", "finish", "finish time", "to", "planned end", "planned finish", "time to",
            "booking end"),
    "list_id": ("list id", "session id", "session code", "list reference"),
    "subspecialty_id": ("sub specialty", "subspecialty", "specialty", "list type", "session specialty"),
    "staffed": ("staffed", "team allocated", "staffing confirmed", "session confirmed"),
    "max_joints": ("max joints", "joint limit", "maximum joints"),
    "test_id": ("test", "test code", "investigation", "exam code", "modality"),
    "site_id": ("site", "site code", "site name", "location", "clinic site", "building", "property", "property name",
                "building name", "premises"),
    "slots": ("slots", "number of slots", "capacity", "appointments"),
    "slot_minutes": ("slot length", "slot minutes", "appointment length", "slot duration"),
    "places": ("places", "parallel", "stations"),
    "touch_minutes": ("touch time", "anaesthetic start to recovery", "operating minutes", "duration", "case minutes"),
    "booked_minutes": ("booked minutes", "planned duration", "booked duration"),
    # money
    "ledger_line": ("ledger line", "account string", "budget code", "code combination", "line reference"),
    "description": ("description", "account description", "cost centre description", "narrative", "details",
                    "cost centre name"),
    "ledger.gbp": ("annual budget", "budget", "full year budget", "annual plan", "budget amount", "fy budget",
                   "actual spend", "annual spend"),
    "ledger.non_recurrent_gbp": ("non recurrent", "non rec", "nonrecurrent", "non recurrent budget",
                                 "of which non recurrent"),
    "recurrent_gbp": ("recurrent budget", "recurrent", "annual recurrent budget", "opening budget"),
    "forecast_outturn_gbp": ("forecast outturn", "fot", "forecast", "full year forecast"),
    "month": ("month", "period", "accounting period", "month number"),
    "place": ("borough", "place", "locality"),
    "line": ("service line", "programme", "service", "spend category", "workstream"),
    "provider": ("provider", "provider code", "supplier", "organisation", "paid to"),
    "status": ("status", "booking status", "state", "scope"),
    "counts_to_mhis": ("mhis", "counts to mhis", "mhis flag"),
    # buildings
    "suite_id": ("suite", "unit", "demise", "unit reference", "floor unit", "asset reference", "lease unit"),
    "payer": ("payer", "bill to", "charged to", "customer type", "invoiced to", "occupier type"),
    "area_m2": ("area", "gia", "nia", "floor area", "area charged", "chargeable area", "gross internal area",
                "occupied area"),
    "rent_gbp": ("rent", "annual rent", "passing rent", "market rent", "notional rent"),
    "rates_gbp": ("rates", "business rates", "non domestic rates"),
    "facilities_gbp": ("facilities", "facilities management", "fm", "fm services", "hard and soft fm", "fm charge"),
    "service_charge_gbp": ("service charge", "service charges", "landlord services"),
    "lease_start": ("lease start", "lease start date", "lease commencement"),
    "lease_break": ("lease break", "break date", "next break"),
    "lease_end": ("lease end", "lease expiry", "lease end date", "expiry"),
    "notice_months": ("notice period", "notice months"),
    "occupier": ("occupier", "tenant", "occupant", "tenant name"),
    "room_type": ("room type", "type of room", "resource type", "space type"),
    "rooms": ("rooms", "number of rooms", "room count"),
    "room": ("room", "room name", "room number", "resource", "resource name"),
    "people": ("people", "count", "occupancy count", "headcount"),
    "minutes": ("minutes", "duration", "duration minutes", "length"),
    "postcode": ("postcode", "post code"),
    "list_size": ("list size", "registered patients"),
}  # fmt: skip
"""By column, or by table and column, the names elsewhere; units and short forms are dealt with before."""

COMPOSED: dict[str, tuple[tuple[str, ...], ...]] = {
    "ledger.ledger_line": (("cost centre", "cost centre code", "department"), ("subjective", "subjective code",
                            "account code", "account", "natural account")),
    "mapping.ledger_line": (("cost centre", "cost centre code", "department"), ("subjective", "subjective code",
                             "account code", "account", "natural account")),
    "actuals.ledger_line": (("cost centre", "cost centre code", "department"), ("subjective", "subjective code",
                             "account code", "account", "natural account")),
}  # fmt: skip
"""Names that are put together from several headings of theirs where they have none of their own."""

MADE_OF: dict[str, tuple[str, ...]] = {
    "lists.list_id": ("date", "theatre_id", "start"),
}
"""Names that are put together from columns of ours."""

CODES: dict[str, dict[str, str]] = {
    "priority": {
        "p2": "P2", "2": "P2", "urgent": "P2", "p3": "P3", "3": "P3", "soon": "P3", "p4": "P4", "4": "P4",
        "routine": "P4", "p5": "P5", "p6": "P6",
    },
    "laterality": {
        "l": "left", "lt": "left", "left": "left", "r": "right", "rt": "right", "right": "right", "b": "both",
        "bilateral": "both", "bilat": "both", "both": "both", "n/a": "none", "na": "none", "none": "none",
    },
    "surgeon_choice": {
        "named": "named", "named consultant": "named", "trust pool": "trust", "pooled": "trust", "trust": "trust",
        "any": "any", "full pool": "any", "sector pool": "any",
    },
    "payer": {"icb": "icb", "commissioner": "icb", "nhs nwl icb": "icb", "ccg": "icb", "provider": "provider",
              "trust": "provider", "gp": "gp", "practice": "gp", "gp practice": "gp"},
    "bookings.status": {"confirmed": "booked", "booked": "booked", "attended": "booked", "provisional": "booked",
                        "cancelled": "cancelled", "canceled": "cancelled"},
    "mapping.status": {"in scope": "cell", "cell": "cell", "out of scope": "out_of_scope", "unplaced": "unplaced",
                       "running costs": "running_costs"},
    "flag": {"yes": "yes", "y": "yes", "no": "no", "n": "no", "complete": "yes", "done": "yes", "signed": "yes",
             "confirmed": "yes", "not done": "no", "outstanding": "no", "pending": "no", "unconfirmed": "no",
             "not signed": "no"},
    "unknown_flag": {"yes": "yes", "y": "yes", "no": "no", "n": "no", "unknown": "unknown", "u": "unknown",
                     "not known": "unknown", "not recorded": "unknown", "?": "unknown"},
    "day_case": {"day case": "yes", "daycase": "yes", "dc": "yes", "inpatient": "no", "ip": "no", "overnight": "no"},
}  # fmt: skip
"""By column, by table and column, or by kind, codes of theirs we can guess; each guess is shown for correction."""
