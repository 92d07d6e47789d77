"""Synthetic instances from a seed."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence

from models.shared.faults import Fault, InputFaults
from nwl_opt.problems import Generated, load_generator


def generate_instance(kind: str, seed: int, sizes: Mapping[str, int]) -> Generated:
    """A synthetic instance of a kind: header and tables. The same seed and sizes give the same instance.

    Raises
    ------
    InputFaults
        If the kind has no generator, or the generator no such size.
    """
    generate = load_generator(kind)
    known = [p for p in inspect.signature(generate).parameters.values() if p.name != "seed"]
    unknown = sorted(set(sizes) - {parameter.name for parameter in known})
    if unknown:
        choices = ", ".join(f"{p.name} (shipped: {p.default})" for p in known)
        raise InputFaults([Fault("--size", None, None, name, f"must be one of {choices}", "Correct the name.")
                           for name in unknown])  # fmt: skip
    try:
        header, tables = generate(seed, **sizes)
    except ValueError as error:
        raise InputFaults([Fault("--size", None, None, str(error), "must be sizes the generator can make",
                                 "Choose others.")]) from None  # fmt: skip
    return _owned_up(header), tables


def _owned_up(header: Mapping[str, object]) -> Mapping[str, object]:
    """Settings of a generated instance are assumptions unless the generator says more: they are not the user's."""
    given, marks = header.get("settings"), header.get("provenance")
    settings = given if isinstance(given, Mapping) else {}
    marked = marks if isinstance(marks, Mapping) else {}
    assumed = {f"settings.{name}": "assumption" for name in settings}
    return {**header, "provenance": {**assumed, **marked}}


def parse_sizes(sizes: Sequence[str]) -> dict[str, int]:
    """Sizes from the command line: `patients=2500`.

    Raises
    ------
    InputFaults
        If one is not name=whole number.
    """
    result: dict[str, int] = {}
    faults: list[Fault] = []
    for size in sizes:
        name, _, text = size.partition("=")
        try:
            result[name.strip()] = int(text.replace(",", ""))
        except ValueError:
            faults.append(Fault("--size", None, None, size, "must be name=whole number",
                                "Write for instance --size patients=2500."))  # fmt: skip
    if faults:
        raise InputFaults(faults)
    return result
