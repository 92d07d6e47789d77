"""What the report of an estates plan says: what goes and when, what it saves, how full the rooms are, who travels."""

from __future__ import annotations

from dataclasses import replace

from models.estates.views.cash import cash, works
from models.estates.views.changes import hand_backs, other_changes, refused
from models.estates.views.fullness import by_room_type, measured_today
from models.estates.words import day_words, gbp_words
from nwl_opt.estates.reporting import equality
from nwl_opt.estates.reporting.cash import cash_chart, icb_cash
from nwl_opt.estates.reporting.fullness import fullness_map
from nwl_opt.estates.reporting.maps import plan_map, site_changes
from nwl_opt.reporting.content import Block, Chart, Grid, Section, grid_of, numbers_behind
from nwl_opt.reporting.figures_of_estates import Figures, figures_of
from nwl_opt.reporting.reading import ReadRun
from nwl_opt.reporting.standing import proof_words
from nwl_opt.reporting.told import Told, by_id, points, said

_COST_STAGE, _UNMET_STAGE = "npv_cost", "unmet_demand"
_EQUALITY_NOTE = (
    "minutes one way, in the last period; before: to the nearest site that has the room today; a start for an "
    "equality and health impact assessment"
)
_SUITE_BY_SUITE = ("estates.hand_back", "estates.refused_suite")


def tell(read: ReadRun) -> Told:
    """A plan that may be used."""
    figures = figures_of(read)
    sentences = read.sentences
    return Told(
        recommends=_recommendation(read, figures),
        plan=_plan(read, figures),
        binds=(
            *points(by_id(sentences, "estates.refused", "estates.not_sooner", "estates.kept")),
            grid_of(refused(figures.saved.instance)),
        ),
        changes=points(by_id(sentences, "estates.rooms_needed", "estates.ceiling", "estates.highest_average")),
        affected=(*points(by_id(sentences, "estates.travel")), *_equality(figures)),
        assumed=said(by_id(sentences, "estates.basis", "estates.synthetic")),
        appendices=(
            Section(
                "Suite by suite",
                (
                    *points(by_id(sentences, "estates.hand_back"), "Handed back"),
                    *points(by_id(sentences, "estates.refused_suite"), "May not be handed back"),
                ),
                folded=True,
            ),
            *_rest(read),
        ),
    )


def _plan(read: ReadRun, figures: Figures) -> tuple[Block, ...]:
    """What goes and what is converted, where it is, what it costs, and how full the rooms are then."""
    instance, tables = figures.saved.instance, {name: [row.cells for row in t] for name, t in read.tables.items()}
    others, measured = other_changes(instance, tables), measured_today(instance, tables)
    by_works = works(instance, tables)
    money = ("estates.money", "estates.open_space", "estates.works", "estates.lists", "estates.backlog")
    return (
        grid_of(hand_backs(instance, tables)),
        *((grid_of(others),) if others else ()),
        *_map(figures),
        *points(by_id(read.sentences, *money)),
        *_cash(figures),
        grid_of(cash(tables)),
        *((grid_of(by_works),) if by_works else ()),
        Chart(fullness_map(figures.saved)),
        *points(by_id(read.sentences, "estates.utilisation", "estates.measured")),
        grid_of(by_room_type(instance, tables)),
        *((grid_of(measured),) if measured else ()),
    )


def clash(read: ReadRun) -> tuple[Block, ...]:
    """What is asked for that cannot be, and the rules that stand against it."""
    return (
        *points(one for one in read.sentences if one.headline),
        *points((one for one in read.sentences if not one.headline), "What would change it"),
    )


def _rest(read: ReadRun) -> tuple[Section, ...]:
    """Whatever else was explained, so that no sentence of a run is lost."""
    known = {
        *_SUITE_BY_SUITE, "estates.money", "estates.open_space", "estates.works", "estates.lists", "estates.backlog",
        "estates.utilisation", "estates.measured", "estates.refused", "estates.not_sooner", "estates.kept",
        "estates.rooms_needed", "estates.ceiling", "estates.highest_average", "estates.travel", "estates.basis",
        "estates.synthetic",
    }  # fmt: skip
    rest = points(one for one in read.sentences if one.id not in known)
    return (Section("More about this plan", rest, folded=True),) if rest else ()


def _recommendation(read: ReadRun, figures: Figures) -> str:
    """What, how much, by when, what is proven, what it costs."""
    parts = [
        _changes_words(figures),
        _money_words(figures),
        proof_words(read.kind, read.stages, _COST_STAGE, "costs less"),
        f"It costs the ICB {gbp_words(figures.one_off_gbp)} once for vacating payments, moves and works.",
        _people_words(read, figures),
    ]
    return " ".join(part for part in parts if part)


def _changes_words(figures: Figures) -> str:
    if not figures.handed_back or figures.first_day is None or figures.last_day is None:
        start = f"We recommend handing back none of the {figures.suites} suites."
    else:
        when = (
            f"on {day_words(figures.first_day)}" if figures.first_day == figures.last_day
            else f"between {day_words(figures.first_day)} and {day_words(figures.last_day)}"
        )  # fmt: skip
        whole = f", {_counted(figures.whole_sites, 'building')} as a whole" if figures.whole_sites else ""
        what = f"{_counted(figures.handed_back, 'suite')} of {figures.suites}"
        start = f"We recommend handing back {what} ({figures.m2:,} m2{whole}) {when}."
    more = [
        f"{_counted(figures.open_space, 'suite')} to be offered on Open Space" if figures.open_space else "",
        f"{_counted(figures.converted, 'suite')} to be converted" if figures.converted else "",
        f"{_counted(figures.premises_closed, 'GP practice')} to move into rooms nearby"
        if figures.premises_closed
        else "",
    ]
    said_of = [one for one in more if one]
    return f"{start} Beside that: {'; '.join(said_of)}." if said_of else start


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _money_words(figures: Figures) -> str:
    settings = figures.saved.instance.settings
    after, before = figures.present_cost_gbp, figures.present_cost_today_gbp
    span = f"to {figures.last_year}, at the value of {settings.npv_base_year},"
    if before is None or figures.last_year_today_gbp is None:
        return f"What the ICB pays {span} comes to {gbp_words(after)}."
    difference = before - after
    yearly = figures.last_year_today_gbp - figures.last_year_gbp
    return (
        f"What the ICB pays {span} comes from {gbp_words(before)} with everything kept to {gbp_words(after)}, "
        f"{_less(difference)}; in {figures.last_year} it pays {_less(yearly)}."
    )


def _less(gbp: float) -> str:
    return f"{gbp_words(gbp)} less" if gbp >= 0 else f"{gbp_words(-gbp)} more"


def _people_words(read: ReadRun, figures: Figures) -> str:
    stage = read.stage(_UNMET_STAGE)
    unmet = None if stage is None or stage.value is None else round(stage.value)
    nobody = (
        "Every contact finds a room. "
        if unmet == 0
        else ""
        if unmet is None
        else f"{unmet:,} contacts find no room. "
    )
    added = figures.minutes_after - figures.minutes_before
    return (
        f"{nobody}From {figures.saved.last_year} people travel {figures.minutes_after:.1f} minutes one way "
        f"on average, {abs(added):.1f} {'more' if added >= 0 else 'less'} than to the nearest site "
        "that has the room today."
    )


def _map(figures: Figures) -> tuple[Block, ...]:
    """The map, and the list its numbers are of."""
    rows = tuple((str(c.number), c.site, "; ".join(c.changes)) for c in site_changes(figures.saved))
    headings = ("on the map", "site", "what changes")
    grid = Grid("Sites in which anything changes", headings, rows, (True, False, False))
    return (Chart(plan_map(figures.saved, figures.travel)), *((grid,) if rows else ()))


def _cash(figures: Figures) -> tuple[Block, ...]:
    """What the ICB pays by year, kept and planned."""
    plan = icb_cash(figures.saved.tables)
    kept = {} if figures.saved.today is None else icb_cash(figures.saved.today)
    rows = [
        (
            year,
            f"{kept[year]:,}" if year in kept else "",
            f"{gbp:,}",
            f"{gbp - kept[year]:+,}" if year in kept else "",
        )
        for year, gbp in plan.items()
    ]
    headings = ("year", "everything kept", "the plan", "difference")
    return Chart(cash_chart(figures.saved)), numbers_behind("What the ICB pays by year, £", headings, rows)


def _equality(figures: Figures) -> tuple[Grid, ...]:
    """Groups of people by how far they travel, and by how much further."""
    groups = list(equality.equality_rows(figures.saved, list(figures.travel.values())))
    journeys = [
        (
            row.group_by, row.group, f"{row.contacts:,.0f}", f"{row.minutes_before:.1f}", f"{row.minutes_after:.1f}",
            f"{row.minutes_after - row.minutes_before:+.1f}", f"{row.worst_area_minutes:.1f}",
            f"{row.contacts_moved:,.0f}",
        )
        for row in groups
    ]  # fmt: skip
    headings = ("by", "group", "contacts a year", "minutes before", "minutes after", "added minutes", "furthest area",
                "contacts moved")  # fmt: skip
    further = [
        (row.group_by, row.group, *(f"{contacts:,.0f}" for contacts in row.contacts_by_band)) for row in groups
    ]
    return (
        replace(numbers_behind("Who travels further", headings, journeys, texts=2), note=_EQUALITY_NOTE),
        numbers_behind("How much further, contacts a year", ("by", "group", *equality.BAND_WORDS), further, texts=2),
    )
