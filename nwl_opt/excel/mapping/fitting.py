"""How well a heading of theirs fits a column of ours: by its name, and by the values under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from models.shared.parsing import RawTable
from models.shared.register import Column, Register, Table
from nwl_opt.excel.mapping.days import date_form_of, parse_financial_year, parse_flag, parse_time
from nwl_opt.excel.mapping.grid import plain
from nwl_opt.excel.mapping.names import names_of, words_of
from nwl_opt.excel.mapping.numbers import parse_minutes, parse_number
from nwl_opt.excel.mapping.synonyms import CODES

_LOOKED_AT = 400
_SEPARATORS = (" - ", " – ", ": ", " (", " ")
Names = Mapping[str, str]
"""What another table calls its rows, as texts are compared, and their id."""


@dataclass(frozen=True)
class Fit:
    """How well one heading fits one column: by name and by values, each 0 to 1, and why."""

    name_score: float
    value_share: float
    reason: str

    @property
    def score(self) -> float:
        """One number by which headings are given away: a name whose values do not fit counts for less."""
        return self.name_score * (1.0 if self.value_share >= 0.5 else 0.6)


def fit_of(heading: str, texts: Sequence[str], table: Table, column: Column, names: Names) -> Fit:
    """The fit of a heading, with filled values under it, to a column; `names` are those it may refer to."""
    score, reason = _by_name(words_of(heading), names_of(table, column))
    share = value_share(texts, table, column, names)
    if score == 0.0 and _tells(texts, column, names) and share >= 0.9:
        return Fit(0.5, share, "its values are ours")
    if texts and share < 0.95:
        reason = f"{reason}, but {1 - share:.0%} of its values must be looked at"
    return Fit(score, share, reason)


def _by_name(words: Sequence[str], names: Sequence[Sequence[str]]) -> tuple[float, str]:
    if tuple(words) == tuple(names[0]):
        return 1.0, "the same name"
    if any(tuple(words) == tuple(name) for name in names[1:]):
        return 0.97, "a known name of it"
    best = max((len(set(words) & set(name)) / len(set(words) | set(name)) for name in names if name), default=0.0)
    return (0.8 * best, "a similar name") if words and best >= 0.5 else (0.0, "")


def _tells(texts: Sequence[str], column: Column, names: Names) -> bool:
    """Whether values alone can tell the column: a closed set of names, and more than yes and no."""
    return bool(column.allowed or names) and len(set(texts)) > 2


def value_share(texts: Sequence[str], table: Table, column: Column, names: Names) -> float:
    """The share of filled values that can be read as the column's; 1 where nothing is filled."""
    texts = texts[:_LOOKED_AT]
    if not texts:
        return 1.0
    understood = _reader_of(table, column, names)
    if column.kind in ("date", "datetime"):
        return (
            1.0 if date_form_of(texts) is not None else sum(date_form_of([t]) is not None for t in texts) / len(texts)
        )
    return sum(understood(text) for text in texts) / len(texts)


def _reader_of(table: Table, column: Column, names: Names) -> Callable[[str], bool]:
    if column.is_numeric:
        return lambda text: parse_number(text) is not None or parse_minutes(text) is not None
    if column.kind == "time":
        return lambda text: parse_time(text) is not None
    if column.kind == "financial_year":
        return lambda text: parse_financial_year(text) is not None
    if column.allowed or column.kind in ("flag", "unknown_flag") or names:
        return lambda text: translation(text, table, column, names) is not None
    return bool


def translation(text: str, table: Table, column: Column, names: Names) -> str | None:
    """Our code for theirs, where we know or can guess it."""
    if column.allowed:
        same = {plain(one): one for one in column.allowed}
        if plain(text) in same:
            return same[plain(text)]
    if plain(text) in names:
        return names[plain(text)]
    if column.kind == "flag" and (flag := parse_flag(text)) is not None:
        return flag
    for key in (f"{table.name}.{column.name}", column.name, column.kind):
        guessed = CODES.get(key, {}).get(plain(text))
        if guessed is not None and (not column.allowed or guessed in column.allowed):
            return guessed
    return None


def separator_after_code(texts: Sequence[str], table: Table, column: Column, names: Names) -> str:
    """What parts a code of ours from the words behind it, as in `P2 - within a month`; empty where nothing does."""
    if not (column.allowed or names) or value_share(texts, table, column, names) >= 0.9:
        return ""
    for separator in _SEPARATORS:
        parts = [text.partition(separator)[0].strip() for text in texts[:_LOOKED_AT] if separator in text]
        if len(parts) >= 0.9 * len(texts[:_LOOKED_AT]) and _all_known(parts, column, names):
            return separator
    return ""


def _all_known(parts: Collection[str], column: Column, names: Names) -> bool:
    known = {plain(one) for one in column.allowed} | set(names)
    return bool(parts) and all(plain(part) in known for part in parts)


def names_for(column: Column, tables: Mapping[str, RawTable], register: Register | None) -> dict[str, str]:
    """The ids and the printed names a column may refer to, with the id of each; a name of two rows is left out.

    With a register, a column that refers to nothing takes the table whose only key has its name: tables beside an
    instance name its things.
    """
    refers_to = column.refers_to or (_home_of(column, register) if register is not None else None)
    if refers_to is None:
        return {}
    table, _, target = refers_to.partition(".")
    raw = tables.get(table)
    if raw is None or target not in raw.header:
        return {}
    at = raw.header.index(target)
    found: dict[str, str] = {}
    if "name" in raw.header:
        name_at = raw.header.index("name")
        printed = Counter(plain(cells[name_at]) for cells in raw.rows)
        found = {plain(c[name_at]): c[at] for c in raw.rows if printed[plain(c[name_at])] == 1}
    return found | {plain(cells[at]): cells[at] for cells in raw.rows}


def _home_of(column: Column, register: Register) -> str | None:
    homes = [table.name for table in register.inputs if table.keys == (column.name,)]
    return f"{homes[0]}.{column.name}" if column.kind == "id" and len(homes) == 1 else None
