"""What extracts came to, in words that the command line and the app share."""

from __future__ import annotations

from decimal import Decimal

from nwl_opt.excel.mapping.loading import LoadedTable
from nwl_opt.excel.mapping.money import MoneySum
from nwl_opt.excel.mapping.rows import MappedTable

_JUMP = 100
MONEY_HEADINGS = ("pounds", "in the extract", "left out", "loaded", "rounding", "reconciles")


def money_rows(mapped: MappedTable) -> list[tuple[str, ...]]:
    """Each column of pounds before and after, as `MONEY_HEADINGS` say."""
    return [_money_row(one) for one in mapped.money]


def table_sentences(one: LoadedTable) -> list[str]:
    """What one extract did to its table, in words."""
    name = one.mapped.table.name
    said = {
        "replace": f"{name}: {one.rows_before:,} rows replaced by {one.rows_after:,}.",
        "append": f"{name}: {len(one.mapped.rows):,} rows added to {one.rows_before:,}.",
        "update": f"{name}: {one.rows_changed:,} of {one.rows_before:,} rows changed; "
        f"{one.rows_before - len(one.mapped.rows):,} rows are not in the extract and stay.",
    }[one.mapping.way]
    removed = [
        f"{table}: {count:,} rows removed, as what they refer to is gone."
        for table, count in sorted(one.orphans_removed.items())
    ]
    return [said, *removed, *_before_and_after(one)]


def _before_and_after(one: LoadedTable) -> list[str]:
    """What the whole table held in pounds and holds now; a jump by a hundred is most likely a wrong unit."""
    said: list[str] = []
    for column, before in one.pounds_before.items():
        now = one.pounds_after[column]
        doubt = before > 0 and now > 0 and not before / _JUMP <= now <= before * _JUMP
        question = " Is the unit right?" if doubt else ""
        said.append(f"{column}: the table held {pounds(before)}, now {pounds(now)}.{question}")
    return said


def row_sentences(mapped: MappedTable) -> list[str]:
    """Rows read, left out with the reason, joined, and what was noticed."""
    kept = len(mapped.rows)
    said = [f"{mapped.rows_read:,} rows read, {kept:,} loaded."]
    said += [f"{count:,} left out: {reason}." for reason, count in mapped.left_out.items()]
    if mapped.rows_joined:
        said.append(f"{mapped.rows_joined:,} rows summed into others of the same key.")
    said += [f"{notice}." for notice in mapped.notices]
    if mapped.unused_headings:
        said.append(f"Headings not used: {', '.join(mapped.unused_headings)}.")
    return said


def money_sentences(one: MoneySum) -> list[str]:
    """What was left out by reason, and what the extract's own totals say."""
    said = [f"{one.column}: {pounds(gbp)} left out: {reason}." for reason, gbp in one.left_out_gbp.items() if gbp]
    row, stated = one.stated[-1] if one.stated else (0, Decimal(0))
    if one.agrees_with_a_stated_total:
        said.append(f"{one.column}: the total the extract states is the sum of its rows.")
    elif one.stated:
        said.append(f"{one.column}: row {row} states a total of {pounds(stated)}, its rows sum to "
                    f"{pounds(one.extract_gbp)}.")  # fmt: skip
    return said


def pounds(amount: Decimal) -> str:
    """An amount to the penny, or to the pound where there are no pence."""
    sign, size = "-" if amount < 0 else "", abs(amount)
    return f"{sign}£{size:,.0f}" if size == size.to_integral_value() else f"{sign}£{size:,.2f}"


def _money_row(one: MoneySum) -> tuple[str, ...]:
    out = sum(one.left_out_gbp.values(), Decimal(0))
    return (one.column, pounds(one.extract_gbp), pounds(out), pounds(one.loaded_gbp), pounds(one.rounding_gbp),
            "yes" if one.reconciles else "NO")  # fmt: skip
