"""The tables an extract can become: those of an instance, and those that a verb reads beside an instance."""

from __future__ import annotations

from dataclasses import replace

from models.shared.faults import Fault, InputFaults
from models.shared.register import Table
from nwl_opt.problems import load_problem


def tables_of(kind: str) -> tuple[Table, ...]:
    """The tables of a kind: first those of its instances, then those beside them.

    Raises
    ------
    InputFaults
        If there is no such kind.
    """
    return (*load_problem(kind).register.inputs, *_beside(kind))


def table_of(kind: str, name: str) -> Table:
    """One of these tables.

    Raises
    ------
    InputFaults
        If there is no such kind, or it has no such table.
    """
    tables = tables_of(kind)
    for table in tables:
        if table.name == name:
            return table
    known = ", ".join(table.name for table in tables)
    raise InputFaults([Fault(name, None, None, f"no table of {kind}", f"must be one of {known}",
                             "Correct the name.")])  # fmt: skip


def is_of_an_instance(kind: str, name: str) -> bool:
    """Whether the table is part of an instance, not beside it."""
    return any(table.name == name for table in load_problem(kind).register.inputs)


def _beside(kind: str) -> tuple[Table, ...]:
    """Tables that only `extract convert` makes: what verbs of a kind read beside an instance."""
    if kind == "estates":
        from nwl_opt.estates.charging.tables import SCHEDULE
        from nwl_opt.estates.measuring.tables import EXPORTS

        return (SCHEDULE, *EXPORTS.values())
    if kind == "reallocation":
        from models.reallocation.actuals import ACTUALS

        return (ACTUALS,)
    from nwl_opt.theatres.durations import HISTORY
    from nwl_opt.theatres.key_file import IDENTITY_COLUMNS
    from nwl_opt.theatres.pseudonyms import IDENTIFIED

    # A system may lack a column the waiting list needs: pseudonymise says which are still to be filled in.
    known = tuple(column.name for column in IDENTITY_COLUMNS)
    columns = tuple(one if one.name in known else replace(one, may_be_empty=True) for one in IDENTIFIED.columns)
    return (HISTORY, replace(IDENTIFIED, columns=columns))
