"""What the report of theatre lists says, for a board: no patient is named, and no count of one to four is printed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace

from models.shared.problem import Explanation
from models.theatres.explain import ASSUMED, BINDS, CHANGES, NO_PLAN
from models.theatres.output_tables import WORKLISTS
from models.theatres.views.of_lists import tightest_nights, weeks
from models.theatres.words import CODE_WORDS, day_text
from nwl_opt.charts.bars import bar_chart
from nwl_opt.charts.frame import Series
from nwl_opt.charts.lines import line_chart
from nwl_opt.charts.scales import Axis
from nwl_opt.reporting.content import Block, Chart, Grid, Paragraph, Section, grid_of, numbers_behind
from nwl_opt.reporting.figures_of_theatres import Figures, figures_of, use_by_theatre
from nwl_opt.reporting.reading import ReadRun
from nwl_opt.reporting.small_numbers import (
    LEAST_SHOWN,
    merged,
    of_words,
    patients_words,
    withheld,
    within_words,
    without_patients,
)
from nwl_opt.reporting.standing import is_proven
from nwl_opt.reporting.told import Told, by_id, of_section, points, said
from nwl_opt.theatres.printing.of_tests import KINDS
from nwl_opt.theatres.printing.sheets import day_words
from nwl_opt.words import percent

DISCREET = (
    f"This report names no patient and prints no count of patients from 1 to {LEAST_SHOWN - 1}: it says under "
    f"{LEAST_SHOWN}, or puts small groups together. Who is on which list stands on the theatre lists themselves."
)
_FIRST_COME = "longest_wait_first"
_SHARE = Axis("share of the time of the lists", "share")
_BEDS = Axis("beds", "beds")
_SMALL_COUNT = re.compile(r"\b[1-4](?= (?:of the )?patients?\b)")
_BOTTLENECKS_SHOWN = 12
_WORTH_A_CASE = 0.05


def tell(read: ReadRun) -> Told:
    """A plan that may be used."""
    figures, tables = figures_of(read), {name: [row.cells for row in table] for name, table in read.tables.items()}
    binding = [one for one in of_section(read.sentences, BINDS) if one.id != "list_time"]
    return Told(
        recommends=_recommendation(read, figures),
        plan=(
            grid_of(weeks(figures.instance, tables)),
            *_theatre_use(read, figures),
            *_bed_charts(read, figures),
            grid_of(tightest_nights(figures.instance, tables)),
            *_appointments(read, figures),
        ),
        binds=(*points(_short_of_list_time(read)), *points(_discreet(read, binding))),
        changes=(*points(_discreet(read, of_section(read.sentences, CHANGES))), *_bottlenecks(read)),
        affected=(
            Paragraph(DISCREET),
            *_changed(figures),
            _not_booked(figures),
            *_fairness(read),
            *_worklists(read),
        ),
        assumed=said(_discreet(read, of_section(read.sentences, ASSUMED))),
        appendices=_nights(read),
    )


def clash(read: ReadRun) -> tuple[Block, ...]:
    """What leaves no plan; patients stay unnamed here too."""
    told = [one for one in read.sentences if one.headline or one.section == NO_PLAN]
    hidden = len(told) - len(_discreet(read, told))
    more = f"{hidden} more name patients: nwl-opt explain shows them to whoever may see them."
    return (*points(_discreet(read, told)), *([Paragraph(more)] if hidden else []))


def _discreet(read: ReadRun, explanations: list[Explanation]) -> list[Explanation]:
    """Without what names a patient, and without counts of patients from one to four."""
    ids = read.patient_ids
    cut = [replace(one, sentence=without_patients(one.sentence, ids)) for one in explanations]
    return [
        replace(one, sentence=_SMALL_COUNT.sub(f"under {LEAST_SHOWN}", one.sentence)) for one in cut if one.sentence
    ]


def _recommendation(read: ReadRun, figures: Figures) -> str:
    """What, how much, by when, what is proven, what it costs."""
    parts = [
        f"We recommend the theatre lists of this report for {day_words(figures.first_day)} to "
        f"{day_words(figures.last_day)}: {patients_words(figures.cases)} operations on {figures.lists_used} of the "
        f"{figures.lists_usable} lists that can be used, with {patients_words(figures.new_appointments)} new "
        f"appointments for tests and clinics before them.",
        _aims_words(read, figures),
        _beside_words(read),
        f"Over simulated days {percent(figures.used_share)} of the time of the lists is operating; a used list ends "
        f"more than {figures.instance.settings.overrun_grace_minutes} minutes late on {percent(figures.late_share)} "
        f"of days, and on {percent(figures.late_stressed_share)} when late starts and slow days are rehearsed.",
        _cost_words(figures),
    ]
    return " ".join(part for part in parts if part)


def _aims_words(read: ReadRun, figures: Figures) -> str:
    if not figures.aims:
        return ""
    booked = " and ".join(f"{of_words(aim.booked, aim.patients)} {aim.words}" for aim in figures.aims)
    stages = [read.stage(aim.stage) for aim in figures.aims]
    if all(stage is not None and is_proven(stage) for stage in stages):
        proof = "it is proven that no plan books more of them that does as well on the aims before"
    else:
        proof = "whether more of them could be booked stands under Checks"
    return f"They book {booked}; {proof}."


def _beside_words(read: ReadRun) -> str:
    """What the commonest way of booking would come to."""
    cases = read.baseline_figures.get(_FIRST_COME, {}).get("cases")
    return (
        "" if cases is None else f"Booking the longest wait first would come to {patients_words(cases)} operations."
    )


def _cost_words(figures: Figures) -> str:
    text = "They take no list, bed, set of instruments or member of staff beyond those there are"
    night = figures.tightest
    if night is None:
        return f"{text}."
    quantile = round(100 * figures.instance.settings.bed_quantile_share)
    return (
        f"{text}: beds are tightest on the night of {day_words(night.date)}, when {night.at_quantile:.1f} of "
        f"{night.beds} beds in {night.ward} are enough {quantile} times in a hundred."
    )


def _theatre_use(read: ReadRun, figures: Figures) -> tuple[Block, ...]:
    """Use by theatre and week, as a picture and as numbers."""
    found = use_by_theatre(figures, read.tables)
    mondays = sorted({monday for own in found.values() for monday in own})
    if not mondays:
        return ()
    names = [f"week of {monday.day} {monday:%b}" for monday in mondays]
    series = [
        Series(name, tuple(own.get(monday) for own in found.values()))
        for name, monday in zip(names, mondays, strict=True)
    ]
    description = (
        f"Operating time inside the lists over the length of all lists that can be used, mean of simulated days: "
        f"{percent(figures.used_share)} in all."
    )
    rows = [(theatre, *(percent(own[m]) if m in own else "" for m in mondays)) for theatre, own in found.items()]
    return (
        Chart(bar_chart("How full the theatres are", description, list(found), series, _SHARE)),
        numbers_behind("How full the theatres are", ("theatre", *names), rows),
    )


def _bed_charts(read: ReadRun, figures: Figures) -> tuple[Block, ...]:
    """Beds night by night for each ward; the numbers of every night are in the appendix."""
    quantile = round(100 * figures.instance.settings.bed_quantile_share)
    charts = []
    for ward, name in sorted(figures.instance.wards.items()):
        rows = [row for row in read.tables["beds"] if row.text("ward") == ward]
        if not rows:
            continue
        top = max(row.number_of("p95_occupied") for row in rows)
        series = [
            Series("expected", tuple(row.number_of("expected_occupied") for row in rows)),
            Series(f"at the {quantile} % level", tuple(row.number_of("p95_occupied") for row in rows)),
            Series("beds open", tuple(float(row.integer("beds")) for row in rows), "base"),
        ]
        nights = [f"{row.date('date').day} {row.date('date'):%b}" for row in rows]
        description = (
            f"{name}: {top:.1f} beds at the {quantile} % level on the tightest night; every night in the appendix."
        )
        charts.append(Chart(line_chart(f"Beds, {name}", description, nights, series, _BEDS)))
    return tuple(charts)


def _nights(read: ReadRun) -> tuple[Section, ...]:
    rows = [
        (
            day_text(row.date("date")), row.text("ward"), f"{row.number_of('expected_occupied'):.1f}",
            f"{row.number_of('p95_occupied'):.1f}", str(row.integer("beds")),
        )
        for row in read.tables["beds"]
    ]  # fmt: skip
    headings = ("night", "ward", "expected", "at the quantile", "beds open")
    return (
        Section("Beds, night by night", (numbers_behind("Beds, night by night", headings, rows, 2),), folded=True),
    )


def _appointments(read: ReadRun, figures: Figures) -> tuple[Block, ...]:
    counts = Counter(
        (figures.instance.sites[row.text("site")].kind, row.text("state")) for row in read.tables["cdc_appointments"]
    )
    rows = [
        (words, patients_words(counts[kind, "new"]), patients_words(counts[kind, "existing"]))
        for kind, words in KINDS.items()
        if counts[kind, "new"] or counts[kind, "existing"]
    ]
    headings = ("kind of site", "new appointments", "made before")
    return (numbers_behind("Tests and clinics before surgery", headings, rows),) if rows else ()


def _short_of_list_time(read: ReadRun) -> list[Explanation]:
    """The sentence on list time without its parts, which may be small."""
    return [
        replace(one, sentence=f"{one.sentence.partition(':')[0]}.")
        for one in _discreet(read, by_id(read.sentences, "list_time"))
    ]


def _bottlenecks(read: ReadRun) -> tuple[Block, ...]:
    found = [
        row for row in read.tables["bottlenecks"] if (row.maybe_number_of("marginal_cases") or 0.0) >= _WORTH_A_CASE
    ]
    found.sort(key=lambda row: (-row.number_of("marginal_cases"), row.text("item")))
    rows = [(row.text("one_more"), f"{row.number_of('marginal_cases'):.1f}") for row in found[:_BOTTLENECKS_SHOWN]]
    if not rows:
        return ()
    grid = numbers_behind("What one more could bring", ("one more", "further cases, at most"), rows)
    return (replace(grid, note="upper limits from a relaxed plan, each taken alone"),)


def _changed(figures: Figures) -> tuple[Block, ...]:
    words = {"moved": "on another list", "given_up": "given up", "new": "new"}
    rows = [(words[kind], patients_words(count)) for kind, count in sorted(figures.changed.items()) if kind in words]
    return (numbers_behind("Bookings of before that change", ("booking is now", "patients"), rows),) if rows else ()


def _not_booked(figures: Figures) -> Grid:
    """Reasons with the number of patients; small ones are put together."""
    rows = [
        (CODE_WORDS.get(code, code), ready, patients_words(count))
        for ready, counts in (("yes", figures.ready), ("no", figures.not_ready))
        for code, count in sorted(merged(counts).items(), key=lambda one: (-one[1], one[0]))
    ]
    return numbers_behind("Who is not booked, and why", ("because of", "ready", "patients"), rows, texts=2)


def _fairness(read: ReadRun) -> tuple[Block, ...]:
    """Booked of the ready by home trust and by deprivation."""
    titles = {"trust": "Booked of the ready patients, by home trust",
              "quintile": "Booked of the ready patients, by deprivation (1 is the most deprived fifth)"}  # fmt: skip
    found: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for row in read.tables["fairness"]:
        found[row.text("group")].append((row.text("value"), row.integer("ready"), row.integer("booked")))
    grids: list[Block] = []
    for group, title in titles.items():
        own = found[group]
        hidden = withheld({name: booked for name, _, booked in own}) | withheld({n: r - b for n, r, b in own})
        rows = [
            (name, patients_words(ready), "not shown" if name in hidden else f"{booked:,}",
             "not shown" if name in hidden or not ready else percent(booked / ready))
            for name, ready, booked in own
        ]  # fmt: skip
        if rows:
            grids.append(numbers_behind(title, ("group", "ready", "booked", "share"), rows))
    return tuple(grids)


def _worklists(read: ReadRun) -> tuple[Block, ...]:
    people: dict[str, set[str]] = defaultdict(set)
    stopped: dict[str, set[str]] = defaultdict(set)
    for row in read.tables["worklists"]:
        people[row.text("worklist")].add(row.text("patient_id"))
        if row.flag("blocks_booking"):
            stopped[row.text("worklist")].add(row.text("patient_id"))
    rows = [
        (name.replace("_", " "), *within_words(len(stopped[name]), len(people[name])))
        for name in WORKLISTS
        if people[name]
    ]
    headings = ("work list", "cannot be booked until done", "patients in all")
    return (numbers_behind("Work to be done about patients", headings, rows),) if rows else ()
