"""Who gains and who loses against growth in step with the money, and what moves the gap."""

from __future__ import annotations

from collections.abc import Mapping

from models.shared.cells import Cell
from nwl_opt.excel.results.reallocation.frame import Frame, whole
from nwl_opt.excel.results.sheet import Sheet
from nwl_opt.excel.results.source import Cells
from nwl_opt.excel.results.tidy import quoted, sum_where
from nwl_opt.reallocation.shown.book import PlanBook
from nwl_opt.reallocation.shown.stops import MONEY
from nwl_opt.reallocation.shown.swings import parameter_words
from nwl_opt.words import number_words

IMPACTS = "Impacts"
IMPACTS_DESCRIPTION = "who gains and who loses: places, providers, places' lines, against growth in step"
STOPS = "What stops us"
STOPS_DESCRIPTION = "what loosening each binding rule would buy, and every rule with the room the plan leaves"
TORNADO = "Tornado"
TORNADO_DESCRIPTION = "the gap when one assumption is at either end of its range, widest first, with a chart"
_KINDS = {"place": "Places", "provider": "Providers", "place_line": "Places' lines"}
_STATUS = {"slack": "room left", "binding": "binds", "broken_soft": "BROKEN (soft)"}
_BARS = 12
_TORNADO_HEIGHT = 420


def write_impacts(frame: Frame) -> None:
    """Write the sheet of gains and losses."""
    sheet = frame.book.sheet(IMPACTS, "Impacts: who gains, who loses", (44, 17, 17, 17, 17, 12, 12, 17, 12, 28))
    sheet.paragraph("Against growth in step with the money. Whose cash falls in some year needs an equality and "
                    "quality assessment.")  # fmt: skip
    sheet.row += 1
    first_year, last_year = frame.years[0], frame.years[-1]
    heads = sheet.heads(
        ("Who", f"Opening {first_year}", f"Plan {last_year}", "In step", "Against in step", "Of the opening", "Word",
         "Worst year", "Of its income", "Assessment"), numeric_from=1,
    )  # fmt: skip
    sheet.freeze(heads + 1, 1)
    start = sheet.row
    for kind, words in _KINDS.items():
        rows = [row for row in frame.rows("impacts") if row["kind"] == kind]
        if rows:
            sheet.section(words)
        for row in rows:
            _write_impact(frame, sheet, row)
    sheet.mark_words(start, sheet.row, 6, bad="loses")
    sheet.mark_words(start, sheet.row, 9, bad="needed")


def _write_impact(frame: Frame, sheet: Sheet, row: Cells) -> None:
    at, who = sheet.row, str(row["who"])
    sheet.put(at, 0, _name(frame, str(row["kind"]), who))
    where = _where(str(row["kind"]), who)
    for column, (name, year) in enumerate(
        (("opening_gbp", frame.years[0]), ("closing_gbp", frame.years[-1])), start=1
    ):
        ref = sheet.live(at, column, sum_where("allocations", "allocation_gbp", {**where, "year": quoted(year)}),
                         whole(row, name))  # fmt: skip
        frame.book.check(ref, f"{who}, {year}", whole(row, name), whole(row, name))
    sheet.put(at, 3, row["in_step_gbp"], "gbp")
    against = whole(row, "against_in_step_gbp")
    ref = sheet.live(at, 4, f"C{at + 1}-D{at + 1}", against)
    frame.book.check(ref, f"{who}, against growth in step", against, against)
    share = against / whole(row, "opening_gbp") if whole(row, "opening_gbp") else 0.0
    sheet.live(at, 5, f"IF(B{at + 1}=0,0,E{at + 1}/B{at + 1})", share, "share")
    word = "as in step" if against == 0 else "loses" if against < 0 else "gains"
    sheet.live(at, 6, f'IF(ROUND(E{at + 1},0)=0,"as in step",IF(E{at + 1}<0,"loses","gains"))', word, "text")
    sheet.put(at, 7, row["lowest_yearly_change_gbp"], "gbp")
    sheet.put(at, 8, row["income_share"], "share")
    sheet.put(at, 9, "needed: cash falls" if row["equality_flag"] is True else "")
    sheet.row += 1


def _where(kind: str, who: str) -> dict[str, str]:
    if kind == "place_line":
        place, _, line = who.partition("/")
        return {"place": quoted(place), "line": quoted(line)}
    return {kind: quoted(who)}


def _name(frame: Frame, kind: str, who: str) -> str:
    if kind == "provider":
        names = {one.provider: one.name for one in frame.instance.providers}
        return names.get(who, who)
    place, _, line = who.partition("/")
    return f"{frame.place_name(place)}, {frame.line_name(line)}" if line else frame.place_name(place)


def write_stops(frame: Frame) -> None:
    """Write the sheet of levers and rules."""
    sheet = frame.book.sheet(STOPS, "What stops us, and what would change it", (10, 80, 52, 14, 18, 18, 18, 26))
    sheet.section("What loosening each binding rule would buy, found by solving again")
    heads = (
        "Rule",
        "The rule in words",
        "Held against",
        "Loosened by",
        "Unit",
        "Gap falls by",
        "Without it, falls by",
    )
    sheet.heads(heads, numeric_from=3)
    sentences = {rule.id: rule.sentence for rule in frame.source.rules}
    names = PlanBook(frame.instance, {})
    for row in frame.rows("levers"):
        at = sheet.row
        sheet.put(at, 0, row["rule"], "text top")
        lines = sheet.words(at, 1, sentences.get(str(row["rule"]), ""))
        sheet.put(at, 2, names.name(str(row["scope"])), "text top")
        sheet.put(at, 3, row["change"], "exact top")
        sheet.put(at, 4, str(row["unit"]).replace("gbp", "£"), "text top")
        sheet.put(at, 5, row["gap_falls_by_gbp"], "gbp top")
        without = "cannot be left out" if row["rule"] == MONEY else row["without_rule_falls_by_gbp"]
        sheet.put(at, 6, without, "gbp top")
        sheet.height(at, lines)
        sheet.row += 1
    if not frame.rows("levers"):
        sheet.paragraph("Nothing was loosened: no rule binds, or studies were left out of this run.")
    sheet.row += 1
    _write_rules(frame, sheet)


def _write_rules(frame: Frame, sheet: Sheet) -> None:
    sheet.section("Every rule, and the room the plan leaves")
    heads = ("Rule", "The rule in words", "Held against", "Standing", "Kind", "Least room", "Limits that bind",
             "Who may change it")  # fmt: skip
    sheet.heads(heads, numeric_from=5)
    names, first = PlanBook(frame.instance, {}), sheet.row
    for row in frame.rows("rules"):
        at = sheet.row
        sheet.put(at, 0, row["rule"], "text top")
        lines = sheet.words(at, 1, str(row["sentence"]))
        sheet.put(at, 2, names.name(str(row["scope"])), "text top")
        sheet.put(at, 3, _STATUS.get(str(row["status"]), str(row["status"])), "text top")
        sheet.put(at, 4, row["hard_or_soft"], "text top")
        sheet.put(at, 5, row["headroom_gbp"], "gbp top")
        sheet.put(at, 6, f"{row['members_binding']} of {row['members']}", "text top")
        sheet.put(at, 7, row["owner"], "text top")
        sheet.height(at, lines)
        sheet.row += 1
    sheet.mark_words(first, sheet.row - 1, 3, bad="BROKEN")


def write_tornado(frame: Frame) -> None:
    """Write the sheet of assumptions at the ends of their ranges."""
    sheet = frame.book.sheet(TORNADO, "Tornado: what the gap hangs on", (46, 12, 17, 17, 12, 17, 17, 17))
    now_gbp = round(frame.source.figure("final_year_gap"))
    sheet.paragraph(
        f"The gap of {frame.years[-1]} is {number_words(now_gbp, 'gbp')}. Each assumption alone is set to the low "
        "and the high end of its range and solved again. No plan: none can exist there. "
        "Ends are shares (0.05 is 5 %); of the acute need relieved, pounds per pound."
    )
    picture = sheet.room_for_chart(_TORNADO_HEIGHT) if frame.rows("tornado") else sheet.row
    sheet.row += 1
    heads = sheet.heads(("Assumption", "Low end", "Gap then", "Change", "High end", "Gap then", "Change", "Width"),
                        numeric_from=1)  # fmt: skip
    first = heads + 1
    ends: dict[tuple[Cell, Cell], dict[str, Cells]] = {}
    for row in frame.rows("tornado"):
        ends.setdefault((row["parameter"], row["line"]), {})[str(row["end"])] = row
    for (parameter, line), both in ends.items():
        _write_pair(frame, sheet, parameter_words(str(parameter), frame.line_name(str(line))), both)
    if not ends:
        sheet.paragraph("No assumption has a range, or studies were left out of this run.")
        return
    _tornado_chart(sheet, picture, (first, min(sheet.row - 1, first + _BARS - 1)))


def _write_pair(frame: Frame, sheet: Sheet, words: str, both: Mapping[str, Cells]) -> None:
    at = sheet.row
    sheet.put(at, 0, f"{words[:1].upper()}{words[1:]}")
    changes = []
    for column, end in ((1, "low"), (4, "high")):
        row = both.get(end, {})
        sheet.put(at, column, row.get("value"), "exact")
        gap, change = row.get("final_gap_gbp"), row.get("change_gbp")
        if isinstance(gap, int) and isinstance(change, int):
            sheet.put(at, column + 1, gap, "gbp")
            base = gap - change
            letters = "C" if column == 1 else "F"
            ref = sheet.live(at, column + 2, f"{letters}{at + 1}-{base}", change)
            frame.book.check(ref, f"{words}, {end} end: change of the gap", change, change)
            changes.append(change)
        elif row:
            sheet.put(at, column + 1, "no plan")
    width = max([*changes, 0]) - min([*changes, 0])
    sheet.live(at, 7, f"MAX(D{at + 1},G{at + 1},0)-MIN(D{at + 1},G{at + 1},0)", width)
    sheet.row += 1


def _tornado_chart(sheet: Sheet, at: int, rows: tuple[int, int]) -> None:
    first, last = rows
    series = [
        {"name": name, "categories": [TORNADO, first, 0, last, 0], "values": [TORNADO, first, column, last, column],
         "fill": {"color": colour}, "gap": 30, "overlap": 100}
        for name, column, colour in (("Low end", 3, "#41B6E6"), ("High end", 6, "#005EB8"))
    ]  # fmt: skip
    sheet.chart(at, 0, {"type": "bar"}, series, "Change of the gap at either end of each range",
                ("Change of the gap", ""), (980, _TORNADO_HEIGHT),
                x={"num_format": "£#,##0,,\\m"}, y={"reverse": True, "label_position": "low"})  # fmt: skip
