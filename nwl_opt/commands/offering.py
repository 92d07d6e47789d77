"""After faults in a workbook: how to get them back as a copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.shared.faults import InputFaults
from nwl_opt.excel.naming import errors_copy_name


@contextmanager
def errors_copy_offered(path: Path) -> Iterator[None]:
    """Let faults through, with the command that marks them in a copy of the workbook.

    Raises
    ------
    InputFaults
        Those that were raised within.
    """
    try:
        yield
    except InputFaults as error:
        in_sheets = any(fault.file.startswith(f"{path.name}, sheet ") for fault in error.faults)
        if error.hint or not in_sheets:
            raise
        copy = path.with_name(errors_copy_name(path))
        hint = f'To mend them in Excel: nwl-opt validate "{path}" --errors "{copy}"'
        raise InputFaults(error.faults, hint) from None
