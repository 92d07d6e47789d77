"""A reconciliation of charges, as it is shown."""

from __future__ import annotations

from rich.console import Console

from models.shared.cells import Cell
from nwl_opt.estates.charging.compare import Comparison, share_of, site_rows
from nwl_opt.estates.charging.lines import ICB, PENCE
from nwl_opt.estates.charging.reconcile import Reconciled
from nwl_opt.terminal.console import bullets, heading, show_table
from nwl_opt.words import number_words, percent

_HEADINGS = ("site", "charged", "register", "difference", "%", "lines differ", "schedule only", "register only",
             "last year")  # fmt: skip


def show_reconciliation(console: Console, done: Reconciled) -> None:
    """Sites, sums, what is noticed, and the largest questions."""
    comparison = done.comparison
    rows = site_rows(comparison)
    shown = [_cells(row) for row in rows]
    shown.append(_cells({"site_id": "all", **{name: _sum(rows, name) for name in rows[0] if name != "site_id"}}))
    show_table(console, _HEADINGS, shown, (False, *(True,) * 8), f"Charges of a year, register of {comparison.day}")
    heading(console, "What stands out")
    bullets(console, _said(comparison))
    heading(console, "The largest questions" if done.queries else "No question worth a letter")
    bullets(console, [query.question for query in done.queries])
    if done.notices:
        heading(console, "Noticed on reading")
        bullets(console, done.notices)


def _cells(row: dict[str, Cell]) -> tuple[str, ...]:
    charged, registered = _pence(row["charged_gbp"]), _pence(row["registered_gbp"])
    share = share_of(charged - registered, registered)
    names = ("lines_differ_gbp", "schedule_only_gbp", "register_only_gbp")
    last_year = row["last_year_gbp"]
    return (
        str(row["site_id"]),
        _pounds(charged),
        _pounds(registered),
        _pounds(charged - registered),
        "" if share is None else percent(share),
        *(_pounds(_pence(row[name])) for name in names),
        "" if last_year is None else _pounds(_pence(last_year)),
    )


def _said(comparison: Comparison) -> list[str]:
    differences = comparison.differences
    total = comparison.charged_pence - comparison.registered_pence
    unfounded = [one for one in differences if one.unfounded_m2]
    said = [
        f"{_pounds(comparison.charged_pence)} is charged, {_pounds(comparison.registered_pence)} is in the register: "
        f"a difference of {_pounds(total)}, to which the sites sum exactly.",
        f"{_count(differences, 'both')} lines stand in both, {_count(differences, 'schedule_only')} in the schedule "
        f"only, {_count(differences, 'register_only')} in the register only.",
        f"{sum(one.unfounded_m2 for one in unfounded):,.6g} m2 are charged to the ICB that are neither void nor "
        f"occupied by it: {_pounds(sum(one.unfounded_pence for one in unfounded))} a year, {len(unfounded)} lines.",
    ]
    rows = [one for one in differences if one.key[2] == ICB and one.change_pence is not None]
    if comparison.last_year is not None:
        change = sum(one.change_pence or 0 for one in rows)
        words = f"{_pounds(abs(change))} {'more' if change >= 0 else 'less'}"
        said.append(f"Lines of the ICB that stood in last year's schedule come to {words} than then.")
    if comparison.left_out:
        said.append(f"{len(comparison.left_out)} sites of the register are in neither schedule and were left out.")
    return said


def _count(differences: object, found: str) -> int:
    assert isinstance(differences, tuple)
    return sum(1 for one in differences if one.found == found)


def _sum(rows: list[dict[str, Cell]], name: str) -> Cell:
    values = [row[name] for row in rows]
    if any(value is None for value in values):
        return None
    return sum(_pence(value) for value in values) / PENCE


def _pence(value: Cell) -> int:
    assert isinstance(value, (int, float))
    return round(value * PENCE)


def _pounds(pence: int) -> str:
    return number_words(pence / PENCE, "gbp")
