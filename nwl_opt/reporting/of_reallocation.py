"""What the report of a reallocation says: where the money goes, how far from need that is, who gains, who loses."""

from __future__ import annotations

from collections.abc import Sequence

from models.reallocation.words import gbp_words, listed
from nwl_opt.charts.bridge import Step, waterfall
from nwl_opt.charts.scales import Axis
from nwl_opt.named import names_of
from nwl_opt.reallocation.shown.book import PlanBook, book_of
from nwl_opt.reallocation.shown.gap import YearGap, gap_chart, gap_sheet, gaps_of, range_of
from nwl_opt.reallocation.shown.stops import binding_sheet, levers_of, levers_picture, levers_sheet
from nwl_opt.reallocation.shown.swings import swings_picture, swings_sheet
from nwl_opt.reporting.content import Block, Chart, Grid, grid_of, grid_of_sheet, numbers_behind
from nwl_opt.reporting.figures_of_reallocation import IN_STEP, Figures, figures_of
from nwl_opt.reporting.reading import ReadRun
from nwl_opt.reporting.standing import proof_words
from nwl_opt.reporting.told import Told, by_id, of_section, points, said, view_titled

_GAP_STAGE = "final_year_gap"
_FIRST_TABLES = ("Budget by line", "Gap to need")


def tell(read: ReadRun) -> Told:
    """A plan that may be used."""
    figures, views, sentences = figures_of(read), read.views(), read.sentences
    first = tuple(grid_of(view) for title in _FIRST_TABLES if (view := view_titled(views, title)))
    providers, soft = (view_titled(views, title) for title in ("What providers", "What the soft"))
    book = book_of(read.validation.parsed, read.tables)
    gaps = gaps_of(book.tables, book.years)
    stops = of_section(sentences, "What stops us")
    buying = [one for one in stops if one.id.startswith("stop-")]
    return Told(
        recommends=_recommendation(read, figures),
        plan=(
            *first,
            *points(of_section(sentences, "The gap")),
            *_gap_over_time(read, book, gaps),
            *_bridge_to_need(figures),
            _places(figures),
        ),
        binds=(
            *points(one for one in stops if one not in buying),
            grid_of_sheet(binding_sheet(book)),
            *((grid_of(soft),) if soft else ()),
        ),
        changes=(
            *points(buying),
            *points(of_section(sentences, "The best that can be reached, and what would lift it")),
            *_levers(book),
            *_hangs_on(book, gaps[-1].gap_gbp),
        ),
        affected=(
            *points(of_section(sentences, "Who loses", "What moves")),
            *((grid_of(providers),) if providers else ()),
            _impacts(figures),
        ),
        assumed=said(of_section(sentences, "What is assumed or synthetic", "Before any solve: closed forms by line")),
    )


def clash(read: ReadRun) -> tuple[Block, ...]:
    """What cannot hold together, and what would make a plan possible."""
    conflicts, repairs = read.tables.get("conflicts"), read.tables.get("repairs")
    return (
        *points(one for one in read.sentences if one.headline and one.section == "What stops us"),
        *points((one for one in by_id(read.sentences, "gap-today")), "The gap today"),
        *(
            [Grid(
                "Rules that cannot all be kept", ("conflict", "rule", "held against", "what it asks for"),
                tuple((str(row.integer("conflict")), row.text("rule"), row.text("scope"), row.text("words"))
                      for row in conflicts),
                (True, False, False, False),
            )] if conflicts else []
        ),
        *(
            [Grid(
                "Repairs: what would make a plan possible", ("repair", "change", "by itself enough", "scenario"),
                tuple(dict.fromkeys(  # a repair of several rules has a row for each
                    (str(row.integer("repair")), row.text("sentence"), "yes" if row.flag("mends") else "no",
                     row.maybe_text("scenario") or "") for row in repairs)),
                (True, False, False, False),
                "A scenario lies in the folder scenarios of the run, ready to be solved as it stands.",
            )] if repairs else []
        ),
    )  # fmt: skip


def _recommendation(read: ReadRun, figures: Figures) -> str:
    """What, how much, by when, what is proven, what it costs."""
    first, last = figures.years[1], figures.years[-1]
    parts = [
        f"We recommend the budgets of this report for {first}{f' to {last}' * (last != first)}.",
        _moves_words(figures),
        _gap_words(figures),
        proof_words(read.kind, read.stages, _GAP_STAGE, "leaves less"),
        _cost_words(figures),
        _cash_words(figures),
    ]
    return " ".join(part for part in parts if part)


def _gap_words(figures: Figures) -> str:
    text = (
        f"The money that stands above need, and as much below it, comes from {gbp_words(figures.over_need[0])} in "
        f"{figures.years[0]} to {gbp_words(figures.over_need[-1])} in {figures.years[-1]}"
    )
    if figures.in_step_over_need is None:
        return f"{text}."
    return f"{text}; growing every budget alike would leave {gbp_words(figures.in_step_over_need)}."


def _moves_words(figures: Figures) -> str:
    """Lines that get more and lines that get less than growth in step, by the last year."""
    more = [f"{name} {gbp_words(gbp)}" for name, gbp in figures.against_in_step if gbp >= figures.worth_telling_gbp]
    less = [f"{name} {gbp_words(-gbp)}" for name, gbp in figures.against_in_step if -gbp >= figures.worth_telling_gbp]
    if not more and not less:
        return "Every line grows in step with the money."
    ways = [f"{listed(more)} more"] * bool(more) + [f"{listed(less)} less"] * bool(less)
    return f"By {figures.years[-1]} they give {', and '.join(ways)}, than if all grew in step with the money."


def _cost_words(figures: Figures) -> str:
    if not figures.transition_gbp:
        return "Moving the money costs nothing once."
    year, gbp = max(figures.transition_by_year, key=lambda one: one[1])
    return (
        f"Moving costs {gbp_words(figures.transition_gbp)} once, {gbp_words(gbp)} of it in {year}; transition funds "
        f"of {gbp_words(figures.fund_gbp)} are set aside for it."
    )


def _cash_words(figures: Figures) -> str:
    cut = figures.cash_cuts
    whose = "No place's budget for a line falls in cash in any year." if not cut else (
        f"{len(cut)} of {figures.cells} budgets of a place for a line fall in cash in some year."
    )  # fmt: skip
    if not figures.flagged_providers:
        return whose
    who = "1 provider is" if figures.flagged_providers == 1 else f"{figures.flagged_providers} providers are"
    return f"{whose} {who} paid less cash in some year: an equality and quality assessment is due."


def _gap_over_time(read: ReadRun, book: PlanBook, gaps: Sequence[YearGap]) -> tuple[Block, ...]:
    """The gap of each year beside that of growing alike, as the pages of the run show it."""
    in_step = read.tables_of_baseline(IN_STEP, ("allocations",))
    beside = gaps_of(in_step, book.years) if in_step else ()
    plans = {"This plan": gaps} | ({names_of(read.kind).baseline(IN_STEP): beside} if beside else {})
    picture = gap_chart("Gap to need", plans, range_of(book.tables, gaps))
    return Chart(picture), grid_of_sheet(gap_sheet("Gap to need by year", gaps, beside))


def _levers(book: PlanBook) -> tuple[Block, ...]:
    """What loosening a rule buys; nothing where that was not studied."""
    levers = levers_of(book)
    if not levers:
        return ()
    picture = (Chart(levers_picture(levers)),) if any(one.buys for one in levers) else ()
    return (*picture, grid_of_sheet(levers_sheet(levers)))


def _hangs_on(book: PlanBook, gap_gbp: float) -> tuple[Block, ...]:
    """What the gap hangs on; nothing where that was not studied."""
    sheet = swings_sheet(book)
    return (Chart(swings_picture(book, gap_gbp)), grid_of_sheet(sheet)) if sheet.rows else ()


def _bridge_to_need(figures: Figures) -> tuple[Block, ...]:
    """How the gap of today becomes that of the last year, line by line."""
    first, last = figures.years[0], figures.years[-1]
    steps = [
        Step(first, float(figures.over_need[0]), total=True),
        *(Step(name, float(gbp)) for name, gbp in figures.over_need_change),
        Step(last, float(figures.over_need[-1]), total=True),
    ]
    description = (
        f"From {gbp_words(figures.over_need[0])} above need in {first} to {gbp_words(figures.over_need[-1])} in "
        f"{last} by service line."
    )
    rows = [(step.name, f"{step.value:,.0f}" if step.total else f"{step.value:+,.0f}") for step in steps]
    return (
        Chart(waterfall("What becomes of the money above need", description, steps, Axis("above need", "gbp"))),
        numbers_behind("What becomes of the money above need, £", ("", "above need, or its change"), rows),
    )


def _places(figures: Figures) -> Grid:
    """Budgets of each place by line in the last year, with the change from today."""
    headings = ("place", *(f"{name} {what}" for name in figures.lines for what in (figures.years[-1], "change")))
    return numbers_behind(f"Budget by place and line in {figures.years[-1]}, £k", headings, figures.by_place)


def _impacts(figures: Figures) -> Grid:
    headings = ("whose", "today £", "last year £", "against growth in step £", "of today", "cash falls in a year")
    return Grid(
        "What every place and provider gets", headings, figures.impacts, (False, True, True, True, True, False),
        "against growth in step: what they get in the last year less what they would get had all grown alike; where "
        "cash falls in some year an equality and quality assessment is due",
    )  # fmt: skip
