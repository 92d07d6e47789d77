"""What the report of a reallocation says: where the money goes, how far from need that is, who gains, who loses."""

from __future__ import annotations

from models.reallocation.words import gbp_words, listed
from nwl_opt.charts.bridge import Step, waterfall
from nwl_opt.charts.frame import Series
from nwl_opt.charts.lines import line_chart
from nwl_opt.charts.scales import Axis
from nwl_opt.reporting.content import Block, Chart, Grid, grid_of, numbers_behind
from nwl_opt.reporting.figures_of_reallocation import Figures, figures_of
from nwl_opt.reporting.reading import ReadRun
from nwl_opt.reporting.standing import proof_words
from nwl_opt.reporting.told import Told, by_id, of_section, points, said, view_titled

_GAP_STAGE = "final_year_gap"
_FIRST_TABLES = ("Budget by line", "Gap to need")
_GAP_AXIS = Axis("over need, and as much under it", "gbp")


def tell(read: ReadRun) -> Told:
    """A plan that may be used."""
    figures, views, sentences = figures_of(read), read.views(), read.sentences
    first = tuple(grid_of(view) for title in _FIRST_TABLES if (view := view_titled(views, title)))
    rules, levers, hangs_on, providers, soft = (
        view_titled(views, title)
        for title in ("Rules that bind", "What a little more room", "What the gap hangs on", "What providers",
                      "What the soft")
    )  # fmt: skip
    stops = of_section(sentences, "What stops us")
    buying = [one for one in stops if one.id.startswith("stop-")]
    return Told(
        recommends=_recommendation(read, figures),
        plan=(
            *first,
            *points(of_section(sentences, "The gap")),
            *_gap_over_time(figures),
            *_bridge_to_need(figures),
            _places(figures),
        ),
        binds=(
            *points(one for one in stops if one not in buying),
            *(grid_of(view) for view in (rules, soft) if view),
        ),
        changes=(
            *points(buying),
            *points(of_section(sentences, "The best that can be reached, and what would lift it")),
            *(grid_of(view) for view in (levers, hangs_on) if view),
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


def _gap_over_time(figures: Figures) -> tuple[Block, ...]:
    """The gap of each year beside that of growing alike."""
    last = figures.years[-1]
    series = [Series("this plan", tuple(float(gbp) for gbp in figures.over_need))]
    rows = [("this plan", *(f"{gbp:,}" for gbp in figures.over_need))]
    if figures.in_step_by_year:
        series.append(Series("all growing alike", tuple(float(gbp) for gbp in figures.in_step_by_year)))
        rows.append(("all growing alike", *(f"{gbp:,}" for gbp in figures.in_step_by_year)))
    description = (
        f"Money above need, and as much below it: {gbp_words(figures.over_need[0])} in {figures.years[0]}, "
        f"{gbp_words(figures.over_need[-1])} in {last} with this plan"
    )
    if figures.in_step_over_need is not None:
        description += f", {gbp_words(figures.in_step_over_need)} with all growing alike"
    picture = line_chart("The gap to need by year", f"{description}.", figures.years, series, _GAP_AXIS)
    return Chart(picture), numbers_behind("The gap to need by year, £", ("", *figures.years), rows)


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
