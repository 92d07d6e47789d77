"""`extract propose`, `load` and `convert`: what other systems export, by a saved mapping."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.shared.faults import Fault, InputFaults
from nwl_opt.commands.options import InstanceArgument, KindArgument
from nwl_opt.problems import find_file, find_instance
from nwl_opt.terminal.console import heading, out_console

if TYPE_CHECKING:
    from nwl_opt.excel.mapping import Load

app = typer.Typer(
    help="Load what other systems export: waiting lists, rotas, ledgers, charging schedules.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("propose")
def propose(
    kind: KindArgument,
    table: Annotated[str, typer.Argument(help="The table it is for, e.g. patients, lists, ledger, suites.")],
    extract: Annotated[str, typer.Argument(help="The export: a CSV file or an .xlsx workbook.")],
    out: Annotated[Path, typer.Option("--out", help="A new file for the mapping (mapping.toml).")],
    instance: Annotated[
        str | None, typer.Option("--instance", help="An instance whose names tell codes apart.")
    ] = None,
) -> None:
    """Propose a mapping to be corrected.

    Their headings to our columns, by names and values, with how sure each is; the file says the same in comments.
    """
    from nwl_opt.excel.mapping import propose as make_proposal
    from nwl_opt.files.atomic import write_atomically
    from nwl_opt.terminal.extracts import show_proposal

    if out.exists():
        raise InputFaults([Fault(str(out), None, None, "there already", "must be new", "Choose another name.")])
    proposal = make_proposal(find_file(extract), kind, table, None if instance is None else find_instance(instance))
    try:
        write_atomically(out, proposal.text().encode())
    except OSError as error:
        raise InputFaults([Fault(str(out), None, None, f"cannot be written ({error.strerror})",
                                 "must be a file we may write", "Choose another.")]) from None  # fmt: skip
    console = out_console()
    show_proposal(console, proposal)
    heading(console, "Next")
    console.print(f"Correct {out}, then: nwl-opt extract load INSTANCE {out} {extract} --out NEW", soft_wrap=True)


@app.command("load")
def load(
    instance: InstanceArgument,
    pairs: Annotated[
        list[str],
        typer.Argument(metavar="MAPPING EXTRACT...", help="A mapping and its extract; more pairs may follow."),
    ],
    out: Annotated[Path, typer.Option("--out", help="A new folder, or a new workbook (name.xlsx).")],
    append: Annotated[
        bool, typer.Option("--append", help="Add the rows to those the tables have, whatever the mappings say.")
    ] = False,
    with_faults: Annotated[
        bool, typer.Option("--with-faults", help="Write the copy even if it has faults; the exit code is still 2.")
    ] = False,
) -> None:
    """Load extracts into a copy of an instance.

    Rows left out are counted, pounds are summed before and after, and what comes out is validated.
    """
    from nwl_opt.excel.mapping import load_extracts, write_loaded
    from nwl_opt.terminal.extracts import show_loaded

    _refuse_used(out)
    loaded = load_extracts(find_instance(instance), _loads(pairs, append))
    console = out_console()
    show_loaded(console, loaded)
    if not loaded.faults or with_faults:
        console.print(f"Written: {write_loaded(loaded, out)}", soft_wrap=True)
    if loaded.faults:
        raise InputFaults(loaded.faults)
    console.print("No faults.")


@app.command("convert")
def convert(
    mapping: Annotated[str, typer.Argument(help="The mapping (mapping.toml).")],
    extract: Annotated[str, typer.Argument(help="The export: a CSV file or an .xlsx workbook.")],
    out: Annotated[Path, typer.Option("--out", help="A new CSV file with our columns.")],
) -> None:
    """Make a table of ours from an extract, without an instance.

    For what other verbs read: charging schedules, bookings, contacts, sensors, outturns, cases done.
    """
    from nwl_opt.excel.mapping import Load, convert_extract, read_mapping, write_table
    from nwl_opt.terminal.extracts import show_mapped

    mapped = convert_extract(Load(read_mapping(find_file(mapping)), find_file(extract)))
    console = out_console()
    show_mapped(console, mapped)
    write_table(mapped, out)
    console.print(f"Written: {out} ({len(mapped.rows):,} rows)", soft_wrap=True)


def _loads(pairs: list[str], append: bool) -> list[Load]:
    """Mappings and extracts in turn; what is wrong with any mapping is told at once."""
    from dataclasses import replace

    from nwl_opt.excel.mapping import Load, read_mapping

    if len(pairs) % 2:
        raise InputFaults([Fault("MAPPING EXTRACT", None, None, f"{len(pairs)} files", "must be a mapping and an "
                                 "extract, in turn", "Give each extract after its mapping.")])  # fmt: skip
    loads: list[Load] = []
    faults: list[Fault] = []
    for mapping, extract in zip(pairs[::2], pairs[1::2], strict=True):
        try:
            read = read_mapping(find_file(mapping))
            loads.append(Load(replace(read, way="append") if append else read, find_file(extract)))
        except InputFaults as error:
            faults.extend(error.faults)
    if faults:
        raise InputFaults(faults)
    return loads


def _refuse_used(out: Path) -> None:
    from nwl_opt.run_folder import refuse_used_folder

    if out.suffix.lower() != ".xlsx":
        refuse_used_folder(out)
    elif out.exists():
        raise InputFaults([Fault(str(out), None, None, "there already", "must be new",
                                 "Choose another name; nothing was overwritten.")])  # fmt: skip
