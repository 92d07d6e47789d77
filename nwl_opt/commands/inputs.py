"""`validate`, `new`, `generate`, `dictionary`, `scenarios`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from models.shared.faults import Fault, InputFaults
from nwl_opt.commands.offering import errors_copy_offered
from nwl_opt.commands.options import InstanceArgument, KindArgument, ScenarioOption, SeedOption, SetOption
from nwl_opt.dictionary import dictionary_text
from nwl_opt.excel.errors_copy import write_copy_with_faults
from nwl_opt.files.atomic import write_atomically
from nwl_opt.files.reading import read_header
from nwl_opt.files.writing import instance_as_text
from nwl_opt.generating import generate_instance, parse_sizes
from nwl_opt.opening import provenance_shares, validate_instance
from nwl_opt.problems import find_instance, find_scenario, kinds, load_problem, shipped_instances, shipped_scenarios
from nwl_opt.scenario import parse_assignments, read_scenario
from nwl_opt.templates import check_target, write_as_text, write_copy, write_template
from nwl_opt.terminal.console import bullets, heading, out_console, show_table
from nwl_opt.terminal.faults import show_notices
from nwl_opt.words import provenance_sentences


def validate(
    instance: InstanceArgument,
    scenario: ScenarioOption = None,
    set_: SetOption = None,
    errors: Annotated[
        Path | None,
        typer.Option("--errors", help="Where there are faults: write a copy as a workbook in which each is marked."),
    ] = None,
) -> None:
    """Check the inputs only.

    Tells every fault at once, with file, row, column and how to mend it.
    """
    path = find_instance(instance)
    try:
        with errors_copy_offered(path):
            _validate(path, scenario, set_ or [])
    except InputFaults as error:
        if errors is None:
            raise
        write_copy_with_faults(path, errors, error.faults)
        raise InputFaults(error.faults, f"Marked in a copy: {errors}") from None
    if errors is not None:
        out_console().print("No copy was written.")


def _validate(path: Path, scenario: str | None, assignments: Sequence[str]) -> None:
    settings = parse_assignments(assignments)
    chosen = None
    if scenario is not None:
        chosen = read_scenario(find_scenario(scenario, str(read_header(path).get("kind", ""))))
    validation = validate_instance(path, chosen, settings)
    console = out_console()
    console.print(f"{validation.parsed.title} ({validation.kind})")
    show_notices(console, validation.notices, everything=True)
    if validation.faults:
        raise InputFaults(validation.faults)
    show_table(
        console, ("table", "rows"), [(name, f"{rows:,}") for name, rows in validation.rows.items()], (False, True)
    )
    bullets(console, provenance_sentences(provenance_shares(validation.parsed.provenance_counts)))
    console.print("No faults.")


def new(
    kind: KindArgument,
    target: Annotated[Path, typer.Argument(help="A new folder, or a new workbook (name.xlsx).")],
    copy_of: Annotated[
        str | None,
        typer.Option("--from", help="Fill it with a shipped instance, e.g. tiny, or with one of your own."),
    ] = None,
) -> None:
    """Write an empty instance to fill in.

    A folder of CSV files, or a workbook with notes and drop-down lists.
    """
    problem = load_problem(kind)
    check_target(target)
    if copy_of is None:
        write_template(target, problem)
    else:
        own = copy_of not in shipped_instances(kind) and Path(copy_of).exists()
        write_copy(target, problem, find_instance(copy_of if own else f"{kind}/{copy_of}"))
    console = out_console()
    console.print(f"Written: {target}", soft_wrap=True)
    console.print(f"Fill it in, then: nwl-opt validate {target}", soft_wrap=True)


def generate(
    kind: KindArgument,
    target: Annotated[Path, typer.Argument(help="A new folder, or a new workbook (name.xlsx).")],
    seed: SeedOption = 1,
    size: Annotated[
        list[str] | None, typer.Option("--size", metavar="NAME=NUMBER", help="A size of the generator. Repeatable.")
    ] = None,
) -> None:
    """Make a synthetic instance from a seed.

    Every number in it is marked synthetic or assumed.
    """
    problem = load_problem(kind)
    check_target(target)
    header, tables = generate_instance(kind, seed, parse_sizes(size or []))
    write_as_text(target, problem.register, instance_as_text(str(target), problem.register, header, tables))
    rows = sum(len(table_rows) for table_rows in tables.values())
    out_console().print(f"Written: {target} ({rows:,} rows, seed {seed})", soft_wrap=True)


def dictionary(
    kind: KindArgument,
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this Markdown file.")] = None,
) -> None:
    """Explain every table, column and setting."""
    text = dictionary_text(load_problem(kind))
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        write_atomically(out, text.encode())
    except OSError as error:
        raise InputFaults([Fault(str(out), None, None, f"cannot be written ({error.strerror})",
                                 "must be a file we may write", "Choose another.")]) from None  # fmt: skip


def scenarios(kind: Annotated[str | None, typer.Argument(help="One kind; all of them without it.")] = None) -> None:
    """List the shipped instances and scenarios."""
    console = out_console()
    for one in kinds() if kind is None else (kind,):
        heading(console, one)
        console.print(f"instances: {', '.join(f'{one}/{name}' for name in shipped_instances(one))}")
        rows = []
        for path in shipped_scenarios(one):
            scenario = read_scenario(path)
            rows.append((path.stem, scenario.title, scenario.instance, ", ".join(scenario.binds)))
        if rows:
            show_table(console, ("scenario", "what it asks", "for instance", "shows rules"), rows)
