"""The virement sheet as a file: what the finance team posts, and on top what an auditor asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from models.reallocation.virement import Entry, journal, restated_gbp
from nwl_opt.files.tables import csv_bytes
from nwl_opt.plain import mapping_of, number_of, objects_of
from nwl_opt.reallocation.saved_plan import SavedPlan
from nwl_opt.run_folder import DECISIONS_FILE
from nwl_opt.words import STATUS_WORDS, provenance_sentences

COLUMNS = (
    "year",
    "journal",
    "ledger_line",
    "description",
    "full_year_debit_gbp",
    "full_year_credit_gbp",
    "this_year_debit_gbp",
    "this_year_credit_gbp",
    "effective_date",
    "from",
    "to",
    "recurrent",
    "reason",
)
_JOURNALS = {True: "recurrent", False: "once only"}


@dataclass(frozen=True)
class JournalSum:
    """What one journal comes to: its debits are its credits."""

    year: str
    journal: str
    entries: int
    full_year_debit_gbp: int
    full_year_credit_gbp: int
    this_year_debit_gbp: int
    this_year_credit_gbp: int


@dataclass(frozen=True)
class Sheet:
    """A virement sheet: audit lines, entries by journal, and what each journal comes to."""

    audit: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    sums: tuple[JournalSum, ...]

    def csv(self) -> bytes:
        """The sheet as CSV: audit lines, an empty row, the columns, and after each journal its total."""
        rows: list[Sequence[str]] = [*self.audit[1:], (), COLUMNS]
        for total, group in zip(self.sums, _journals(self.entries), strict=True):
            rows += [_row(entry) for entry in group]
            rows.append(_total_row(total))
        return csv_bytes(self.audit[0], rows)


def virement_sheet(saved: SavedPlan) -> Sheet:
    """The sheet of a saved plan."""
    entries = tuple(journal(saved.plan))
    return Sheet(tuple(_audit(saved)), entries, tuple(_sum(group) for group in _journals(entries)))


def _journals(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    for _, group in groupby(entries, key=lambda entry: (entry.year, entry.is_recurrent)):
        yield list(group)


def _sum(entries: Sequence[Entry]) -> JournalSum:
    full, part = [entry.full_year_gbp for entry in entries], [entry.this_year_gbp for entry in entries]
    first = entries[0]
    return JournalSum(
        first.year, _JOURNALS[first.is_recurrent], len(entries), _debits(full), _credits(full), _debits(part),
        _credits(part),
    )  # fmt: skip


def _debits(amounts: Sequence[int]) -> int:
    return sum(gbp for gbp in amounts if gbp > 0)


def _credits(amounts: Sequence[int]) -> int:
    return -sum(gbp for gbp in amounts if gbp < 0)


def _row(entry: Entry) -> tuple[str, ...]:
    return (
        entry.year,
        _JOURNALS[entry.is_recurrent],
        entry.ledger_line,
        entry.description,
        *_two_columns(entry.full_year_gbp),
        *_two_columns(entry.this_year_gbp),
        entry.effective.isoformat(),
        entry.giver,
        entry.receiver,
        "yes" if entry.is_recurrent else "no",
        entry.reason,
    )


def _two_columns(gbp: int) -> tuple[str, str]:
    """Debit and credit; the other one is empty."""
    return (str(gbp) if gbp > 0 else "", str(-gbp) if gbp < 0 else "")


def _total_row(total: JournalSum) -> tuple[str, ...]:
    sums = (
        total.full_year_debit_gbp,
        total.full_year_credit_gbp,
        total.this_year_debit_gbp,
        total.this_year_credit_gbp,
    )
    name = f"total of the journal, {total.entries} entries"
    return (total.year, total.journal, "TOTAL", name, *(str(gbp) for gbp in sums), "", "", "", "", "")


def _audit(saved: SavedPlan) -> Iterator[tuple[str, str]]:
    """What an auditor needs to find the run again, and what a reader must know before posting anything."""
    record = saved.record
    hashes = {str(entry.get("file")): str(entry.get("sha256")) for entry in objects_of(record.get("outputs"))}
    status = str(record.get("status"))
    yield "virement sheet of", str(record.get("title"))
    yield "run", saved.run.folder.resolve().name
    yield "solved at", str(record.get("started_at"))
    yield "inputs (SHA-256)", str(mapping_of(record.get("instance")).get("sha256"))
    yield "plan (SHA-256)", hashes.get(DECISIONS_FILE, "not recorded")
    yield "made with", f"nwl-opt {record.get('tool_version')}"
    yield "asked by", str(record.get("who") or "not said")
    yield "asked why", str(record.get("why") or "not said")
    yield "came to", f"{STATUS_WORDS.get(status, status)}; the independent check passed"
    shares = mapping_of(record.get("provenance"))
    for sentence in provenance_sentences({name: number_of(share) or 0.0 for name, share in shares.items()}):
        yield "numbers", sentence
    restated = restated_gbp(saved.plan.instance)
    if restated:
        yield ("not posted", f"The plan opens with £{restated:,} on other lines than the ledger, so that spend and "
               "need agree as stated; the journals hold the changes from there on.")  # fmt: skip
    yield "reading", "A debit raises a budget, a credit lowers it; each journal's debits are its credits, in pounds."
