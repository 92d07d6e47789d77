"""A proposed mapping to be corrected, and what extracts came to: rows, what was left out, pounds before and after."""

from __future__ import annotations

from rich.console import Console

from nwl_opt.excel.mapping import Loaded, MappedTable, Proposal
from nwl_opt.excel.mapping.words import MONEY_HEADINGS, money_rows, money_sentences, row_sentences, table_sentences
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


def show_mapped(console: Console, mapped: MappedTable) -> None:
    """Rows and pounds of one extract."""
    heading(console, f"{mapped.table.name} from {mapped.file}")
    bullets(console, row_sentences(mapped))
    if mapped.money:
        rows = money_rows(mapped)
        show_table(console, MONEY_HEADINGS, rows, (False, True, True, True, True, False))
        bullets(console, [sentence for one in mapped.money for sentence in money_sentences(one)])
