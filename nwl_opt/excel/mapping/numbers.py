"""Numbers as people and ledgers write them, exactly, and the units they are in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, InvalidOperation

from models.shared.register import Column

_POUNDS = "pounds"
_DIMENSIONS: dict[str, dict[str, Decimal]] = {
    "money": {"pounds": Decimal(1), "thousand pounds": Decimal(1000), "million pounds": Decimal(1_000_000),
              "pence": Decimal("0.01")},
    "share": {"share": Decimal(1), "percent": Decimal("0.01")},
    "time": {"minutes": Decimal(1), "hours": Decimal(60), "days": Decimal(1440), "weeks": Decimal(10_080)},
    "months": {"months": Decimal(1), "years": Decimal(12)},
    "area": {"m2": Decimal(1), "square feet": Decimal("0.09290304")},
    "length": {"m": Decimal(1), "km": Decimal(1000)},
}  # fmt: skip
_ENDINGS = (
    ("_gbp", "pounds"), ("_share", "share"), ("_minutes", "minutes"), ("_hours", "hours"), ("_days", "days"),
    ("_weeks", "weeks"), ("_months", "months"), ("_years", "years"), ("_m2", "m2"),
)  # fmt: skip
_GROUPED = re.compile(r"^\d{1,3}(,\d{3})+(\.\d+)?$")
_HOURS_MINUTES = re.compile(r"^(\d{1,3}):([0-5]\d)(:[0-5]\d)?$")
_NOTHING = frozenset({"-", "–", "—"})


@dataclass(frozen=True)
class Number:
    """A number, and whether a per cent sign stood behind it."""

    value: Decimal
    percent: bool = False


def parse_number(text: str, decimal: str = ".") -> Number | None:
    """A number such as £1,234.50, (1,234), 12.5 %, 1 234 or a dash for nothing; None where it is none."""
    bare = "".join(text.split()).replace("£", "").removeprefix("GBP").replace("−", "-")
    if bare in _NOTHING:
        return Number(Decimal(0))
    percent = bare.endswith("%")
    bare = bare.removesuffix("%")
    negative = False
    if bare.startswith("(") and bare.endswith(")"):
        negative, bare = True, bare[1:-1]
    elif bare.endswith("-"):
        negative, bare = True, bare[:-1]
    if bare.startswith(("-", "+")):
        negative, bare = negative != bare.startswith("-"), bare[1:]
    if decimal == ",":
        bare = bare.replace(".", "").replace(",", ".")
    elif _GROUPED.match(bare):
        bare = bare.replace(",", "")
    if not bare or not (bare[0].isdigit() or bare[0] == "."):
        return None
    try:
        value = Decimal(bare)
    except InvalidOperation:
        return None
    return Number(-value if negative else value, percent) if value.is_finite() else None


def parse_minutes(text: str) -> Decimal | None:
    """The minutes of a length of time written like 1:30; None where it is not."""
    found = _HOURS_MINUTES.match(text.strip())
    return Decimal(int(found[1]) * 60 + int(found[2])) if found else None


def unit_of(column: Column) -> str:
    """The unit a column of ours is in; empty where it has none that could be another."""
    if column.kind == "gbp":
        return _POUNDS
    if column.kind in ("share", "minutes"):
        return "share" if column.kind == "share" else "minutes"
    if not column.is_numeric:
        return ""
    for ending, unit in _ENDINGS:
        if column.name.endswith(ending) or f"{ending}_per_" in column.name:
            return unit
    return column.unit if column.unit in ("m", "m2", "minutes", "days", "months") else ""


def is_money(column: Column) -> bool:
    """Whether the column holds pounds."""
    return unit_of(column) == _POUNDS


def units_for(column: Column) -> tuple[str, ...]:
    """The units an extract may give the column in, our own first."""
    own = unit_of(column)
    for units in _DIMENSIONS.values():
        if own in units:
            return (own, *(name for name in units if name != own))
    return ()


def factor_between(theirs: str, column: Column) -> Decimal:
    """What a number in their unit is multiplied with; both units must be of one kind."""
    own = unit_of(column)
    units = next((units for units in _DIMENSIONS.values() if own in units), {})
    if not theirs or theirs == own or theirs not in units:
        return Decimal(1)
    return units[theirs] / units[own]


def plain_text(value: Decimal, decimals: int) -> str:
    """A number as a CSV holds it, without needless noughts, with at most so many digits behind the point."""
    exact = value.as_tuple().exponent
    if isinstance(exact, int) and -exact > max(decimals, 2):
        value = value.quantize(Decimal(1).scaleb(-max(decimals, 2)), ROUND_HALF_EVEN)
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def whole_keeping_total(values: Sequence[Decimal]) -> list[int]:
    """Whole numbers next to the values whose sum is the sum of the values, rounded: largest remainder, exactly."""
    floors = [value.to_integral_value(ROUND_FLOOR) for value in values]
    total = sum(values, Decimal(0)).to_integral_value(ROUND_HALF_EVEN)
    missing = int(total - sum(floors, Decimal(0)))
    order = sorted(range(len(values)), key=lambda at: (floors[at] - values[at], at))
    raised = frozenset(order[:missing])
    return [int(floor) + (at in raised) for at, floor in enumerate(floors)]
