"""A proposed mapping to be corrected, and what extracts came to: rows, what was left out, pounds before and after."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Console

from nwl_opt.excel.mapping import Loaded, LoadedTable, MappedTable, MoneySum, Proposal
from nwl_opt.terminal.console import bullets, heading, show_table


def show_proposal(console: Console, proposal: Proposal) -> None:
    """One line for each column of ours that was found, then what is left over on both sides."""
    rules = {rule.to: rule for rule in proposal.mapping.columns}
    rows = [
        (
            one.column.name,
            " + ".join(one.headings) or " + ".join(rules[one.column.name].made_of),
            one.confidence,
            rules[one.column.name].unit or rules[one.column.name].date,
            ", ".join(one.samples),
            one.reason,
        )
        for one in proposal.proposed
    ]
    headings = ("our column", "from their heading", "how sure", "unit or form", "values", "why")
    show_table(console, headings, rows, title=f"{proposal.table.name} from {proposal.grid.file}")
    if proposal.needed:
        heading(console, "Not found, and needed")
        bullets(console, [f"{column.name}: {column.meaning}" for column in proposal.needed])
    if proposal.untranslated:
        heading(console, "Codes to be translated")
        bullets(console, [f"{name}: {code} ({count:,} rows)" for name, own in sorted(proposal.untranslated.items())
                          for code, count in own.items()])  # fmt: skip
    if proposal.optional:
        heading(console, "Not found, and not needed")
        bullets(console, [", ".join(column.name for column in proposal.optional)])
    if proposal.leftover:
        heading(console, "Their headings that are not used")
        bullets(console, [", ".join(one.heading for one in proposal.leftover)])
    if proposal.mapping.leave_out:
        heading(console, "Rows to be left out")
        bullets(console, [rule.in_words for rule in proposal.mapping.leave_out])
    if proposal.identities:
        heading(console, "Not taken: they say who a person is")
        bullets(console, [", ".join(proposal.identities)])


def show_loaded(console: Console, loaded: Loaded) -> None:
    """What each extract did to its table."""
    for one in loaded.tables:
        show_mapped(console, one.mapped)
        bullets(console, table_sentences(one))


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
    return [said, *removed]


def show_mapped(console: Console, mapped: MappedTable) -> None:
    """Rows and pounds of one extract."""
    heading(console, f"{mapped.table.name} from {mapped.file}")
    bullets(console, row_sentences(mapped))
    if mapped.money:
        headings = ("pounds", "in the extract", "left out", "loaded", "rounding", "reconciles")
        rows = [_money_row(one) for one in mapped.money]
        show_table(console, headings, rows, (False, True, True, True, True, False))
        bullets(console, [sentence for one in mapped.money for sentence in money_sentences(one)])


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
    if one.agrees_with_a_stated_total:
        said.append(f"{one.column}: a total the extract states is what was loaded.")
    elif one.agrees_with_a_stated_total is False:
        row, stated = one.stated[-1]
        said.append(f"{one.column}: row {row} states a total of {pounds(stated)}, which is not what was loaded "
                    f"({pounds(one.loaded_gbp)}).")  # fmt: skip
    return said


def pounds(amount: Decimal) -> str:
    """An amount to the penny, or to the pound where there are no pence."""
    sign, size = "-" if amount < 0 else "", abs(amount)
    return f"{sign}£{size:,.0f}" if size == size.to_integral_value() else f"{sign}£{size:,.2f}"


def _money_row(one: MoneySum) -> tuple[str, ...]:
    out = sum(one.left_out_gbp.values(), Decimal(0))
    return (one.column, pounds(one.extract_gbp), pounds(out), pounds(one.loaded_gbp), pounds(one.rounding_gbp),
            "yes" if one.reconciles else "NO")  # fmt: skip
