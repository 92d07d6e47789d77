"""What the gap hangs on: each assumption at both ends of its range."""

from __future__ import annotations

from models.shared.parsing import Row
from nwl_opt.charts import Axis, Picture, Swing, tornado
from nwl_opt.reallocation.shown.book import PlanBook
from nwl_opt.reallocation.shown.sheet import Heading, Sheet

PARAMETER_WORDS = {
    "need": "Need for {line}",
    "community_chc_need": "Need for community and continuing healthcare",
    "chc_cost": "Cost of continuing healthcare",
    "theta": "Acute need relieved by {line}",
    "growth": "Growth of the money",
    "reserve": "Reserve",
    "deviation": "Stated gap of {line} today",
    "cost_uplift": "Rise of prices and pay",
}
"""The assumptions of the study in words."""


def swings_picture(book: PlanBook, gap_gbp: float) -> Picture:
    """The gap of the last year at both ends of every range, the widest first."""
    swings = [
        Swing(name, words["low"], ends["low"], words["high"], ends["high"]) for name, words, ends in _pairs(book)
    ]
    words = "Each assumption is set to either end of its range, all else as it is, and the plan is solved again."
    return tornado("What the gap of the last year hangs on", words, gap_gbp, swings, Axis("Gap to need", "gbp"))


def swings_sheet(book: PlanBook) -> Sheet:
    """The same as numbers."""
    headings = (Heading("Assumption"), Heading("Low end"), Heading("Gap at the low end", "gbp"), Heading("High end"),
                Heading("Gap at the high end", "gbp"))  # fmt: skip
    rows = tuple(
        (name, words["low"], _or_no_plan(ends["low"]), words["high"], _or_no_plan(ends["high"]))
        for name, words, ends in _pairs(book)
    )
    return Sheet("What the gap of the last year hangs on", headings, rows)


def _or_no_plan(gap_gbp: float | None) -> str | float:
    return "no plan" if gap_gbp is None else gap_gbp


def _pairs(book: PlanBook) -> list[tuple[str, dict[str, str], dict[str, float | None]]]:
    """Assumptions with the words of their ends and the gap there; in the order of the table, the widest first."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in book.tables["tornado"]:
        found.setdefault((row.text("parameter"), row.text("line")), {})[row.text("end")] = row
    pairs = []
    for (parameter, line), ends in found.items():
        of = book.name(line)
        words = {end: _value(parameter, row.number_of("value")) for end, row in ends.items()}
        gaps = {end: row.maybe_number_of("final_gap_gbp") for end, row in ends.items()}
        pairs.append((parameter_words(parameter, of), words, gaps))
    return pairs


def parameter_words(parameter: str, line_name: str) -> str:
    """An assumption as it is said of a line; one of all lines does not name it."""
    return PARAMETER_WORDS.get(parameter, parameter.replace("_", " ").capitalize()).format(line=line_name)


def _value(parameter: str, value: float) -> str:
    """An end of a range: pounds per pound, points up or down, or a rate."""
    if parameter == "theta":
        return f"£{value:.2f} per pound"
    sign = "+" if parameter in ("need", "chc_cost") and value > 0 else ""
    return f"{sign}{100 * value:.4g} %"
