"""The report of a run: the sections in their order, or why there is nothing to recommend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from nwl_opt.files.atomic import write_atomically
from nwl_opt.reporting import common, of_any, of_estates, of_reallocation, of_theatres
from nwl_opt.reporting.content import Block, Imprint, Paragraph, Report, Section
from nwl_opt.reporting.html import as_html
from nwl_opt.reporting.naming import file_stem
from nwl_opt.reporting.pdf import as_pdf
from nwl_opt.reporting.reading import ReadRun, read_for_report
from nwl_opt.reporting.small_numbers import without_patients
from nwl_opt.reporting.standing import checked_words
from nwl_opt.reporting.told import Told
from nwl_opt.run_folder import refuse_inside, short_id
from nwl_opt.words import percent, provenance_sentences

WORKBOOK = "xlsx"
FORMATS = ("html", "pdf", WORKBOOK)

_NO_MORE = Paragraph("The run says nothing more on this.")


@dataclass(frozen=True)
class Face:
    """How a kind of problem is reported, with a plan and without."""

    tell: Callable[[ReadRun], Told]
    clash: Callable[[ReadRun], tuple[Block, ...]]


FACES: Mapping[str, Face] = {
    "reallocation": Face(of_reallocation.tell, of_reallocation.clash),
    "theatres": Face(of_theatres.tell, of_theatres.clash),
    "estates": Face(of_estates.tell, of_estates.clash),
}
_ANY = Face(of_any.tell, of_any.clash)


def write_report(run_folder: Path, form: str, out: Path, printed_at: dt.datetime) -> Path:
    """Write the report of a run as a new file; returns it.

    `out` is the file when it ends as the form does, else the folder it goes to under a name that says what it holds.

    Raises
    ------
    InputFaults
        If the run cannot be read, the form is not known, or the file cannot be written: it lies in the run, or is
        there already.
    """
    if form not in FORMATS:
        raise InputFaults([Fault("--format", None, None, form, f"must be one of {', '.join(FORMATS)}",
                                 "Write for example --format pdf.")])  # fmt: skip
    if form == WORKBOOK:
        from nwl_opt.excel.results import write_results

        return write_results(run_folder, out, printed_at)
    refuse_inside(out, run_folder)
    read = read_for_report(run_folder)
    path = out if out.suffix.lower() == f".{form}" else out / f"{file_stem(read)}.{form}"
    if path.exists():
        raise InputFaults([Fault(str(path), None, None, "is there already",
                                 "must be a new file: nothing is overwritten",
                                 "Move or rename it, or choose another name.")])  # fmt: skip
    report = make_report(read, printed_at)
    content = as_html(report) if form == "html" else as_pdf(report, printed_at)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
    except OSError as error:
        raise InputFaults([Fault(str(path), None, None, f"cannot be written ({error.strerror or error})",
                                 "must be in a folder we may write to",
                                 "Choose another folder.")]) from None  # fmt: skip
    return path


def make_report(read: ReadRun, printed_at: dt.datetime) -> Report:
    """The report of a run in whatever state it is.

    Raises
    ------
    InputFaults
        If the tables of a baseline cannot be read.
    """
    face = FACES.get(read.kind, _ANY)
    sections = _of_a_plan(read, face) if read.standing.usable else _without_a_plan(read, face)
    shares = read.provenance
    return Report(
        title=str(read.told.get("title") or read.validation.parsed.title),
        standing=read.standing,
        marks=tuple(provenance_sentences(shares)),
        short_mark=_short_mark(shares),
        imprint=_imprint(read, printed_at),
        sections=sections,
    )


def _of_a_plan(read: ReadRun, face: Face) -> tuple[Section, ...]:
    told = face.tell(read)
    return (
        Section("What we recommend", (Paragraph(_qualified(read, told.recommends)),)),
        Section("The plan", (*told.plan, *common.beside_baselines(read))),
        Section("What binds", told.binds or (_NO_MORE,)),
        Section("What would change the answer", told.changes or (_NO_MORE,)),
        Section("Who is affected", told.affected or (_NO_MORE,)),
        common.provenance(read, told.assumed),
        common.checks(read),
        *told.appendices,
        *common.all_figures(read),
        common.settings_and_tables(read),
        common.mathematics(read),
    )


def _without_a_plan(read: ReadRun, face: Face) -> tuple[Section, ...]:
    """What came of the run instead of a plan; of a plan that must not be used nothing else is shown."""
    failed = read.check is not None and not read.check.passed
    if read.run.status == "infeasible" and read.check is None:
        first = Section("Why there is no plan, and what would mend it", face.clash(read) or (_NO_MORE,))
    elif failed:
        first = Section("Why this plan must not be used", common.findings_of(read) or (_NO_MORE,))
    else:
        first = Section("What came of this run", tuple(Paragraph(text) for text in read.standing.more))
    return (
        first,
        common.provenance(read, ()),
        common.checks(read),
        common.settings_and_tables(read),
        common.mathematics(read),
    )


def _qualified(read: ReadRun, recommends: str) -> str:
    """The paragraph, with what it rests on at its end, and before it what must be known first."""
    before = f"{read.standing.sentence} " if read.standing.tone == "caution" else ""
    checked = checked_words(read.check) if read.check is not None else ""
    synthetic, assumed = (read.provenance.get(name, 0.0) for name in ("synthetic", "assumption"))
    rests = ""
    if synthetic:
        rests = (
            f" {percent(synthetic)} of the input figures are synthetic and {percent(assumed)} are assumptions: until "
            "they are replaced, this shows what the method does and is no proposal for a real place, list or "
            "building."
        )
    elif assumed:
        rests = f" {percent(assumed)} of the input figures are assumptions."
    return f"{before}{recommends} {checked}{rests}"


def _short_mark(shares: Mapping[str, float]) -> str:
    """A few words for the foot of every page; empty where nothing is invented."""
    synthetic = shares.get("synthetic", 0.0)
    return f"SYNTHETIC DATA: {percent(synthetic)} of the figures are invented" if synthetic else ""


def _imprint(read: ReadRun, printed_at: dt.datetime) -> Imprint:
    solved = read.solved_at
    return Imprint(
        kind=read.kind,
        run=read.name,
        run_id=short_id(read.run.folder),
        solved_at="" if solved is None else f"{solved:%d/%m/%Y %H:%M} {solved.tzname() or ''}".strip(),
        printed_at=f"{printed_at:%d/%m/%Y %H:%M} {printed_at.tzname() or ''}".strip(),
        who=str(read.told.get("who") or ""),
        why=without_patients(str(read.told.get("why") or ""), read.patient_ids),
    )
