"""Patients at a glance: who is not booked, what is to be done about whom, whose share is booked, what changed."""

from __future__ import annotations

from collections import Counter, defaultdict

from models.shared.problem import OutputTables, View
from models.theatres.entities import TheatreList
from models.theatres.instance import Instance
from models.theatres.output_tables import READINESS_CODES, WORKLISTS
from models.theatres.views.cells import Row, number_of, percent
from models.theatres.words import CODE_WORDS, day_text

_SITE_WORDS = {"cdc": "diagnostic centres", "clinic": "home trusts' clinics", "hospital": "hospitals (fallback)"}


def not_booked(instance: Instance, tables: OutputTables) -> View:
    """Patients not booked by reason, those who are ready first, with how many are P2 or long waiters."""
    patients: dict[str, list[str]] = defaultdict(list)
    for row in tables["not_booked"]:
        patients[str(row["reason_code"])].append(str(row["patient_id"]))
    in_order = sorted(patients.items(), key=lambda item: (item[0] in READINESS_CODES, -len(item[1]), item[0]))
    rows = tuple(
        (
            CODE_WORDS.get(code, code.replace("_", " ")),
            "no" if code in READINESS_CODES else "yes",
            str(len(people)),
            str(sum(instance.patients[p].priority == "P2" for p in people) or ""),
            str(sum(instance.is_long_wait(p) for p in people) or ""),
        )
        for code, people in in_order
    )
    headings = (
        "not booked because of",
        "ready",
        "patients",
        "P2",
        f"{instance.settings.long_wait_weeks} weeks or more",
    )
    note = "each patient's reason and what would book them: not_booked.csv"
    return View("Not booked", headings, rows, (False, False, True, True, True), note)


def worklists(instance: Instance, tables: OutputTables) -> View:
    """How many patients stand on each worklist, and how many of them cannot be booked until it is done."""
    del instance
    people: dict[str, set[object]] = defaultdict(set)
    stopped: dict[str, set[object]] = defaultdict(set)
    for row in tables["worklists"]:
        people[str(row["worklist"])].add(row["patient_id"])
        if row["blocks_booking"]:
            stopped[str(row["worklist"])].add(row["patient_id"])
    names = [name for name in WORKLISTS if people[name]]
    rows = (
        ("patients", *(str(len(people[name])) for name in names)),
        ("not bookable until done", *(str(len(stopped[name])) for name in names)),
    )
    headings = ("", *(name.replace("_", " ") for name in names))
    title, note = "Work to be done about patients", "by name: worklists.csv"
    return View(title, headings, rows if names else (), (False, *[True] * len(names)), note, first=True)


def fairness(instance: Instance, tables: OutputTables) -> View:
    """Booked over ready, home trusts on one line and deprivation on the other."""
    del instance
    groups: dict[str, list[str]] = defaultdict(list)
    for row in tables["fairness"]:
        groups[str(row["group"])].append(_share(row))
    words = {"trust": "home trust", "quintile": "deprivation"}
    width = max((len(found) for found in groups.values()), default=0)
    rows = tuple((words[kind], *found, *[""] * (width - len(found))) for kind, found in groups.items())
    note = "share of ready patients booked; deprivation 1 is the most deprived fifth"
    return View("Whose patients are booked", ("", *[""] * width), rows, (False,) * (1 + width), note)


def _share(row: Row) -> str:
    share = f"{percent(number_of(row, 'booked_share'))} of {row['ready']}" if row["ready"] else "none ready"
    least = number_of(row, "least_share")
    return f"{row['value']}: {share}{f' (least {percent(least)})' if least else ''}"


def changes(instance: Instance, tables: OutputTables) -> View:
    """What changed since the plan before, and why."""
    rows = tuple(
        (
            str(row["patient_id"]),
            str(row["change"]).replace("_", " "),
            _where(instance, row["list_before"]),
            str(row["state_before"] or ""),
            _where(instance, row["list_after"]),
            str(row["why"]),
        )
        for row in tables["changes"]
    )
    counts = Counter(str(row["change"]).replace("_", " ") for row in tables["changes"])
    title = f"What changed: {', '.join(f'{number} {kind}' for kind, number in sorted(counts.items()))}"
    return View(title, ("patient", "change", "before", "state", "now", "why"), rows, (False,) * 6, first=True)


def _where(instance: Instance, list_id: object) -> str:
    on: TheatreList | None = instance.lists.get(str(list_id))
    return f"{day_text(on.date)}, {instance.theatres[on.theatre_id].name}" if on is not None else ""


def tests(instance: Instance, tables: OutputTables) -> View:
    """Test appointments by kind of site."""
    counts = Counter((instance.sites[str(row["site"])].kind, str(row["state"])) for row in tables["cdc_appointments"])
    kinds = [kind for kind in _SITE_WORDS if counts[kind, "new"] or counts[kind, "existing"]]
    rows = tuple((_SITE_WORDS[kind], str(counts[kind, "new"]), str(counts[kind, "existing"])) for kind in kinds)
    headings = ("tests at", "new appointments", "made before")
    note = "each with its time: cdc_appointments.csv"
    return View("Tests before surgery", headings, rows, (False, True, True), note)
