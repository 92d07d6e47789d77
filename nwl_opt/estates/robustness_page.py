"""A study of robustness as one page to read, in Markdown: made from the sentences and the tables that are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nwl_opt.estates.result_folder import ResultTable

PAGE_FILE = "robustness.md"
_SWITCHING = ("title", "planned", "way", "holds_at", "fails_at", "gives_way", "today_fails_too", "unit", "tolerance")
_PLANS = ("plan", "best_in", "hand_backs", "short_in", "impossible_in", "worst_unmet_above_best_contacts",
          "worst_npv_above_best_gbp", "least_maximum_regret")  # fmt: skip
_FUTURES = ("title", "setting", "npv_gbp", "unmet_contacts", "proved", "source", "provenance")
_SECTIONS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (
        "Regret",
        "Pounds above the best possible in the future; *short*: contacts over the whole plan that the plan leaves "
        "without a room and another would place.",
        "regret",
        (),
    ),
    ("Plans", "Each is the best in some future; what it decides stands in every other.", "plans", _PLANS),
    ("Futures", "Everything else is as in the instance.", "futures", _FUTURES),
    (
        "Switching values",
        "How far an assumption may move either way with the plan as it is; nothing fails where no value is given.",
        "switching_values",
        _SWITCHING,
    ),
    (
        "Hand-backs",
        "What would make each worth nothing: the avoidable share, the months late, the vacating payment.",
        "hand_back_switching",
        (),
    ),
    ("The most that can be saved", "", "ceiling", ()),
    ("Rooms beyond need", "", "rooms_beyond_need", ()),
)
"""Title, note, table and columns (none: all) of each part of the page."""


def robustness_page(title: str, command: str, sentences: Sequence[str], tables: Mapping[str, ResultTable]) -> str:
    """The page; `command` is what makes it."""
    return "\n".join([*_lines(title, command, sentences, tables), ""])


def _lines(about: str, command: str, sentences: Sequence[str], tables: Mapping[str, ResultTable]) -> Iterator[str]:
    yield "# How robust the plan is"
    yield ""
    yield f"{about}. Made by `{command}`; not written by hand."
    yield ""
    yield from (f"- {sentence}" for sentence in sentences)
    for title, note, name, columns in _SECTIONS:
        table = _matrix(tables[name]) if name == "regret" else tables[name]
        yield from _section(title, note, _some(table, columns) if columns else table)


def _section(title: str, note: str, table: ResultTable) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    if note:
        yield note
        yield ""
    yield f"| {' | '.join(name.replace('_', ' ') for name in table.columns)} |"
    yield f"|{'---|' * len(table.columns)}"
    for row in table.rows:
        yield f"| {' | '.join(row)} |"


def _some(table: ResultTable, names: Sequence[str]) -> ResultTable:
    places = [table.columns.index(name) for name in names]
    return ResultTable(tuple(names), tuple(tuple(row[at] for at in places) for row in table.rows))


def _matrix(regret: ResultTable) -> ResultTable:
    """Futures against plans."""
    plans = tuple(dict.fromkeys(row[0] for row in regret.rows))
    futures = tuple(dict.fromkeys(row[1] for row in regret.rows))
    cells = {(row[0], row[1]): _cell(row) for row in regret.rows}
    return ResultTable(
        ("future", *plans), tuple((future, *(cells[plan, future] for plan in plans)) for future in futures)
    )


def _cell(row: Sequence[str]) -> str:
    standing, unmet_above, npv_above = row[2], row[5], row[6]
    if standing == "fits":
        return f"{int(npv_above):,}"
    return f"short {int(unmet_above):,}" if standing == "short" else standing
