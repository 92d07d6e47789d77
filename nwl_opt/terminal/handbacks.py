"""A tested hand-back, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from models.estates.what_if.details import Details
from models.shared.problem import Explanation
from nwl_opt.solving import RunResult
from nwl_opt.terminal.console import bullets, heading, show_table
from nwl_opt.terminal.results import show_report
from nwl_opt.words import STATUS_WORDS

_MOVES_SHOWN = 12


def show_sentences(console: Console, title: str, sentences: Iterator[Explanation]) -> list[Explanation]:
    """Sentences under a heading, each as soon as it is found; returns them."""
    heading(console, title)
    told: list[Explanation] = []
    for one in sentences:
        bullets(console, [one.sentence + (f" [{one.rule}]" if one.rule else "")])
        told.append(one)
    return told


def show_savings(console: Console, details: Details) -> None:
    """Cash by year, both ledgers side by side."""
    rows = [
        (
            year.year,
            *(
                f"{gbp:,}"
                for gbp in (
                    year.icb_without_gbp,
                    year.icb_with_gbp,
                    year.icb_saved_gbp,
                    year.system_without_gbp,
                    year.system_with_gbp,
                    year.system_saved_gbp,
                )
            ),
        )
        for year in details.cash
    ]
    headings = ("year", "ICB without", "ICB with", "ICB saves", "system without", "system with", "system saves")
    show_table(console, headings, rows, (False, *[True] * 6), "Savings by year, £")


def show_moves(console: Console, details: Details) -> None:
    """The largest moves between sites, and who travels further."""
    instance = details.answer.saved.instance
    sites = {site.site_id: site.name for site in instance.sites} | {"-": "no room"}
    sums: dict[tuple[int, str, str, str], float] = {}
    for move in details.moves:
        key = (move.period, move.service, move.from_site, move.to_site)
        sums[key] = sums.get(key, 0.0) + move.contacts
    largest = sorted(sums.items(), key=lambda item: (-item[1], item[0]))[:_MOVES_SHOWN]
    rows = [
        (instance.periods[period].first_year, service, sites[origin], sites[to], f"{contacts:,.0f}")
        for (period, service, origin, to), contacts in largest
    ]
    if rows:
        show_table(console, ("from year", "service", "from", "to", "contacts a year"), rows,
                   (False, False, False, False, True), "The largest moves")  # fmt: skip
    bands: dict[tuple[str, int], float] = {}
    last = max((band.period for band in details.bands), default=0)
    for band in details.bands:
        if band.period == last:
            bands[band.band, band.imd_quintile] = bands.get((band.band, band.imd_quintile), 0.0) + band.contacts
    if bands:
        names = list(dict.fromkeys(band for band, _ in bands))
        lines = [(name, *(f"{bands.get((name, fifth), 0.0):,.0f}" for fifth in range(1, 6))) for name in names]
        headings = ("added minutes", "most deprived", "2nd", "3rd", "4th", "least deprived")
        title = f"Contacts a year that move, by added minutes and fifth, from {instance.periods[last].first_year}"
        show_table(console, headings, lines, (False, *[True] * 5), title)


def show_run(console: Console, result: RunResult) -> None:
    """What came of the proof's run: its status and the verdict of its check."""
    status = result.solved.status
    console.print(Text(f"{STATUS_WORDS.get(status, status)}.", style="bold"))
    if result.finished.report is not None:
        show_report(console, result.finished.report)


def show_files(console: Console, out: Path, files: Sequence[Path], run: Path | None) -> None:
    """Where everything lies."""
    heading(console, f"Files in {out}")
    bullets(console, [", ".join(path.relative_to(out).as_posix() for path in files)])
    if run is not None:
        console.print(f"Run: {run} (nwl-opt explain {run})", soft_wrap=True)
