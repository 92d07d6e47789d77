"""Who patients are, joined from a key file while printing; it stands on the papers and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from models.shared.faults import Fault, InputFaults
from nwl_opt.theatres.key_file import Identity, read_key
from nwl_opt.theatres.printing.sheets import Who

_NOT_IN_KEY = ("not in the key file",)


def who_is_who(key: Path, patients: Iterable[str]) -> Who:
    """The lines that say who each patient is; patients the key does not know are said to be none of it.

    Raises
    ------
    InputFaults
        If the key file cannot be used, or knows none of the patients.
    """
    identities, asked = read_key(key), sorted(patients)
    if asked and not identities.keys() & set(asked):
        raise InputFaults([Fault(str(key), None, "patient_id", "none of this run's patients",
                                 "must be the key of this run's pseudonyms",
                                 "Give the key file written with its table of patients.")])  # fmt: skip
    return {p: tuple(_lines(identities[p])) if p in identities else _NOT_IN_KEY for p in asked}


def _lines(identity: Identity) -> Iterator[str]:
    yield identity.name
    yield f"born {identity.date_of_birth:%d/%m/%Y}"
    if identity.nhs_number is not None:
        yield f"NHS {_spaced(identity.nhs_number)}"
    elif identity.hospital_number is not None:
        yield f"hospital number {identity.hospital_number}"


def _spaced(nhs_number: str) -> str:
    """An NHS number as it is printed: 943 476 5919."""
    return f"{nhs_number[:3]} {nhs_number[3:6]} {nhs_number[6:]}"
