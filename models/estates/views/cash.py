"""Cash by year, and who pays for works."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from models.estates.instance import EstatesInstance
from models.estates.source_names import source_names
from models.estates.views.reading import number
from models.shared.problem import OutputTables, View

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "charges, occupied": ("charges_occupied",),
    "charges, void": ("charges_void",),
    "charges that stay": ("charges_continuing",),
    "payments and moves": ("vacating_payment", "moves"),
    "works": ("works",),
    "Open Space": ("open_space_income",),
    "GP premises": ("gp_reimbursement",),
    "service costs": ("service_costs",),
}
"""Items of the ICB's cash under one heading; a heading without a pound in any year is left out."""


def cash(tables: OutputTables) -> View:
    """The ICB's cash by financial year, its present value, and the system's."""
    icb: dict[tuple[str, str], float] = defaultdict(float)
    present: dict[str, float] = defaultdict(float)
    system: dict[str, float] = defaultdict(float)
    years = sorted({str(row["year"]) for row in tables["cashflow"]})
    for row in tables["cashflow"]:
        year = str(row["year"])
        if row["ledger"] == "icb":
            icb[year, str(row["item"])] += number(row, "gbp")
            present[year] += number(row, "discounted_gbp")
        else:
            system[year] += number(row, "gbp")
    columns = {
        heading: [sum(icb[year, item] for item in items) for year in years] for heading, items in _COLUMNS.items()
    }
    shown = {heading: pounds for heading, pounds in columns.items() if any(pounds)}
    rows = [
        (
            year,
            *(f"{pounds[at]:,.0f}" for pounds in shown.values()),
            f"{sum(pounds[at] for pounds in columns.values()):,.0f}",
            f"{present[year]:,.0f}",
            f"{system[year]:,.0f}",
        )
        for at, year in enumerate(years)
    ]
    headings = ("year", *shown, "ICB cash", "at present value", "system")
    note = "pounds at the price base, income negative; the system column leaves out transfers inside the NHS"
    return View("Cash by year, £", headings, tuple(rows), (False, *[True] * (len(headings) - 1)), note)


def works(instance: EstatesInstance, tables: OutputTables) -> View | None:
    """Works by year, project and source; None where none are planned."""
    if not tables["capital"]:
        return None
    suites = {suite.suite_id: suite.name for suite in instance.suites}
    sites = {suite.suite_id: instance.site(suite.site_id).name for suite in instance.suites}
    made = {one.conversion_id: one.suite_id for one in instance.conversions}
    kinds = {one.conversion_id: f"{one.to_room_type.replace('_', ' ')} rooms" for one in instance.conversions}
    payers = source_names(instance)
    rows = []
    for row in tables["capital"]:
        project = str(row["project"])
        suite = made.get(project, project)
        left = row["year_left_gbp"]
        rows.append(
            (
                str(row["year"]),
                f"{sites[suite]}, {suites[suite]}",
                kinds.get(project, "made ready for Open Space"),
                payers.get(str(row["source_id"]), str(row["source_id"])),
                f"{number(row, 'gbp'):,.0f}",
                "no limit" if left is None else f"{number(row, 'year_left_gbp'):,.0f}",
            )
        )
    headings = ("year", "where", "works", "who pays", "£", "£ left of it that year")
    return View("Works and who pays", headings, tuple(rows), (False, False, False, False, True, True))
