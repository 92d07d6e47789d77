"""The faults of an estates instance that need more than one cell to see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.estates.settings import EstatesSettings
from models.estates.validation_of_change import validate_changes
from models.shared.calendar import financial_year, financial_year_start, first_calendar_year
from models.shared.faults import Fault
from models.shared.parsing import ParsedInstance, Row

_TOLERANCE = 1e-6
# Words the written tables use for "no place", for the sum of a week, and for the patients of closed GP lists.
_RESERVED = (
    ("sites", "site_id", "-"),
    ("areas", "area_id", "-"),
    ("weekly_profile", "slot", "week"),
    ("services", "service", "gp_list"),
)


def validate(parsed: ParsedInstance) -> list[Fault]:
    """Cross-checks of sites, suites, leases, occupations, services, areas, periods, profile and what may change."""
    faults = [
        *_reserved_ids(parsed),
        *_core_suites(parsed),
        *_occupied_area(parsed),
        *_services(parsed),
        *_periods(parsed),
        *_profile(parsed),
        *_vacating_payments(parsed),
        *validate_changes(parsed),
    ]
    settings = parsed.settings
    if isinstance(settings, EstatesSettings):
        for row in parsed.table("suites"):
            faults.extend(_lease(parsed, row, settings))
        faults.extend(_registered(parsed, settings))
        faults.extend(_paths(parsed, settings))
    return faults


def _reserved_ids(parsed: ParsedInstance) -> Iterator[Fault]:
    for name, column, word in _RESERVED:
        for row in parsed.table(name):
            if row.text(column) == word:
                yield parsed.table(name).fault(row, column, f"must not be {word}, which the results use themselves",
                                               "Choose another name.")  # fmt: skip


def _core_suites(parsed: ParsedInstance) -> Iterator[Fault]:
    site_of = {row.text("suite_id"): row.text("site_id") for row in parsed.table("suites")}
    for row in parsed.table("sites"):
        core = row.text("core_suite")
        if core in site_of and site_of[core] != row.text("site_id"):
            yield parsed.table("sites").fault(
                row, "core_suite", f"must be a suite of site {row.text('site_id')}, not of {site_of[core]}",
                "Name the suite that holds the entrance and reception.",
            )  # fmt: skip


def _occupied_area(parsed: ParsedInstance) -> Iterator[Fault]:
    """Occupiers cannot take more than the suite, even if some of them leave later."""
    area = {row.text("suite_id"): row.integer("area_m2") for row in parsed.table("suites")}
    occupied: dict[str, int] = {}
    for row in parsed.table("occupations"):
        suite = row.text("suite_id")
        before = occupied.get(suite, 0)
        occupied[suite] = before + row.integer("area_m2")
        if suite in area and before <= area[suite] < occupied[suite]:
            yield parsed.table("occupations").fault(
                row, "area_m2", f"must not bring the occupied area of {suite} to {occupied[suite]} m2, beyond its "
                f"{area[suite]} m2", "Correct the areas of the occupations, or the area of the suite.",
            )  # fmt: skip


def _lease(parsed: ParsedInstance, row: Row, settings: EstatesSettings) -> Iterator[Fault]:
    table = parsed.table("suites")
    start, break_, end = (row.maybe_date(f"lease_{what}") for what in ("start", "break", "end"))
    decision = settings.decision_date
    if start is not None and start > decision:
        yield table.fault(row, "lease_start", f"must not be after the decision date {decision}",
                          "Leave the suite out until its lease has begun.")  # fmt: skip
    if end is not None and end <= decision:
        yield table.fault(row, "lease_end", f"must be after the decision date {decision}",
                          "Give the dates of the lease now in force, or remove the suite.")  # fmt: skip
    if start is not None and end is not None and end <= start:
        yield table.fault(row, "lease_end", f"must be after the lease start {start}", "Correct one of the two.")
    if break_ is not None and end is not None and break_ > end:
        yield table.fault(row, "lease_break", f"must not be after the lease end {end}", "Correct one of the two.")
    if break_ is not None and end is None:
        yield table.fault(row, "lease_break", "must be empty where there is no lease_end",
                          "Give the end of the lease too.")  # fmt: skip
    if _tenure_of(parsed, row.text("site_id")) == "nhsps_leasehold" and end is None:
        yield table.fault(row, "lease_end", "must be given for a suite of an nhsps_leasehold site",
                          "Give the end of the head lease.", found="(empty)")  # fmt: skip
    if row.maybe_date("instruction_date") is not None and row.text("instruction") != "hand_back":
        yield table.fault(row, "instruction_date", "must be empty unless instruction = hand_back",
                          "Remove the date, or order the hand-back.")  # fmt: skip


def _tenure_of(parsed: ParsedInstance, site_id: str) -> str | None:
    for row in parsed.table("sites"):
        if row.text("site_id") == site_id:
            return row.text("tenure")
    return None


def _services(parsed: ParsedInstance) -> Iterator[Fault]:
    """The shares of the contact-rate services of one mode sum to 1, so that no contact is lost or counted twice."""
    table = parsed.table("services")
    for mode in ("face_to_face", "virtual"):
        rows = [r for r in table if r.text("mode") == mode and r.text("demand_source") == "contact_rate"]
        total = sum(r.number_of("contact_share") for r in rows)
        if rows and table.complete and abs(total - 1) > _TOLERANCE:
            yield table.fault(rows[0], "contact_share", f"the {mode} services with demand_source contact_rate must "
                              f"sum to 1, not {total:g}", "Correct the shares.")  # fmt: skip


def _periods(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("periods")
    expected: str | None = None
    for row in table:
        year = row.text("first_year")
        if expected is not None and year != expected and table.complete:
            yield table.fault(row, "first_year", f"must be {expected}, the year after the period before",
                              "List the periods in order and without gaps.")  # fmt: skip
        expected = financial_year(first_calendar_year(year) + row.integer("years"))


def _profile(parsed: ParsedInstance) -> Iterator[Fault]:
    table = parsed.table("weekly_profile")
    total = sum(row.number_of("demand_weight") for row in table)
    if table.complete and len(table) and abs(total - len(table)) > _TOLERANCE:
        yield table.fault(None, None, f"the weights of {len(table)} sessions must sum to {len(table)}",
                          "Scale the weights: 1 is an even share.", found=f"weights sum to {total:g}")  # fmt: skip


def _vacating_payments(parsed: ParsedInstance) -> Iterator[Fault]:
    """Each tenure and extent has a rule that is in force on every possible hand-back day."""
    table, settings = parsed.table("vacating_payments"), parsed.settings
    if not table.complete or not isinstance(settings, EstatesSettings):
        return
    for tenure in ("nhsps_freehold", "nhsps_leasehold"):
        for extent in ("whole", "part"):
            starts = [r.date("valid_from") for r in table if (r.text("tenure"), r.text("extent")) == (tenure, extent)]
            if not starts or min(starts) > settings.decision_date:
                yield table.fault(
                    None, None, f"must have a row in force on {settings.decision_date} for each tenure and extent",
                    "Add the row with the share of the annual charge.", found=f"none for {tenure}, {extent}",
                )  # fmt: skip


def _registered(parsed: ParsedInstance, settings: EstatesSettings) -> Iterator[Fault]:
    if settings.population_basis != "registered":
        return
    table = parsed.table("areas")
    for row in table:
        if row.maybe_integer("registered_population") is None:
            yield table.fault(row, "registered_population", "must be given where population_basis = registered",
                              "Fill it in, or choose the resident basis.", found="(empty)")  # fmt: skip


def _paths(parsed: ParsedInstance, settings: EstatesSettings) -> Sequence[Fault]:
    faults: list[Fault] = []
    first, last = first_calendar_year(settings.path_first_year), first_calendar_year(settings.path_last_year)
    if last <= first:
        faults.append(Fault("instance.toml", None, "settings.path_last_year", settings.path_last_year,
                            f"must be after path_first_year {settings.path_first_year}",
                            "Correct one of the two."))  # fmt: skip
    for row in list(parsed.table("periods"))[:1]:
        start = financial_year_start(row.text("first_year"))
        if not start <= settings.decision_date:
            faults.append(Fault("instance.toml", None, "settings.decision_date", str(settings.decision_date),
                                f"must not be before the first period starts on {start}",
                                "Move the date, or start the periods earlier."))  # fmt: skip
    for row in list(parsed.table("periods"))[-1:]:
        final = first_calendar_year(row.text("first_year")) + row.integer("years")
        end = financial_year_start(financial_year(final))
        if parsed.table("periods").complete and settings.decision_date >= end:
            faults.append(Fault("instance.toml", None, "settings.decision_date", str(settings.decision_date),
                                f"must be before the last period ends: the plan goes up to {end}",
                                "Move the date, or let the periods go on for longer."))  # fmt: skip
    population = sum(row.integer("population") for row in parsed.table("areas"))
    if parsed.table("areas").complete and population + settings.population_added < 0:
        faults.append(Fault("instance.toml", None, "settings.population_added", str(settings.population_added),
                            "must not take away more people than there are", "Correct the growth."))  # fmt: skip
    return faults
